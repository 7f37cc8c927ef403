import { chanceOf } from "../../samples/chance.ts";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { COMMON } from "../../functions/recommender/files/dialect.ts";
import type { TestFile } from "../training_project.ts";

/** Rows per chunk. */
const PIECE = 20_000;
/** Mean interactions of a user. */
const HISTORY = 25;
const ITEMS = 10_000;

/**
 * Stores an interaction file for `pendingProject` whose training takes long.
 * @param millions of interactions: 2 take minutes and about 300 MB
 */
export async function longTraining(blobs: Blobs, millions: number): Promise<TestFile> {
  const storage_path = `uploads/${crypto.randomUUID()}`;
  await blobs.put(storage_path, ReadableStream.from(rows(millions * 1e6)));
  const mapping = { user_id: "user", item_id: "item" };
  return { file_type: "INTERACTION", storage_path, dialect: COMMON, mapping };
}

/** Yields the header and random rows; the items' popularity is skewed. */
function* rows(count: number): Generator<Uint8Array<ArrayBuffer>> {
  const chance = chanceOf(1);
  const encoder = new TextEncoder();
  let text = "user,item\n";
  for (let row = 1; row <= count; row++) {
    const item = Math.floor(ITEMS * chance.uniform() ** 3);
    text += `u${chance.whole(1, Math.ceil(count / HISTORY))},i${item}\n`;
    if (row % PIECE !== 0 && row !== count) continue;
    yield encoder.encode(text);
    text = "";
  }
}
