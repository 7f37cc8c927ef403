/** Entities on an MLflow server that belong to one installation of this project. */
import {
  type Experiment,
  type LoggedModel,
  type ModelVersion,
  orNull,
  type RegisteredModel,
  type Tagged,
  tagsOf,
} from "./mlflow_entities.ts";
import type { MlflowRest } from "./mlflow_rest.ts";
import { RegistryConflictError, RegistryMissingError, type Version } from "./registry.ts";

/** A server, and the id of the installation that uses it. */
export interface MlflowInstallation {
  rest: MlflowRest;
  id: string;
}

/** Tag of a run, logged model or version that names its training. */
export const TRAINING = "airec.training_id";
/** Tag of a model, experiment or version that names its installation. */
export const INSTALLATION = "airec.installation";

/** @throws {RegistryConflictError} if an entity of the model belongs to another installation. */
export function mustBeOwn({ id }: MlflowInstallation, model: string, entity: Tagged): void {
  const owner = tagsOf(entity)[INSTALLATION];
  if (owner !== id) throw new RegistryConflictError(model, owner);
}

/**
 * Returns the registered model, or null if there is none.
 * @throws {RegistryConflictError} as `mustBeOwn`; so do all functions here.
 */
export async function findModel(
  mlflow: MlflowInstallation,
  name: string,
): Promise<RegisteredModel | null> {
  const found = await orNull(
    mlflow.rest.call<{ registered_model: RegisteredModel }>(
      "GET",
      "mlflow/registered-models/get",
      { name },
    ),
  );
  if (found) mustBeOwn(mlflow, name, found.registered_model);
  return found && found.registered_model;
}

/** Returns a model's experiment, even if it was deleted by hand, or null. */
export async function findExperiment(
  mlflow: MlflowInstallation,
  name: string,
): Promise<Experiment | null> {
  const found = await orNull(
    mlflow.rest.call<{ experiment: Experiment }>("GET", "mlflow/experiments/get-by-name", {
      experiment_name: name,
    }),
  );
  if (found) mustBeOwn(mlflow, name, found.experiment);
  return found && found.experiment;
}

/**
 * Returns a model's experiment, restored if it was deleted: a deleted experiment accepts no run and
 * keeps its name.
 */
export async function activeExperiment(
  mlflow: MlflowInstallation,
  name: string,
): Promise<Experiment | null> {
  const experiment = await findExperiment(mlflow, name);
  if (experiment?.lifecycle_stage === "deleted") {
    const { experiment_id } = experiment;
    await mlflow.rest.call("POST", "mlflow/experiments/restore", { experiment_id });
  }
  return experiment;
}

/** Returns the logged models of an experiment. */
export async function searchLoggedModels(
  { rest }: MlflowInstallation,
  experiment_id: string,
  filter?: string,
): Promise<LoggedModel[]> {
  return await rest.search("POST", "mlflow/logged-models/search", "models", {
    experiment_ids: [experiment_id],
    ...(filter && { filter }),
  });
}

/** Returns the version, or null if it does not exist. */
export async function findVersion(
  mlflow: MlflowInstallation,
  name: string,
  version: string,
): Promise<ModelVersion | null> {
  const found = await orNull(
    mlflow.rest.call<{ model_version: ModelVersion }>("GET", "mlflow/model-versions/get", {
      name,
      version,
    }),
  );
  if (found) mustBeOwn(mlflow, name, found.model_version);
  return found && found.model_version;
}

/** Returns the versions of a model, in MLflow's order; those of a training if one is named. */
export async function searchVersions(
  { rest }: MlflowInstallation,
  name: string,
  { trainingId }: { trainingId?: string } = {},
): Promise<ModelVersion[]> {
  const filter = `name = '${name}'${
    trainingId === undefined ? "" : ` and ${byTraining(trainingId)}`
  }`;
  return await rest.search("GET", "mlflow/model-versions/search", "model_versions", { filter });
}

/** Returns MLflow's filter for entities of a training. */
export function byTraining(trainingId: string): string {
  return `tags.\`${TRAINING}\` = '${trainingId}'`;
}

/**
 * Returns the versions as the registry lists them: with the metrics, which MLflow stores on logged
 * models, and without versions created by hand.
 */
export async function listedVersions(
  mlflow: MlflowInstallation,
  name: string,
  versions: ModelVersion[],
): Promise<Version[]> {
  const experiment = versions.length > 0 ? await findExperiment(mlflow, name) : null;
  const models = experiment ? await searchLoggedModels(mlflow, experiment.experiment_id) : [];
  const metrics = new Map(models.map(({ info, data }) => [
    `models:/${info.model_id}`,
    Object.fromEntries((data?.metrics ?? []).map(({ key, value }) => [key, value])),
  ]));
  const own = versions.filter((version) => tagsOf(version)[INSTALLATION] === mlflow.id);
  return own.map((version) => {
    const { [TRAINING]: trainingId, [INSTALLATION]: _, ...tags } = tagsOf(version);
    return {
      version: version.version,
      trainingId,
      createdAt: new Date(version.creation_timestamp),
      metrics: metrics.get(version.source) ?? {},
      tags,
    };
  });
}

/**
 * Returns the artifact URI of a version.
 * @throws {RegistryMissingError} if the version does not exist.
 */
export async function artifactOf(
  { rest }: MlflowInstallation,
  name: string,
  version: string,
): Promise<string> {
  const found = await orNull(
    rest.call<{ artifact_uri: string }>("GET", "mlflow/model-versions/get-download-uri", {
      name,
      version,
    }),
  );
  if (!found) throw new RegistryMissingError(name, version);
  return found.artifact_uri;
}
