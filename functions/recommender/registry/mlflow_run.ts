/**
 * Logs a training for MLflow's pages: a run with its data, parameters, metrics and report, and one
 * nested run per candidate. Idempotent: a retry continues where an earlier attempt was interrupted.
 */
import { asTags, type Run } from "./mlflow_entities.ts";
import type { MlflowRest } from "./mlflow_rest.ts";
import {
  fileBytes,
  type Source,
  type ToPublish,
  type Training,
  type TriedCandidate,
} from "./registry.ts";

/** Maximum number of parameters per batch in MLflow. */
const BATCH = 100;
/** Maximum length of a dataset digest. */
const DIGEST = 36;
/** Tag of a candidate's run that names the training's run. */
export const PARENT = "mlflow.parentRunId";
/** Tag for the description of a run or experiment. */
export const NOTE = "mlflow.note.content";
/** Tag for the role of a dataset. */
export const ROLE = "mlflow.data.context";

/** An existing run and what to log on it. */
interface Filling {
  run: Run;
  experiment: string;
  /** Id of the resulting logged model. */
  model_id: string;
  training: ToPublish;
}

/** Logs a training on its run. */
export async function fillRun(rest: MlflowRest, filling: Filling): Promise<void> {
  const { run, model_id, training } = filling;
  await logParameters(rest, { run, parameters: training.parameters });
  await logMetrics(rest, { run, model_id, training, metrics: training.metrics });
  await logSources(rest, { run, sources: training.sources ?? [] });
  await linkOutput(rest, { run, model_id });
  for (const [path, file] of Object.entries(training.pages ?? {})) {
    await rest.putArtifact(`${run.info.artifact_uri}/${path}`, await fileBytes(file));
  }
  await addCandidates(rest, filling);
}

/** Returns the runs of a training's candidates. */
export async function candidateRuns(
  rest: MlflowRest,
  { info }: Pick<Run, "info">,
): Promise<Run[]> {
  return await rest.search<Run>("POST", "mlflow/runs/search", "runs", {
    experiment_ids: [info.experiment_id],
    filter: `tags.\`${PARENT}\` = '${info.run_id}'`,
  });
}

/** Logs one nested run per candidate, numbered in evaluation order. */
async function addCandidates(
  rest: MlflowRest,
  { run: parent, experiment, training }: Filling,
): Promise<void> {
  const { candidates = [], startedAt } = training;
  if (candidates.length === 0) return;
  const earlier = new Map(
    (await candidateRuns(rest, parent)).map((run) => [run.info.run_name, run]),
  );
  for (const [i, candidate] of candidates.entries()) {
    const run_name = `${i + 1} ${candidate.name}`;
    const run = earlier.get(run_name) ??
      (await rest.call<{ run: Run }>("POST", "mlflow/runs/create", {
        experiment_id: experiment,
        run_name,
        start_time: startedAt.getTime(),
        tags: asTags({
          [PARENT]: parent.info.run_id,
          ...(candidate.skipped && { [NOTE]: candidate.skipped }),
        }),
      })).run;
    if (run.info.status !== "RUNNING") continue;
    await logParameters(rest, { run, parameters: candidate.parameters });
    await logMetrics(rest, { run, training, metrics: candidate.metrics });
    await rest.call("POST", "mlflow/runs/update", { run_id: run.info.run_id, ...endOf(candidate) });
  }

  /** Skipped candidates were never run. */
  function endOf({ seconds = 0, skipped }: TriedCandidate) {
    const end_time = Math.round(startedAt.getTime() + 1000 * seconds);
    return { status: skipped ? "KILLED" : "FINISHED", end_time };
  }
}

/** Logs the parameters that the run does not have yet: MLflow refuses changes. */
async function logParameters(
  rest: MlflowRest,
  { run, parameters }: { run: Run; parameters: Training["parameters"] },
): Promise<void> {
  const logged = new Set(run.data?.params?.map(({ key }) => key));
  const params = Object.entries(parameters)
    .filter(([key]) => !logged.has(key))
    .map(([key, value]) => ({ key, value: String(value) }));
  for (let i = 0; i < params.length; i += BATCH) {
    await rest.call("POST", "mlflow/runs/log-batch", {
      run_id: run.info.run_id,
      params: params.slice(i, i + BATCH),
    });
  }
}

/**
 * Logs metrics, on the logged model too if given. Retries use the same timestamp, so nothing is
 * doubled.
 */
async function logMetrics(
  rest: MlflowRest,
  { run, model_id, training, metrics }: {
    run: Run;
    model_id?: string;
    training: ToPublish;
    metrics: Record<string, number>;
  },
): Promise<void> {
  const timestamp = training.startedAt.getTime();
  const all = Object.entries(metrics)
    .map(([key, value]) => ({ key, value, timestamp, step: 0, ...(model_id && { model_id }) }));
  if (all.length === 0) return;
  await rest.call("POST", "mlflow/runs/log-batch", { run_id: run.info.run_id, metrics: all });
}

/** Logs the files that the run used, as MLflow's data lineage. */
async function logSources(
  rest: MlflowRest,
  { run, sources }: { run: Run; sources: Source[] },
): Promise<void> {
  if (sources.length === 0) return;
  const datasets = sources.map(({ name, sha256, path, role, columns, rows }) => ({
    dataset: {
      name,
      digest: sha256.slice(0, DIGEST),
      source_type: "local",
      source: JSON.stringify({ uri: path }),
      schema: JSON.stringify({
        mlflow_colspec: columns.map((name) => ({ type: "string", name, required: false })),
      }),
      profile: JSON.stringify({ num_rows: rows }),
    },
    tags: asTags({ [ROLE]: role }),
  }));
  await rest.call("POST", "mlflow/runs/log-inputs", { run_id: run.info.run_id, datasets });
}

/**
 * Links the logged model as the run's output. MLflow refuses a second link, which a retry would
 * send.
 */
async function linkOutput(
  rest: MlflowRest,
  { run, model_id }: { run: Run; model_id: string },
): Promise<void> {
  if (run.outputs?.model_outputs?.some((output) => output.model_id === model_id)) return;
  await rest.call("POST", "mlflow/runs/outputs", {
    run_id: run.info.run_id,
    models: [{ model_id, step: 0 }],
  });
}
