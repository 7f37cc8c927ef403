/** Bundles a service as a Worker: one module, built by esbuild as by wrangler. */
import { join } from "node:path";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { type WranglerConfig, wranglerConfig } from "./wrangler_config.ts";

/** A bundled Worker. */
export interface WorkerBundle {
  code: string;
  /** Compressed size, Cloudflare's measure of the upload. */
  gzipBytes: number;
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Bundles a Worker's entry point; esbuild's process is reused until its `stop`.
 * @param entry from the project's root, such as "functions/auth/worker.ts"
 */
export async function bundleWorker(
  entry: string,
  { minify = true }: { minify?: boolean } = {},
): Promise<WorkerBundle> {
  const { outputFiles: [file] } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join(ROOT, entry)],
    bundle: true,
    write: false,
    minify,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["cloudflare:*"],
    alias: aliases(await wranglerConfig()),
    plugins: [nodeModules],
  });
  return { code: file.text, gzipBytes: await gzipBytesOf(file.contents) };
}

/** Replacements of packages that are too large for a Worker, by full paths. */
function aliases({ alias = {} }: WranglerConfig): Record<string, string> {
  return Object.fromEntries(
    Object.entries(alias).map(([name, path]) => [name, join(ROOT, path)]),
  );
}

/**
 * Node's modules are provided by `nodejs_compat`, but only as imports: the `require` of a CommonJS
 * package is rewritten to an import.
 */
const nodeModules: Plugin = {
  name: "node-modules",
  setup({ onResolve, onLoad }) {
    const names = builtinModules.filter((name) => !name.startsWith("_")).join("|");
    onResolve({ filter: new RegExp(`^(node:.*|${names})$`) }, ({ path, kind }) => {
      const name = path.replace(/^(node:)?/, "node:");
      if (kind !== "require-call") return { path: name, external: true };
      return { path: name, namespace: "node-required" };
    });
    onLoad({ filter: /^/, namespace: "node-required" }, ({ path }) => ({
      contents: `import required from ${JSON.stringify(path)};\nmodule.exports = required;`,
    }));
  },
};

async function gzipBytesOf(bytes: Uint8Array): Promise<number> {
  const packed = new Blob([bytes as BlobPart]).stream().pipeThrough(new CompressionStream("gzip"));
  return (await new Response(packed).arrayBuffer()).byteLength;
}
