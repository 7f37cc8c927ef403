/** A table of users × items is detected, reported, and read as the rows it represents. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { describeFile } from "../../functions/recommender/files/dialect/describe.ts";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import type { Mapping } from "../../functions/recommender/files/mapping.ts";
import { proposeMapping } from "../../functions/recommender/files/propose/propose_mapping.ts";
import { readDataset } from "./read.ts";

const USERS = 60;
const ITEMS = 24;

/** Two kinds of users, who interacted with items of their own kind. */
const had = (user: number, item: number) => user % 2 === item % 2 && (user + item) % 3 > 0;

function file(text: string) {
  return bytesOf(new Blob([text]));
}

/** Returns the interactions of a file read as proposed, by ids. */
async function pairsOf(text: string) {
  const bytes = file(text);
  const found = await describeFile(bytes);
  const dialect = { ...found.dialect, ...(found.wide && { unpivot: found.wide }) };
  const { columns, sampleRows, notes = [] } = await describeFile(bytes, { dialect });
  const { dataset, receipts: [receipt] } = await readDataset([{
    ...{ name: "1", open: () => Promise.resolve(bytes), kind: "INTERACTION", dialect },
    mapping: proposeMapping("INTERACTION", columns, sampleRows).mapping as Mapping,
  }]);
  const { users, items, interactions: { offsets, items: indices } } = dataset;
  const pairs = users.flatMap((user, u) =>
    [...indices.subarray(offsets[u], offsets[u + 1])].map((item) => `${user} ${items.ids[item]}`)
  );
  return { found, columns, notes, receipt, pairs: pairs.toSorted() };
}

const WANTED = Array.from({ length: USERS * ITEMS }, (_, i) => [Math.floor(i / ITEMS), i % ITEMS])
  .filter(([user, item]) => had(user, item)).map(([user, item]) => `u${user} i${item}`).toSorted();

function wide(cell: (user: number, item: number) => string): string {
  const names = ["user", ...Array.from({ length: ITEMS }, (_, i) => `i${i}`)];
  const rows = Array.from({ length: USERS }, (_, user) => [
    `u${user}`,
    ...Array.from({ length: ITEMS }, (_, item) => cell(user, item)),
  ]);
  return [names, ...rows].map((cells) => cells.join(",") + "\n").join("");
}

Deno.test("a table of 60 users × 24 items of 0 and 1 is a row for each 1", async () => {
  const text = wide((user, item) => String(Number(had(user, item))));
  const { found, columns, notes, receipt, pairs } = await pairsOf(text);
  assertEquals(found.wide, { key: "user", name: "item", value: "rating", none: "0" });
  assertEquals(columns, ["user", "item", "rating"]);
  assertEquals(pairs, WANTED);
  assertEquals([receipt.users, receipt.items, receipt.rows], [USERS, ITEMS, WANTED.length]);
  assertEquals(receipt.notes?.slice(0, notes.length), notes);
});

Deno.test("blanks of a table of stars are no ratings, and stars are", async () => {
  const text = wide((user, item) => had(user, item) ? String(1 + (user + item) % 5) : "");
  const { found, pairs } = await pairsOf(text);
  assertEquals(found.wide, { key: "user", name: "item", value: "rating" });
  assertEquals(pairs, WANTED);
});

Deno.test("a value for 'not rated', in any notation, and additional columns are omitted", async () => {
  const star = (user: number, item: number) => 1 + (user + item) % 5;
  const beside = wide((user, item) => had(user, item) ? String(star(user, item)) : "")
    .replace("user,", "user,name,age,").replaceAll(/^u(\d+),/gm, "u$1,Name $1,4$1,");
  for (
    const text of [
      wide((user, item) => had(user, item) ? `${star(user, item)}.0` : item % 2 ? "99" : "99.0"),
      wide((user, item) => had(user, item) ? "TRUE" : item % 2 ? "FALSE" : "False"),
      wide((user, item) => had(user, item) ? "x" : ""),
      beside,
    ]
  ) {
    assertEquals((await pairsOf(text)).pairs, WANTED);
  }
});

Deno.test("a row for each pair of user and item, most with a number for 'not rated', has ratings alone", async () => {
  const star = (user: number, item: number) => 1 + (user + item) % 5;
  const pair = (user: number, item: number, none: string) =>
    `u${user},i${item},${had(user, item) ? star(user, item) : none}\n`;
  const byUser = Array.from({ length: USERS * ITEMS }, (_, i) => i)
    .map((i) => [Math.floor(i / ITEMS), i % ITEMS] as const);
  for (const none of ["99", "0", "-1", ""]) {
    for (const order of [byUser, byUser.toSorted(([, a], [, b]) => a - b)]) {
      const text = order.map(([user, item]) => pair(user, item, none)).join("");
      const { found, pairs, notes } = await pairsOf(`user,item,rating\n${text}`);
      assertEquals(found.dialect.filled, "rating");
      assertEquals(found.dialect.none, none === "" ? undefined : none);
      assertEquals(pairs, WANTED);
      assertStringIncludes(notes.join(" "), 'Rows without "rating"');
    }
  }
  // The first item alone has more rows than are looked at first.
  const [users, items] = [6_000, 5];
  const long = Array.from(
    { length: users * items },
    (_, i) => pair(i % users, Math.floor(i / users), "99"),
  );
  const { dialect } = await describeFile(file(`user,item,rating\n${long.join("")}`));
  assertEquals([dialect.filled, dialect.none], ["rating", "99"]);
});

Deno.test("a table of items and flags, or of events with numbers, is not a table of users × items", async () => {
  const flags = Array.from(
    { length: 40 },
    (_, i) => [i, `Film ${i}`, ...Array.from({ length: 18 }, (_, j) => Number((i + j) % 5 === 0))],
  );
  const events = Array.from(
    { length: 40 },
    (_, i) => [`u${i % 7}`, `i${i % 11}`, ...Array.from({ length: 8 }, (_, j) => (i + j) % 3)],
  );
  for (const [rows, names] of [[flags, ["id", "title"]], [events, ["user", "item"]]] as const) {
    const header = [...names, ...rows[0].slice(2).map((_, i) => `f${i}`)];
    const text = [header, ...rows].map((cells) => cells.join(",") + "\n").join("");
    assertEquals((await describeFile(file(text))).wide, undefined);
  }
});
