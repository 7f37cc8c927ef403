import { join } from "@std/path";
import { sizeOf, writeLongTail } from "../bench/long_tail.ts";
import type { Blobs } from "../functions/recommender/blobs/blobs.ts";
import { COMMON } from "../functions/recommender/csv/dialect.ts";
import type { TestFile } from "../worker-trainer/test_project.ts";

/**
 * Stores an interaction file of a long tail for `pendingProject`, whose training takes as long as its size
 * makes it.
 * @param millions of interactions: 2 take minutes and some 300 MB.
 */
export async function longTraining(blobs: Blobs, millions: number): Promise<TestFile> {
  const folder = await Deno.makeTempDir({ prefix: "airec-long-" });
  const path = join(folder, "interactions.csv");
  await writeLongTail(path, sizeOf(millions));
  const storage_path = `uploads/${crypto.randomUUID()}`;
  await blobs.put(storage_path, (await Deno.open(path)).readable);
  await Deno.remove(folder, { recursive: true });
  const mapping = { user_id: "user_id", item_id: "item_id", timestamp: "timestamp" };
  return { file_type: "INTERACTION", storage_path, dialect: COMMON, mapping };
}
