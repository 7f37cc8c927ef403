/**
 * `deno task build:page`: bundles clients/page into airec.js. Writes the script that the webhooks
 * service serves as a module, since a Worker has no files, and the npm package `airec-client` to
 * `clients/page/dist/`, for `npm pack`.
 */
import { fromFileUrl, join } from "@std/path";
import * as esbuild from "esbuild";
import ts from "typescript";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));
const ENTRY = join(ROOT, "clients/page/airec.ts");
const PACKAGE = join(ROOT, "clients/page/dist");
/** Module of the webhooks service that contains the script. */
const SERVED = join(ROOT, "functions/webhooks/page/script.ts");

/** Description of the npm package. */
const DESCRIPTION = {
  name: "airec-client",
  version: "1.0.0",
  description: "Recommendations by AiREC in web pages: lists, events and the visitor's id",
  license: "Apache-2.0",
  type: "module",
  exports: {
    ".": { types: "./airec.d.mts", default: "./airec.mjs" },
    "./airec.js": "./airec.js",
  },
  files: ["airec.*"],
};

/** The bundles. */
export interface BuiltPage {
  /** Classic script that defines the global `airec`. */
  script: string;
  /** ES module. */
  module: string;
  /** Declarations of the ES module. */
  types: string;
}

/** Builds the bundles. */
export async function buildPage(): Promise<BuiltPage> {
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
    return outputFiles[0].text;
  };
  try {
    const [script, module] = await Promise.all([bundle("iife"), bundle("esm")]);
    const { outputText: types } = ts.transpileDeclaration(await Deno.readTextFile(ENTRY), {
      fileName: ENTRY,
    });
    return { script, module, types };
  } finally {
    await esbuild.stop();
  }
}

/** Returns the module of the webhooks service with the script and the first bytes of its SHA-256. */
export async function servedModule({ script }: Pick<BuiltPage, "script">): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script));
  const version = new Uint8Array(digest).slice(0, 8).toHex();
  return `/** airec.js, built from clients/page by \`deno task build:page\`. */
export const SCRIPT = ${JSON.stringify(script)};

/** First 8 bytes of its SHA-256, in hex. */
export const SCRIPT_VERSION = "${version}";
`;
}

/** Builds and writes all files; returns a line with path and size for each. */
async function writePage(): Promise<string[]> {
  const built = await buildPage();
  const files: [path: string, text: string][] = [
    [SERVED, await servedModule(built)],
    [join(PACKAGE, "airec.js"), built.script],
    [join(PACKAGE, "airec.mjs"), built.module],
    [join(PACKAGE, "airec.d.mts"), built.types],
    [join(PACKAGE, "package.json"), JSON.stringify(DESCRIPTION, null, 2)],
  ];
  await Deno.mkdir(PACKAGE, { recursive: true });
  for (const [path, text] of files) await Deno.writeTextFile(path, text);
  return files.map(([path, text]) => `${path}: ${text.length} characters`);
}

if (import.meta.main) console.log((await writePage()).join("\n"));
