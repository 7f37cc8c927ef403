/** The files of a version's artifact on an MLflow server. */
import { orNull } from "./mlflow_entities.ts";
import type { MlflowRest } from "./mlflow_rest.ts";
import { type Registry, RegistryMissingError } from "./registry.ts";
import { sameBytes } from "./same_bytes.ts";

/** Where a version's artifact lies. */
export interface ArtifactPlaces {
  /** @throws {RegistryMissingError} where the version is unknown. */
  of(model: string, version: string): Promise<string>;
  /** The same for a change. @throws {RegistryConflictError} where it is another installation's. */
  ours(model: string, version: string): Promise<string>;
}

/** The registry's methods for single files. */
export function mlflowFiles(
  rest: MlflowRest,
  places: ArtifactPlaces,
): Pick<Registry, "open" | "read" | "files" | "write" | "swap" | "removeFile"> {
  const read: Registry["read"] = async (model, version, path) => {
    const uri = await places.of(model, version);
    const bytes = await orNull(rest.getArtifact(`${uri}/${path}`));
    if (!bytes) throw new RegistryMissingError(model, version, path);
    return bytes;
  };
  return {
    read,

    async open(model, version, path, range) {
      const uri = await places.of(model, version);
      const blob = await orNull(rest.openArtifact(`${uri}/${path}`, range));
      if (!blob) throw new RegistryMissingError(model, version, path);
      return blob;
    },

    async files(model, version, folder) {
      const names = await rest.listArtifacts(`${await places.of(model, version)}/${folder}`);
      return names.map((name) => `${folder}/${name}`).sort();
    },

    async write(model, version, path, bytes) {
      await rest.putArtifact(`${await places.ours(model, version)}/${path}`, bytes);
    },

    // MLflow has no conditional write: what is compared may change until it is written.
    async swap(model, version, path, { from, to }) {
      const uri = await places.ours(model, version);
      const bytes = await read(model, version, path);
      if (!sameBytes(bytes, from)) return false;
      await rest.putArtifact(`${uri}/${path}`, to);
      return true;
    },

    async removeFile(model, version, path) {
      await rest.removeArtifacts(`${await places.ours(model, version)}/${path}`);
    },
  };
}
