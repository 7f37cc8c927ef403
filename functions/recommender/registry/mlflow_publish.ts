/** Publishes a training to an MLflow server: run, logged model, registered model, version. */
import {
  asTags,
  type Experiment,
  type LoggedModel,
  type ModelVersion,
  type RegisteredModel,
  type Run,
  tagsOf,
} from "./mlflow_entities.ts";
import {
  activeExperiment,
  byTraining,
  findModel,
  INSTALLATION,
  listedVersions,
  type MlflowInstallation,
  searchLoggedModels,
  searchVersions,
  TRAINING,
} from "./mlflow_installation.ts";
import type { MlflowRest } from "./mlflow_rest.ts";
import { fillRun, NOTE } from "./mlflow_run.ts";
import { withIds } from "./mlmodel_ids.ts";
import {
  checkTraining,
  fileBytes,
  NumberTakenError,
  type Registry,
  type ToPublish,
} from "./registry.ts";

/** Tags of an experiment: without them MLflow shows the page for language models. */
const KIND = {
  "mlflow.experimentKind": "custom_model_development",
  "mlflow.experiment.primaryMetric.name": "ndcg_10",
};

/**
 * Implements `Registry.publish`. Every step first looks for what an interrupted attempt left behind
 * and continues with it; the version is created last.
 */
export async function publishToMlflow(
  mlflow: MlflowInstallation,
  training: ToPublish,
  as: Parameters<Registry["publish"]>[1],
): ReturnType<Registry["publish"]> {
  checkTraining(training);
  const { rest } = mlflow;
  const { model: name, trainingId, description, about = description } = training;
  const tags = asTags({ ...training.tags, [TRAINING]: trainingId, [INSTALLATION]: mlflow.id });
  const registered = await findModel(mlflow, name);
  const experiment = await ensureExperiment(mlflow, name, about);
  const run = await ensureRun(rest, { experiment, training, tags });

  const published = await searchVersions(mlflow, name, { trainingId });
  if (published.length === 0) {
    const model = await ensureLoggedModel(mlflow, { experiment, run, training, tags });
    const { model_id } = model.info;
    await fillRun(rest, { run, experiment, model_id, training });
    await putFiles(rest, { run, model, training });
    await ensureRegisteredModel(mlflow, { name, about, registered });
    const { run_id } = run.info;
    const input = { name, source: `models:/${model_id}`, model_id, run_id, description, tags };
    published.push(await createVersion(rest, input, as?.version));
  }
  await finish(rest, run);
  return (await listedVersions(mlflow, name, published))[0];
}

type Tags = ReturnType<typeof asTags>;

/** Returns the id of a model's experiment; creates it if missing and updates its description. */
async function ensureExperiment(
  mlflow: MlflowInstallation,
  name: string,
  about: string,
): Promise<string> {
  const { rest, id } = mlflow;
  const experiment = await activeExperiment(mlflow, name);
  if (!experiment) {
    const tags = asTags({ [INSTALLATION]: id, [NOTE]: about, ...KIND });
    return (await rest.call<Experiment>("POST", "mlflow/experiments/create", { name, tags }))
      .experiment_id;
  }
  const { experiment_id } = experiment;
  if (tagsOf(experiment)[NOTE] !== about) {
    const tag = { experiment_id, key: NOTE, value: about };
    await rest.call("POST", "mlflow/experiments/set-experiment-tag", tag);
  }
  return experiment_id;
}

/** Returns the run of a training; creates it if missing. */
async function ensureRun(
  rest: MlflowRest,
  { experiment, training, tags }: { experiment: string; training: ToPublish; tags: Tags },
): Promise<Run> {
  const { trainingId, description, startedAt } = training;
  const [earlier] = await rest.search<Run>("POST", "mlflow/runs/search", "runs", {
    experiment_ids: [experiment],
    filter: byTraining(trainingId),
  });
  return earlier ??
    (await rest.call<{ run: Run }>("POST", "mlflow/runs/create", {
      experiment_id: experiment,
      run_name: description || trainingId,
      start_time: startedAt.getTime(),
      tags,
    })).run;
}

/** Returns the logged model of a training; creates it if missing. */
async function ensureLoggedModel(
  mlflow: MlflowInstallation,
  { experiment, run, training, tags }: {
    experiment: string;
    run: Run;
    training: ToPublish;
    tags: Tags;
  },
): Promise<LoggedModel> {
  const { model: name, trainingId } = training;
  const [earlier] = await searchLoggedModels(mlflow, experiment, byTraining(trainingId));
  return earlier ??
    (await mlflow.rest.call<{ model: LoggedModel }>("POST", "mlflow/logged-models", {
      experiment_id: experiment,
      name,
      model_type: "airec",
      source_run_id: run.info.run_id,
      tags,
    })).model;
}

/** Uploads the artifact's files, and marks the logged model as complete. */
async function putFiles(
  rest: MlflowRest,
  { run, model, training }: { run: Run; model: LoggedModel; training: ToPublish },
): Promise<void> {
  const { run_id } = run.info;
  const { model_id, artifact_uri } = model.info;
  for (const [path, file] of Object.entries(training.files)) {
    const bytes = await fileBytes(file);
    const content = path === "MLmodel" ? withIds(bytes, { model_id, run_id }) : bytes;
    await rest.putArtifact(`${artifact_uri}/${path}`, content);
  }
  const status = "LOGGED_MODEL_READY";
  await rest.call("PATCH", `mlflow/logged-models/${model_id}`, { model_id, status });
}

/** Creates the registered model if missing, and updates its description. */
async function ensureRegisteredModel(
  { rest, id }: MlflowInstallation,
  { name, about, registered }: { name: string; about: string; registered: RegisteredModel | null },
): Promise<void> {
  if (!registered) {
    const tags = asTags({ [INSTALLATION]: id });
    const model = { name, description: about, tags };
    await rest.call("POST", "mlflow/registered-models/create", model);
  } else if (registered.description !== about) {
    const update = { name, description: about };
    await rest.call("PATCH", "mlflow/registered-models/update", update);
  }
}

/**
 * Creates a version. The server assigns numbers, so versions below `number` are created and
 * deleted.
 * @throws {NumberTakenError} if the server's numbers are already above `number`.
 */
async function createVersion(
  rest: MlflowRest,
  input: { name: string },
  number?: string,
): Promise<ModelVersion> {
  for (;;) {
    const { model_version } = await rest.call<{ model_version: ModelVersion }>(
      "POST",
      "mlflow/model-versions/create",
      input,
    );
    const { name, version } = model_version;
    if (number === undefined || version === number) return model_version;
    await rest.call("DELETE", "mlflow/model-versions/delete", { name, version });
    if (Number(version) > Number(number)) throw new NumberTakenError(name, number);
  }
}

async function finish(rest: MlflowRest, { info: { run_id, status } }: Run): Promise<void> {
  if (status === "FINISHED") return;
  const end = { run_id, status: "FINISHED", end_time: Date.now() };
  await rest.call("POST", "mlflow/runs/update", end);
}
