/** Artifact files of a version on an MLflow server. */
import { orNull } from "./mlflow_entities.ts";
import type { MlflowRest } from "./mlflow_rest.ts";
import { type Registry, RegistryMissingError } from "./registry.ts";
import { sameBytes } from "./same_bytes.ts";

/** Artifact URIs of versions. */
export interface ArtifactPlaces {
  /** @throws {RegistryMissingError} if the version does not exist. */
  of(model: string, version: string): Promise<string>;
  /** Same, for a write. @throws {RegistryConflictError} if another installation owns the model. */
  ours(model: string, version: string): Promise<string>;
}

/** Implements the registry's methods for single files. */
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

    // MLflow has no conditional write: the file may change between comparison and write.
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
