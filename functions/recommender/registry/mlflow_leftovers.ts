/** Finds MLflow runs and models that no version refers to. */
import { type Experiment, type RegisteredModel, type Run, tagsOf } from "./mlflow_entities.ts";
import {
  INSTALLATION,
  type MlflowInstallation,
  searchLoggedModels,
  searchVersions,
  TRAINING,
} from "./mlflow_installation.ts";
import { removeLoggedModel, removeModel, removeRuns } from "./mlflow_removal.ts";
import { PARENT } from "./mlflow_run.ts";
import type { Leftover, LeftoverOptions } from "./registry.ts";

/** Implements `Registry.leftovers`. */
export async function* mlflowLeftovers(
  mlflow: MlflowInstallation,
  { trainings }: LeftoverOptions,
): AsyncGenerator<Leftover> {
  const { rest, id } = mlflow;
  const filter = `tags.\`${INSTALLATION}\` = '${id}'`;
  const registered = await rest.search<RegisteredModel>(
    ...["GET", "mlflow/registered-models/search", "registered_models", { filter }] as const,
  );
  const experiments = await rest.search<Experiment>(
    ...["POST", "mlflow/experiments/search", "experiments", { filter, max_results: 1000 }] as const,
  );
  const changed = [
    ...registered.map(({ name, last_updated_timestamp: at }) => ({ name, at: Number(at ?? 0) })),
    ...experiments.map(({ name, last_update_time: at }) => ({ name, at: Number(at ?? 0) })),
  ];
  const byName = Map.groupBy(changed, ({ name }) => name);
  const latest = await trainings([...byName.keys()]);
  for (const [name, changes] of byName) {
    if (latest.has(name)) continue;
    const since = new Date(Math.max(...changes.map(({ at }) => at)));
    yield { name: `model ${name}`, bytes: 0, since, remove: () => removeModel(mlflow, name) };
  }
  for (const experiment of experiments) {
    const training = latest.get(experiment.name);
    if (training) yield* ofExperiment(mlflow, { experiment, training });
  }
}

/**
 * Yields runs and logged models of trainings without a version. Runs created by hand are left
 * alone.
 */
async function* ofExperiment(
  mlflow: MlflowInstallation,
  { experiment, training }: { experiment: Experiment; training: string },
): AsyncGenerator<Leftover> {
  const { rest } = mlflow;
  const { name, experiment_id } = experiment;
  const experiment_ids = [experiment_id];
  const runs = await rest.search<Run>("POST", "mlflow/runs/search", "runs", { experiment_ids });
  const models = await searchLoggedModels(mlflow, experiment_id);
  // Versions last, so that a version published meanwhile is included.
  const versions = await searchVersions(mlflow, name);
  const kept = new Set([training, ...versions.map((version) => tagsOf(version)[TRAINING])]);
  const isLeft = (id: string | undefined) => id !== undefined && !kept.has(id);

  for (const model of models.filter(({ info }) => isLeft(tagsOf(info)[TRAINING]))) {
    const since = new Date(Number(model.info.last_updated_timestamp_ms));
    yield {
      ...{ name: `logged model ${model.info.model_id} of ${name}`, bytes: 0, since },
      remove: () => removeLoggedModel(rest, model),
    };
  }
  const ids = new Set(runs.map(({ info }) => info.run_id));
  const left = runs.filter(({ data }) => isLeft(tagsOf(data ?? {})[TRAINING]));
  const leftIds = new Set(left.map(({ info }) => info.run_id));
  const belowLeft = runs.filter(({ data }) => {
    const parent = tagsOf(data ?? {})[PARENT];
    return parent !== undefined && (leftIds.has(parent) || !ids.has(parent));
  });
  for (const run of [...belowLeft, ...left]) {
    const { run_id, start_time, end_time } = run.info;
    const since = new Date(Number(end_time || start_time));
    yield {
      ...{ name: `run ${run_id} of ${name}`, bytes: 0, since },
      remove: () => removeRuns(rest, [run]),
    };
  }
}
