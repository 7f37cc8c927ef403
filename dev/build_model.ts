/**
 * `deno task build:model`: makes `airec-model.js` of functions/recommender/model, for pages that
 * recommend on the visitor's device. A classic script (a global `airec`, works from file://) and
 * `airec-model.mjs`, an ES module, go to `dist/`; the script goes beside the page that uses it, too.
 */
import { fromFileUrl, join } from "@std/path";
import * as esbuild from "esbuild";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const ENTRY = join(ROOT, "functions/recommender/model/device.ts");

/** The built code, ready to be written. */
export interface BuiltModel {
  /** A classic script that defines the global `airec`. */
  script: Uint8Array;
  /** An ES module. */
  module: Uint8Array;
}

/** Builds both forms. */
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

/** Builds, and writes the files to where they are used. */
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
