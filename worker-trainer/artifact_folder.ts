/**
 * The artifact of a training: our own model files and, around them, what makes the folder a model
 * that MLflow's pyfunc loads in Python with nothing of ours installed.
 */
import {
  encodeManifest,
  encodeModel,
  loadModel,
  MANIFEST,
  sha256Hex,
} from "../functions/recommender/model/artifact.ts";
import {
  checkGolden,
  GOLDEN,
  type Golden,
  GOLDEN_USERS,
} from "../functions/recommender/model/golden.ts";
import type { Manifest, Model } from "../functions/recommender/model/model.ts";
import { goldenAnswers } from "./golden.ts";
import { pyfuncLoader } from "./pyfunc/loader.ts";

type Files = Record<string, Uint8Array<ArrayBuffer>>;

/** The release whose facts the MLmodel file follows. */
const MLFLOW = "3.17.2";

/** A quoted string in the file: MLflow crashes on a number, and only warns where Python is newer. */
const PYTHON = "3.11.7";

const REQUIREMENTS = "mlflow>=3.1\nnumpy>=1.24\npandas>=1.5\n";

/** A frame to ask the model with. */
const EXAMPLE = "input_example.json";

/** The files of an artifact do not give back the model they were made of. */
export class ArtifactError extends Error {
  override name = "ArtifactError";
}

/**
 * Makes the files of an artifact by path. They are read back, and must reproduce every golden
 * answer of the model in memory.
 * @param training.report the evaluation, `report.json`.
 * @param training.run what differs from run to run (seconds, ids, machine), `run.json`.
 * @throws {ArtifactError} when the files do not reproduce the answers; nothing may be published.
 */
export async function artifactFolder(
  { model, report, run }: { model: Model; report: unknown; run: unknown },
): Promise<Files> {
  const golden = goldenAnswers(model);
  const files: Files = {
    ...await encodeModel(model),
    [GOLDEN]: json(golden.items),
    ...(golden.users && { [GOLDEN_USERS]: json(golden.users) }),
    ...await pyfuncFiles(),
    [EXAMPLE]: json(inputExample(golden.items)),
    "report.json": json(report),
    "run.json": json(run),
  };
  files[MANIFEST] = await withGoldenHashes(files);
  await mustReproduce(files, golden);
  return files;
}

/** Reads the model from its files and asks it what the golden answers were made of. */
async function mustReproduce(files: Files, golden: { items: Golden; users?: Golden }) {
  const read = await loadModel((path) => Promise.resolve(files[path]));
  const faults = [golden.items, golden.users].flatMap((g) => g ? checkGolden(read, g) : []);
  if (faults.length > 0) {
    throw new ArtifactError(
      `An artifact must answer as the model it was made of; ${faults.length} golden answers ` +
        `differ. The first: ${faults[0]}`,
    );
  }
}

/** The manifest with the hashes of the golden files beside those of the model's. */
async function withGoldenHashes(files: Files): Promise<Uint8Array<ArrayBuffer>> {
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(files[MANIFEST]));
  for (const path of [GOLDEN, GOLDEN_USERS]) {
    if (files[path]) manifest.sha256[path] = await sha256Hex(files[path]);
  }
  if (files[GOLDEN_USERS]) manifest.private = { ...manifest.private, [GOLDEN_USERS]: GOLDEN_USERS };
  return encodeManifest(manifest);
}

/** MLmodel, requirements.txt and the loader. */
async function pyfuncFiles(): Promise<Files> {
  const { module, path, bytes } = await pyfuncLoader();
  const mlmodel = `flavors:
  python_function:
    loader_module: ${module}
    code: code
    data: data
    python_version: "${PYTHON}"
mlflow_version: "${MLFLOW}"
saved_input_example_info:
  artifact_path: ${EXAMPLE}
  type: dataframe
  pandas_orient: split
signature:
  inputs: '${JSON.stringify(INPUTS)}'
  outputs: '${JSON.stringify(OUTPUTS)}'
  params: '${JSON.stringify(PARAMS)}'
`;
  return {
    "MLmodel": new TextEncoder().encode(mlmodel),
    "requirements.txt": new TextEncoder().encode(REQUIREMENTS),
    [path]: bytes,
  };
}

/** A golden question as pandas writes a frame; by title where there is one that asks so. */
function inputExample({ answers }: Golden): { columns: string[]; data: unknown[][] } {
  const asked = answers.find(({ request }) => request.item_title) ?? answers[0];
  const { n: _n, include_seen: _seen, ...frame } = asked.request;
  return { columns: Object.keys(frame), data: [Object.values(frame)] };
}

/** Ids are `any`: a frame read from CSV has them as numbers, where MLflow would refuse a string. */
const INPUTS = [
  { type: "string", name: "item_title", required: false },
  { type: "any", name: "item_id", required: false },
  { type: "any", name: "user_id", required: false },
  { type: "array", items: { type: "any" }, name: "history", required: false },
];

/** A list for each row. */
const OUTPUTS = [{
  type: "array",
  items: {
    type: "object",
    properties: {
      item_id: { type: "string", required: true },
      item_title: { type: "string", required: true },
      score: { type: "double", required: true },
    },
  },
  required: true,
}];

const PARAMS = [
  { name: "n", type: "long", default: 10, shape: null },
  { name: "exclude_seen", type: "boolean", default: true, shape: null },
];

function json(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n");
}
