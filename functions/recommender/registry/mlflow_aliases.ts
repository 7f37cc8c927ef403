/** Aliases of registered models on an MLflow server. */
import { type ModelVersion, orNull } from "./mlflow_entities.ts";
import { findModel, type MlflowInstallation, mustBeOwn } from "./mlflow_installation.ts";
import { type Registry, RegistryMissingError } from "./registry.ts";

const ALIAS = "mlflow/registered-models/alias";

/** Implements the registry's methods for aliases. */
export function mlflowAliases(
  mlflow: MlflowInstallation,
): Pick<Registry, "alias" | "setAlias" | "moveAlias" | "removeAlias"> {
  const { rest } = mlflow;

  const alias: Registry["alias"] = async (name, alias) => {
    const found = await orNull(
      rest.call<{ model_version: ModelVersion }>("GET", ALIAS, { name, alias }),
    );
    if (!found) return null;
    mustBeOwn(mlflow, name, found.model_version);
    return found.model_version.version;
  };

  const setAlias: Registry["setAlias"] = async (name, alias, version) => {
    const isSet = await findModel(mlflow, name) &&
      await orNull(rest.call("POST", ALIAS, { name, alias, version }));
    if (!isSet) throw new RegistryMissingError(name, version);
  };

  return {
    alias,

    setAlias,

    async moveAlias(name, of, { from, to }) {
      if (await alias(name, of) !== from) return false;
      await setAlias(name, of, to);
      return true;
    },

    async removeAlias(name, alias) {
      if (!await findModel(mlflow, name)) return;
      await orNull(rest.call("DELETE", ALIAS, { name, alias }));
    },
  };
}
