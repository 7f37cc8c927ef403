/**
 * `deno task build:model`: bundles functions/recommender/model for pages that recommend on the
 * device. Writes a classic script (global `airec`, works from file://) and the ES module
 * `airec-model.mjs` to `dist/`, and the script also next to the page that uses it.
 */
import { fromFileUrl, join } from "@std/path";
import * as esbuild from "esbuild";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const ENTRY = join(ROOT, "functions/recommender/model/device.ts");

/** The bundles. */
export interface BuiltModel {
  /** Classic script that defines the global `airec`. */
  script: Uint8Array;
  /** ES module. */
  module: Uint8Array;
}

/** Builds both bundles. */
export async function buildModel(): Promise<BuiltModel> {
  const bundle = async (format: "iife" | "esm") => {
    const { outputFiles } = await esbuild.build({
      entryPoints: [ENTRY],
      bundle: true,
      write: false,
      minify: true,
      target: "es2022",
      legalComments: "none",
      format,
      ...(format === "iife" && { globalName: "airec" }),
    });
    return outputFiles[0].contents;
  };
  try {
    const [script, module] = await Promise.all([bundle("iife"), bundle("esm")]);
    return { script, module };
  } finally {
    await esbuild.stop();
  }
}

/** Builds and writes the bundles; returns a line with path and size for each file. */
export async function writeModel({ root = ROOT }: { root?: string } = {}): Promise<string[]> {
  const { script, module } = await buildModel();
  await Deno.mkdir(join(root, "dist"), { recursive: true });
  const files: [path: string, bytes: Uint8Array][] = [
    [join(root, "dist", "airec-model.js"), script],
    [join(root, "dist", "airec-model.mjs"), module],
    [join(root, "clients", "ondevice", "airec-model.js"), script],
  ];
  for (const [path, bytes] of files) await Deno.writeFile(path, bytes);
  return files.map(([path, bytes]) => `${path}: ${bytes.length} bytes`);
}

if (import.meta.main) console.log((await writeModel()).join("\n"));
