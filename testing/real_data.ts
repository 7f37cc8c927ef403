/** The real data sets, if their folder is configured: read like uploads. */
import { part } from "./runner/optional_parts.ts";
import { describeCsv, headBytes } from "../functions/recommender/files/dialect/describe.ts";
import type { FileKind, Mapping } from "../functions/recommender/files/mapping.ts";
import { proposeMapping } from "../functions/recommender/files/propose/propose_mapping.ts";
import type { Dataset, Interactions } from "../worker-trainer/dataset/dataset.ts";
import { joinRepeats, orderHistories } from "../worker-trainer/dataset/join_repeats.ts";
import { type DataFile, onDisk } from "../worker-trainer/dataset/open_rows.ts";
import { readDataset } from "../worker-trainer/dataset/read.ts";

const FILES = {
  "movielens-small": ["movies.csv", "ratings.csv"],
  "lastfm-2k": ["artists.csv", "user_artists.dat"],
  gowalla: [undefined, "train.csv.gz"],
  "sports-sequences": [undefined, "train.csv.gz"],
} as const;

export type RealData = keyof typeof FILES;

export const REAL_DATA = Object.keys(FILES) as RealData[];

/** Reads a data set from the folder in AIREC_TEST_DATA. */
export async function realDataset(name: RealData): Promise<Dataset> {
  const [content, interactions] = FILES[name];
  const folder = await Deno.makeTempDir({ prefix: "airec_real_data_" });
  try {
    const files = [
      ...(content ? [await dataFile(`${name}/${content}`, "CONTENT", folder)] : []),
      await dataFile(`${name}/${interactions}`, "INTERACTION", folder),
    ];
    return (await readDataset(files)).dataset;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Returns a data set's test file with the indices of its training file; no training may see it.
 */
export async function publishedTest(
  name: "gowalla" | "sports-sequences",
  trained: Dataset,
): Promise<Interactions> {
  const text = new TextDecoder().decode(await plainBytes(`${part("data")}/${name}/test.csv.gz`));
  const rows = text.trim().split("\n").slice(1).map((line) => line.trim().split(","));
  const users = new Map(trained.users.map((id, place) => [id, place]));
  const items = new Map(trained.items.ids.map((id, place) => [id, place]));
  const known = rows.filter(([user, item]) => users.has(user) && items.has(item));
  const all = {
    user: Uint32Array.from(known, ([user]) => users.get(user)!),
    item: Uint32Array.from(known, ([, item]) => items.get(item)!),
    rating: new Float32Array(known.length).fill(NaN),
    time: new Float64Array(known.length).fill(NaN),
    weight: new Float32Array(known.length).fill(1),
  };
  return joinRepeats(all, orderHistories(all, trained.users.length), {
    items: trained.items.ids.length,
  });
}

/** Returns a CSV file with the dialect and mapping an upload would detect. */
export async function dataFile(name: string, kind: FileKind, folder: string): Promise<DataFile> {
  const bytes = await plainBytes(`${part("data")}/${name}`);
  const path = `${folder}/${kind}.csv`;
  await Deno.writeFile(path, bytes);
  const { dialect, columns, sampleRows } = await describeCsv(bytes.subarray(0, headBytes));
  const { mapping } = proposeMapping(kind, columns, sampleRows);
  return { ...onDisk(path), kind, dialect, mapping: mapping as Mapping };
}

/** Returns a file's bytes, decompressed if its name ends in .gz. */
export async function plainBytes(path: string): Promise<Uint8Array> {
  const { readable } = await Deno.open(path);
  const plain = path.endsWith(".gz")
    ? readable.pipeThrough(new DecompressionStream("gzip"))
    : readable;
  return await new Response(plain).bytes();
}
