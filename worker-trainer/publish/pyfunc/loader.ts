import { sha256Hex } from "../../../functions/recommender/model/artifact/artifact.ts";

const SOURCE = new URL("./airec_pyfunc.py", import.meta.url);

/**
 * Returns the Python loader as a file of an artifact. Python caches modules by name for the whole
 * process, so the module's name includes a hash of its content: two versions may differ.
 */
export async function pyfuncLoader(): Promise<
  { module: string; path: string; bytes: Uint8Array<ArrayBuffer> }
> {
  const bytes = new Uint8Array(await Deno.readFile(SOURCE));
  const module = `airec_pyfunc_${(await sha256Hex(bytes)).slice(0, 12)}`;
  return { module, path: `code/${module}.py`, bytes };
}
