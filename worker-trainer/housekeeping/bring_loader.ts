import { RegistryMissingError } from "../../functions/recommender/registry/registry.ts";
import { pyfuncLoader } from "../publish/pyfunc/loader.ts";
import type { VersionAt } from "./version_at.ts";

const MLMODEL = "MLmodel";

/**
 * Replaces a version's Python loader if it only knows private files by their first names. Does
 * nothing for a version without a loader.
 */
export async function bringLoader({ registry, model, version }: VersionAt): Promise<void> {
  const read = (path: string) =>
    registry.read(model, version, path).then(
      (bytes) => new TextDecoder().decode(bytes),
      (error) => {
        if (error instanceof RegistryMissingError) return "";
        throw error;
      },
    );
  const text = await read(MLMODEL);
  const module = /loader_module: (airec_pyfunc_[0-9a-f]+)/.exec(text)?.[1];
  if (!module) return;
  const old = `code/${module}.py`;
  if ((await read(old)).includes('manifest.get("private"')) return;
  const loader = await pyfuncLoader();
  await registry.write(model, version, loader.path, loader.bytes);
  const changed = text.replace(module, loader.module);
  await registry.write(model, version, MLMODEL, new TextEncoder().encode(changed));
  await registry.removeFile(model, version, old);
}
