/** Ratings that mean "no rating": the rows count, without them. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { COMMON } from "../../functions/recommender/files/dialect.ts";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import type { InteractionMapping } from "../../functions/recommender/files/mapping.ts";
import { forecastInteractions } from "../../functions/recommender/files/rows/forecast.ts";
import { readDataset } from "./read.ts";

const MAPPING = { user_id: "user", item_id: "item", rating: "rating" };

/** Returns the trainer's dataset and receipt of ratings, equal to the forecast. */
async function read(ratings: readonly string[], own: Partial<InteractionMapping> = {}) {
  const rows = ratings.map((rating, i) => `u${i % 20},i${Math.floor(i / 20)},${rating}`);
  const bytes = bytesOf(new Blob([["user,item,rating", ...rows].join("\n")]));
  const mapping = { ...MAPPING, ...own };
  const file = { kind: "INTERACTION" as const, dialect: COMMON, mapping };
  const { dataset, receipts: [receipt] } = await readDataset([
    { ...file, name: "1", open: () => Promise.resolve(bytes) },
  ]);
  const { estimated: _, ...forecast } = await forecastInteractions({ ...file, bytes });
  assertEquals(forecast, receipt);
  return { dataset, notes: (receipt.notes ?? []).join(" "), rejected: receipt.rejected };
}

/** The codes appear late, so the file is read again. */
const late = (code: string, rows = 400) =>
  Array.from({ length: rows }, (_, i) => i % 4 === 3 && i > 40 ? code : String(1 + i % 5));

Deno.test("codes that stand apart from the scale are no ratings, also late in a file", async () => {
  for (const code of ["99", "9", "-1", "99.0", "-99", "999"]) {
    const { dataset, notes, rejected } = await read(late(code));
    assertEquals(rejected, 0);
    assertEquals(dataset.liking.rule, "own_mean");
    assertEquals("scale" in dataset.liking && dataset.liking.scale, { least: 1, most: 5 }, code);
    assertStringIncludes(notes, `often ${Number(code)}: it is read as no rating`);
  }
});

Deno.test("no_rating names the number, or keeps all", async () => {
  const kept = await read(late("9"), { no_rating: "keep" });
  assertEquals("scale" in kept.dataset.liking && kept.dataset.liking.scale, { least: 1, most: 9 });
  assertEquals(kept.notes, "");
  const many = late("0");
  assertStringIncludes((await read(many)).notes, 'set no_rating to "0"');
  const named = await read(many, { no_rating: "0" });
  assertEquals("scale" in named.dataset.liking && named.dataset.liking.scale, {
    least: 1,
    most: 5,
  });
  assertEquals(named.notes, "");
});
