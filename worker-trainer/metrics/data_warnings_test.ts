import { assertEquals, assertStringIncludes } from "@std/assert";
import { emptyReceipt } from "../../functions/recommender/files/rows/receipt.ts";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import { COMMON } from "../../functions/recommender/files/dialect.ts";
import { datasetOf } from "../../testing/datasets.ts";
import { readDataset } from "../dataset/read.ts";
import { areMarks, dataWarnings } from "./data_warnings.ts";

/** Returns the warnings of files with these rows; items are optional. */
async function warningsOf(events: string[], items?: string[]): Promise<string[]> {
  const file = (rows: string[]) => ({
    name: "1",
    dialect: COMMON,
    open: () => Promise.resolve(bytesOf(new Blob([rows.join("\n") + "\n"]))),
  });
  const { dataset, receipts } = await readDataset([
    ...(items
      ? [{
        ...file(items),
        kind: "CONTENT" as const,
        mapping: { item_id: "id", feature_col: "colour" },
      }]
      : []),
    {
      ...file(events),
      kind: "INTERACTION" as const,
      mapping: { user_id: "user", item_id: "item", rating: "rating", timestamp: "time" },
    },
  ]);
  return dataWarnings(dataset, receipts);
}

/** Returns rows of 20 users, each with 5 of 20 items. */
const rows = (rating: (n: number) => unknown, time = (n: number): unknown => 1e9 + n) => [
  "user,item,rating,time",
  ...Array.from(
    { length: 100 },
    (_, n) => `u${n % 20},${(n * 7 + Math.floor(n / 20)) % 20},${rating(n)},${time(n)}`,
  ),
];

Deno.test("sound files give no warning", async () => {
  const items = ["id,colour", ...Array.from({ length: 20 }, (_, i) => `${i},${i % 3}`)];
  assertEquals(await warningsOf(rows((n) => 1 + n % 5), items), []);
});

Deno.test("a file with most rows rejected is reported", async () => {
  const [warnings, ...others] = await warningsOf(rows((n) => n % 3 ? "many" : n % 5));
  assertEquals(others, []);
  assertStringIncludes(warnings, "interactions file were rejected, 66 of 100");
  assertStringIncludes(warnings, 'the rating "…" is not a number');
});

Deno.test("a nearly full matrix is reported", async () => {
  const table = Array.from(
    { length: 60 },
    (_, n) => `u${n % 6},${Math.floor(n / 6)},${n % 5},${n}`,
  );
  const warnings = await warningsOf(["user,item,rating,time", ...table]);
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0], "Nearly every user interacted with nearly every item");
});

Deno.test("constant and nearly constant ratings are reported", async () => {
  assertEquals(await warningsOf(rows(() => 5)), [
    "Every rating is 5: the column of ratings carries no information. Is the rating in another column?",
  ]);
  assertEquals(await warningsOf(rows((n) => n === 3 ? 1 : 5)), [
    "Nearly all ratings are equal: 99 % of them are 5.",
  ]);
});

Deno.test("marks of a table of users and items may all be equal", async () => {
  const wide = { ...COMMON, unpivot: { key: "user", name: "item", value: "rating", none: "0" } };
  const melted = { ...COMMON, filled: "rating" };
  const marks = { user_id: "user", item_id: "item", rating: "rating" };
  const items = Array.from({ length: 8 }, (_, i) => `i${i}`);
  const table = Array.from(
    { length: 9 },
    (_, u) => [`u${u}`, ...items.map((_, i) => Number((u + i) % 3 === 0))].join(","),
  );
  const file = {
    name: "1",
    kind: "INTERACTION" as const,
    dialect: wide,
    mapping: marks,
    open: () =>
      Promise.resolve(bytesOf(new Blob([["user", ...items].join(",") + "\n" + table.join("\n")]))),
  };
  const { dataset, receipts } = await readDataset([file]);
  const warnings = dataWarnings(dataset, receipts, { isMarked: areMarks([file]) });
  assertEquals(warnings, receipts[0].notes);
  const { rating: _, ...unrated } = marks;
  const cases = [
    [{ ...file, dialect: COMMON }, false],
    [{ ...file, dialect: melted }, true],
    [{ ...file, mapping: unrated }, true],
  ] as const;
  for (const [other, isMarked] of cases) assertEquals(areMarks([file, other]), isMarked);
});

Deno.test("a constant item column and equal times are reported", async () => {
  const items = ["id,colour", ...Array.from({ length: 20 }, (_, i) => `${i},red`)];
  assertEquals(await warningsOf(rows((n) => 1 + n % 5, () => 1e9), items), [
    "Every interaction has the same time: the order of the file's rows is used instead.",
    'The column "colour" has one value for all items: it carries no information.',
  ]);
});

Deno.test("notes of receipts are warnings", () => {
  const none = {
    offsets: new Uint32Array(1),
    items: new Uint32Array(),
    weights: new Float32Array(),
  };
  const items = { ids: [], titles: [], described: 0, features: [] };
  const receipt = { ...emptyReceipt("INTERACTION"), notes: ["Most rows name items …"] };
  assertEquals(dataWarnings({ items, users: [], interactions: none }, [receipt]), receipt.notes);
});

Deno.test("times after the upload and histories of ties are reported", () => {
  const lists = [[0, 1, 2, 3], [0, 1, 2, 3]];
  const { items, users, interactions } = datasetOf(lists, { items: 4 });
  const warned = (times: number[], until?: number) =>
    dataWarnings(
      { items, users, interactions: { ...interactions, times: Float64Array.from(times) } },
      [],
      { until },
    ).filter((warning) => warning.includes("time"));
  assertEquals(warned([1, 2, 3, 4, 1, 2, 3, 4], 5), []);
  assertEquals(warned([1, 2, 3, 4, 1, 2, 3, 9], 5), [
    "1 interaction has a time after the upload: is the column of times read correctly?",
  ]);
  assertEquals(warned([1, 1, 1, 2, 7, 7, 7, 7]), [
    "83 % of the items have the same time as the user's item before: their order is unknown and is " +
    "not learned from.",
  ]);
  // Items without a time have no order, and are no ties.
  assertEquals(warned([NaN, NaN, NaN, 1, NaN, NaN, 1, 2]), []);
});
