/** A service as Workers get it: one module, made by esbuild as wrangler makes it. */
import { join } from "node:path";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

/** A bundled Worker. */
export interface WorkerBundle {
  code: string;
  /** What is uploaded, compressed: Cloudflare's own measure. */
  gzipBytes: number;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Bundles a Worker's entry; esbuild's own process stays for the next one, until its `stop`.
 * @param entry from the project's folder: "functions/auth/worker.ts".
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
    plugins: [nodeModules],
  });
  return { code: file.text, gzipBytes: await gzipBytesOf(file.contents) };
}

/**
 * Node's modules are there by `nodejs_compat`, but as imports alone: the `require` of a CommonJS
 * package becomes one.
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
