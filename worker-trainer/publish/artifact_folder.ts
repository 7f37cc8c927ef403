/**
 * Builds the artifact of a training: the model files, and the files that make the folder an MLflow
 * pyfunc model, which Python loads without any AiREC package.
 */
import {
  encodeManifest,
  encodeModel,
  FEATURES,
  loadModel,
  loadUserRows,
  MANIFEST,
  sha256Hex,
} from "../../functions/recommender/model/artifact/artifact.ts";
import {
  checkGolden,
  GOLDEN,
  type Golden,
  GOLDEN_USERS,
} from "../../functions/recommender/model/artifact/golden.ts";
import { historyOf } from "../../functions/recommender/model/history/history.ts";
import type { Manifest, Model, UserRows } from "../../functions/recommender/model/model.ts";
import { indexOfString } from "../../functions/recommender/model/string_table.ts";
import { rowsOfUser } from "../../functions/recommender/model/user_rows.ts";
import { encodeFeatures, type ModelContent } from "../content/features_file.ts";
import { goldenAnswers } from "./golden_answers.ts";
import { pyfuncLoader } from "./pyfunc/loader.ts";

type Files = Record<string, Uint8Array<ArrayBuffer>>;

/** The MLflow release whose MLmodel format is written. */
const MLFLOW = "3.17.2";

/** Quoted in the file, because MLflow crashes on a number. A newer Python only causes a warning. */
const PYTHON = "3.11.7";

const REQUIREMENTS = "mlflow>=3.1\nnumpy>=1.24\npandas>=1.5\n";

/** Example input frame. */
const EXAMPLE = "input_example.json";

/** The files of an artifact do not reproduce the model. */
export class ArtifactError extends Error {
  override name = "ArtifactError";
}

/**
 * Returns the files of an artifact by path. The model is loaded from them again and must reproduce
 * every golden answer of the model in memory.
 * @param training.content texts of the items, if the model was trained on them.
 * @param training.report the evaluation, `report.json`.
 * @param training.run content of `run.json`, which differs between runs (seconds, ids, machine).
 * @throws {ArtifactError} if the files do not reproduce the answers; nothing may be published then.
 */
export async function artifactFolder(
  { model, content, report, run }: {
    model: Model;
    content?: ModelContent;
    report: unknown;
    run: unknown;
  },
): Promise<Files> {
  const golden = goldenAnswers(model);
  const files: Files = {
    ...await encodeModel(model),
    ...(content && { [FEATURES]: encodeFeatures(content) }),
    [GOLDEN]: json(golden.items),
    ...(golden.users && { [GOLDEN_USERS]: json(golden.users) }),
    ...await pyfuncFiles(),
    [EXAMPLE]: json(inputExample(golden.items)),
    "report.json": json(report),
    "run.json": json(run),
  };
  files[MANIFEST] = await withFurtherHashes(files);
  await assertReproduces(files, golden);
  return files;
}

/** Loads the model from its files and checks the golden answers and the rows of their users. */
async function assertReproduces(files: Files, golden: { items: Golden; users?: Golden }) {
  const read = (path: string) => Promise.resolve(files[path]);
  const loaded = await loadModel(read);
  assertRowsOfHistories(loaded, golden.users, await loadUserRows(loaded.manifest, read));
  const faults = [golden.items, golden.users].flatMap((g) => g ? checkGolden(loaded, g) : []);
  if (faults.length > 0) {
    throw new ArtifactError(
      `The artifact does not reproduce its model: ${faults.length} golden answers differ. ` +
        `The first: ${faults[0]}`,
    );
  }
}

/** Checks that the rows of the golden answers' users have the histories of the model. */
function assertRowsOfHistories(
  { manifest: { reading }, users }: Model,
  golden: Golden | undefined,
  rows: UserRows | undefined,
) {
  if (!reading || !users || !golden || !rows) return;
  const { offsets, columns, values } = users.histories;
  for (const { request: { user_id } } of golden.answers) {
    const user = indexOfString(users.ids, user_id!);
    const { items, weights } = historyOf(rowsOfUser(rows, user), reading);
    const start = offsets[user];
    const isSame = items.length === offsets[user + 1] - start &&
      items.every((item, i) => item === columns[start + i] && weights[i] === values[start + i]);
    if (!isSame) {
      throw new ArtifactError("The artifact's rows of a user do not reproduce their history.");
    }
  }
}

/** Returns the manifest with the hashes of the files added that are not the model's own. */
async function withFurtherHashes(files: Files): Promise<Uint8Array<ArrayBuffer>> {
  const manifest: Manifest = JSON.parse(new TextDecoder().decode(files[MANIFEST]));
  for (const path of [FEATURES, GOLDEN, GOLDEN_USERS]) {
    if (files[path]) manifest.sha256[path] = await sha256Hex(files[path]);
  }
  if (files[GOLDEN_USERS]) manifest.private = { ...manifest.private, [GOLDEN_USERS]: GOLDEN_USERS };
  return encodeManifest(manifest);
}

/** Returns MLmodel, requirements.txt and the loader. */
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

/** Returns a golden request as a frame in pandas' `split` orientation; by title if there is one. */
function inputExample({ answers }: Golden): { columns: string[]; data: unknown[][] } {
  const example = answers.find(({ request }) => request.item_title) ?? answers[0];
  const { n: _n, include_seen: _seen, ...frame } = example.request;
  return { columns: Object.keys(frame), data: [Object.values(frame)] };
}

/** Ids are `any`: a frame read from CSV has numeric ids, which MLflow would reject for a string. */
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
