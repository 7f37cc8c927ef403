import { sha256Hex } from "../../functions/recommender/model/artifact.ts";

const SOURCE = new URL("./airec_pyfunc.py", import.meta.url);

/**
 * The Python reader as a file of an artifact. Python keeps one module of a name for a whole process,
 * so the module's name carries a hash of its content: two versions may differ.
 */
export async function pyfuncLoader(): Promise<
  { module: string; path: string; bytes: Uint8Array<ArrayBuffer> }
> {
  const bytes = new Uint8Array(await Deno.readFile(SOURCE));
  const module = `airec_pyfunc_${(await sha256Hex(bytes)).slice(0, 12)}`;
  return { module, path: `code/${module}.py`, bytes };
}
