/** Deletes models, versions and runs with their artifacts from an MLflow server. */
import { type LoggedModel, orNull, type Run } from "./mlflow_entities.ts";
import {
  activeExperiment,
  findModel,
  findVersion,
  type MlflowInstallation,
  searchLoggedModels,
} from "./mlflow_installation.ts";
import type { MlflowRest } from "./mlflow_rest.ts";
import { candidateRuns } from "./mlflow_run.ts";

/**
 * Deletes a model with its versions, runs and artifacts; registered model first, so that an
 * interrupted removal leaves nothing that could be served.
 */
export async function removeModel(mlflow: MlflowInstallation, name: string): Promise<void> {
  const { rest } = mlflow;
  if (await findModel(mlflow, name)) {
    await rest.call("DELETE", "mlflow/registered-models/delete", { name });
  }
  const experiment = await activeExperiment(mlflow, name);
  if (!experiment) return;
  const { experiment_id } = experiment;
  for (const model of await searchLoggedModels(mlflow, experiment_id)) {
    await removeLoggedModel(rest, model);
  }
  const runs = await rest.search<Run>("POST", "mlflow/runs/search", "runs", {
    experiment_ids: [experiment_id],
  });
  await removeRuns(rest, runs);
  // A deleted experiment keeps its name, so it is renamed first.
  const new_name = `${name} (removed ${experiment_id})`;
  await rest.call("POST", "mlflow/experiments/update", { experiment_id, new_name });
  await rest.call("POST", "mlflow/experiments/delete", { experiment_id });
}

/**
 * Deletes a version with its run and artifact; version last, so that a version whose removal was
 * interrupted is still listed and can be removed again.
 */
export async function removeModelVersion(
  mlflow: MlflowInstallation,
  name: string,
  version: string,
): Promise<void> {
  const { rest } = mlflow;
  const found = await findVersion(mlflow, name, version);
  if (!found) return;
  const model_id = found.source.replace(/^models:\//, "");
  const logged = await orNull(
    rest.call<{ model: LoggedModel }>("GET", `mlflow/logged-models/${model_id}`),
  );
  if (logged) await removeLoggedModel(rest, logged.model);
  const { run_id } = found;
  const foundRun = run_id &&
    await orNull(rest.call<{ run: Run }>("GET", "mlflow/runs/get", { run_id }));
  if (foundRun) {
    const { run } = foundRun;
    await removeRuns(rest, [...await candidateRuns(rest, run), run]);
  }
  await rest.call("DELETE", "mlflow/model-versions/delete", { name, version });
}

/** Deletes a logged model with its files. */
export async function removeLoggedModel(rest: MlflowRest, { info }: LoggedModel): Promise<void> {
  await rest.removeArtifacts(info.artifact_uri);
  await rest.call("DELETE", `mlflow/logged-models/${info.model_id}`);
}

/** Deletes runs with their files. */
export async function removeRuns(rest: MlflowRest, runs: Run[]): Promise<void> {
  for (const { info } of runs) {
    await rest.removeArtifacts(info.artifact_uri);
    await rest.call("POST", "mlflow/runs/delete", { run_id: info.run_id });
  }
}
