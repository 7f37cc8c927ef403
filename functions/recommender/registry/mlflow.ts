/**
 * Registry on an MLflow server, 3.15 or newer, over REST: one experiment per model and one run per
 * training, whose artifact is a logged model that the registered model's version points to.
 */
import { mlflowAliases } from "./mlflow_aliases.ts";
import { tagsOf } from "./mlflow_entities.ts";
import { exportVersion } from "./mlflow_export.ts";
import { mlflowFiles } from "./mlflow_files.ts";
import {
  artifactOf,
  findModel,
  findVersion,
  INSTALLATION,
  listedVersions,
  type MlflowInstallation,
  searchVersions,
  TRAINING,
} from "./mlflow_installation.ts";
import { mlflowLeftovers } from "./mlflow_leftovers.ts";
import { publishToMlflow } from "./mlflow_publish.ts";
import { removeModel, removeModelVersion } from "./mlflow_removal.ts";
import { type MlflowOptions, mlflowRest } from "./mlflow_rest.ts";
import { withoutIds } from "./mlmodel_ids.ts";
import { type Registry, RegistryMissingError } from "./registry.ts";

/**
 * Opens an MLflow server as a registry.
 * @param options.installation this installation's id; models of another installation are refused.
 */
export function mlflowRegistry(
  { installation, ...options }: MlflowOptions & { installation: string },
): Registry {
  const rest = mlflowRest(options);
  const mlflow: MlflowInstallation = { rest, id: installation };

  /** @throws {RegistryMissingError} if the version does not exist. */
  async function existing(name: string, version: string) {
    const found = await findVersion(mlflow, name, version);
    if (!found) throw new RegistryMissingError(name, version);
    return found;
  }

  return {
    description: `MLflow at ${rest.url}`,

    publish: (training, as) => publishToMlflow(mlflow, training, as),

    async models() {
      const filter = `tags.\`${INSTALLATION}\` = '${installation}'`;
      const found = await rest.search<{ name: string }>(
        "GET",
        "mlflow/registered-models/search",
        "registered_models",
        { filter },
      );
      return found.map(({ name }) => name).sort();
    },

    async exported(name, version) {
      const found = await existing(name, version);
      const about = (await findModel(mlflow, name))?.description;
      const { [TRAINING]: trainingId, [INSTALLATION]: _, ...tags } = tagsOf(found);
      const exported = await exportVersion(rest, found, { about, trainingId, tags });
      const { MLmodel } = exported.files;
      if (MLmodel) exported.files.MLmodel = async () => withoutIds(await MLmodel());
      return exported;
    },

    async versions(name) {
      if (!await findModel(mlflow, name)) return [];
      const versions = await searchVersions(mlflow, name);
      versions.sort((a, b) => Number(b.version) - Number(a.version));
      return await listedVersions(mlflow, name, versions);
    },

    ...mlflowAliases(mlflow),

    ...mlflowFiles(rest, {
      of: (name, version) => artifactOf(mlflow, name, version),
      async ours(name, version) {
        await existing(name, version);
        return await artifactOf(mlflow, name, version);
      },
    }),

    removeVersion: (name, version) => removeModelVersion(mlflow, name, version),

    remove: (name) => removeModel(mlflow, name),

    leftovers: (options) => mlflowLeftovers(mlflow, options),
  };
}
