/**
 * A training as MLflow's pages show it: a run with what it learned from, its parameters and figures,
 * its report, and one run below it for each candidate. All of it bears being done again: a retry
 * goes on where an earlier attempt was cut off.
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

/** MLflow takes this many parameters in one batch. */
const BATCH = 100;
/** A digest's length at most. */
const DIGEST = 36;
/** The tag of a candidate's run that names the training's. */
export const PARENT = "mlflow.parentRunId";
/** The tag of a run's or an experiment's text for people. */
export const NOTE = "mlflow.note.content";
/** The tag of what a data set was for. */
export const ROLE = "mlflow.data.context";

/** A run that exists, and what belongs to it. */
interface Filling {
  run: Run;
  experiment: string;
  /** The logged model that came out. */
  model_id: string;
  training: ToPublish;
}

/** Fills the run of a training. */
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

/** The runs of a training's candidates. */
export async function candidateRuns(
  rest: MlflowRest,
  { info }: Pick<Run, "info">,
): Promise<Run[]> {
  return await rest.search<Run>("POST", "mlflow/runs/search", "runs", {
    experiment_ids: [info.experiment_id],
    filter: `tags.\`${PARENT}\` = '${info.run_id}'`,
  });
}

/** One run a candidate, named in the order of trying. */
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

  /** What was left out was never run. */
  function endOf({ seconds = 0, skipped }: TriedCandidate) {
    const end_time = Math.round(startedAt.getTime() + 1000 * seconds);
    return { status: skipped ? "KILLED" : "FINISHED", end_time };
  }
}

/** Logs the parameters that the run does not have yet: changing one is refused. */
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

/** Logs figures, of the model too where one is named; at the same moment in a retry, so that nothing doubles. */
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

/** Says which files the run learned from: MLflow's lineage of data. */
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

/** Shows the model as the run's output. Saying so twice is refused, and is what a retry does. */
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
