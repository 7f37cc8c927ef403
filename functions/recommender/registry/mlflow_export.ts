/** Reads a version from MLflow as it was published; the inverse of mlflow_run.ts. */
import {
  type DatasetInput,
  type LoggedModel,
  type ModelVersion,
  orNull,
  type Run,
  tagsOf,
} from "./mlflow_entities.ts";
import type { MlflowRest } from "./mlflow_rest.ts";
import { candidateRuns, NOTE, ROLE } from "./mlflow_run.ts";
import {
  type ExportedVersion,
  type OpenFiles,
  RegistryMissingError,
  type Source,
  type Training,
  type TriedCandidate,
} from "./registry.ts";

/**
 * Exports a version.
 * @param known fields that the registry has already read from its own tags.
 */
export async function exportVersion(
  rest: MlflowRest,
  version: ModelVersion,
  known: Pick<Training, "about" | "trainingId" | "tags">,
): Promise<ExportedVersion> {
  const { name: model, description = "" } = version;
  const model_id = version.source.replace(/^models:\//, "");
  const logged = await orNull(
    rest.call<{ model: LoggedModel }>("GET", `mlflow/logged-models/${model_id}`),
  );
  if (!logged) throw new RegistryMissingError(model, version.version);
  const run = version.run_id
    ? (await orNull(
      rest.call<{ run: Run }>("GET", "mlflow/runs/get", { run_id: version.run_id }),
    ))?.run
    : undefined;
  const files = await filesAt(rest, logged.model.info.artifact_uri);
  return {
    version: version.version,
    createdAt: new Date(version.creation_timestamp),
    training: {
      ...{ ...known, model, description },
      parameters: parametersOf(run),
      metrics: metricsOf(logged.model),
      sources: (run?.inputs?.dataset_inputs ?? []).map(sourceOf),
      candidates: run ? (await candidateRuns(rest, run)).map(candidateOf).sort(byNumber) : [],
      startedAt: new Date(run?.info.start_time ?? version.creation_timestamp),
    },
    files,
    pages: run ? await filesAt(rest, run.info.artifact_uri) : {},
  };
}

async function filesAt(rest: MlflowRest, uri: string): Promise<OpenFiles> {
  const paths = await rest.listArtifacts(uri);
  return Object.fromEntries(
    paths.map((path) => [path, () => rest.openArtifact(`${uri}/${path}`)]),
  );
}

function parametersOf(run?: Run): Training["parameters"] {
  return Object.fromEntries((run?.data?.params ?? []).map(({ key, value }) => [key, value]));
}

function metricsOf({ data }: Pick<LoggedModel, "data"> | Run): Record<string, number> {
  return Object.fromEntries((data?.metrics ?? []).map(({ key, value }) => [key, value]));
}

function sourceOf({ dataset, ...input }: DatasetInput): Source {
  const { name, digest, source, schema = "{}", profile = "{}" } = dataset;
  return {
    name,
    sha256: digest,
    path: JSON.parse(source).uri,
    role: tagsOf(input)[ROLE],
    columns: (JSON.parse(schema).mlflow_colspec ?? []).map((column: { name: string }) =>
      column.name
    ),
    rows: JSON.parse(profile).num_rows,
  };
}

/** Parses a candidate's run, which is named by its number and name: "1 ease". */
function candidateOf(run: Run): TriedCandidate & { number: number } {
  const { run_name, start_time, end_time = start_time } = run.info;
  const [number, ...name] = run_name.split(" ");
  const { [NOTE]: skipped } = tagsOf(run.data ?? {});
  return {
    number: Number(number),
    name: name.join(" "),
    parameters: parametersOf(run),
    metrics: metricsOf(run),
    ...(skipped === undefined ? { seconds: (end_time - start_time) / 1000 } : { skipped }),
  };
}

function byNumber(a: { number: number }, b: { number: number }): number {
  return a.number - b.number;
}
