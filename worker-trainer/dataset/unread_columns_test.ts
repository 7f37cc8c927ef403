/** Columns that are read otherwise than their owner may think: a note says so, in check and receipt. */
import { assertEquals } from "@std/assert";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import { describeFile } from "../../functions/recommender/files/dialect/describe.ts";
import type { InteractionMapping } from "../../functions/recommender/files/mapping.ts";
import { proposeMapping } from "../../functions/recommender/files/propose/propose_mapping.ts";
import { forecastInteractions } from "../../functions/recommender/files/rows/forecast.ts";
import { readDataset } from "./read.ts";

/** Returns the proposed mapping of a file with a third column of such cells, and its notes. */
async function read(header: string, row: (i: number) => string, given?: InteractionMapping) {
  const lines = Array.from({ length: 60 }, (_, i) => row(i));
  const bytes = bytesOf(new Blob([[header, ...lines].join("\n")]));
  const { dialect, columns, sampleRows } = await describeFile(bytes);
  const mapping = given ??
    proposeMapping("INTERACTION", columns, sampleRows).mapping as InteractionMapping;
  const file = { kind: "INTERACTION" as const, dialect, mapping };
  const { receipts: [receipt] } = await readDataset([
    { ...file, name: "1", open: () => Promise.resolve(bytes) },
  ]);
  const { estimated: _, ...forecast } = await forecastInteractions({ ...file, bytes });
  assertEquals(forecast, receipt);
  return { mapping, notes: (receipt.notes ?? []).join(" ") };
}

const UNREAD = /is named as a time, but its cells are not read as times/;
const SEVERAL = /looks like lists of items, and each list is read as one item/;

Deno.test("a column named as a time that cannot be proposed has a note", async () => {
  const cells: [header: string, cell: (i: number) => string, isNoted: boolean][] = [
    ["date", (i) => String(43_487 + i), true],
    ["date", (i) => `${43_487 + i}.75`, true],
    ["Datum", (i) => `KW ${1 + i % 28} 2019`, true],
    ["date", (i) => `2019-01-${10 + i % 20}`, false],
    ["day", (i) => String(1 + i % 28), false],
    ["time", (i) => i % 2 ? "morning" : "evening", false],
    ["watched", (i) => String(i % 2), false],
    ["colour", (i) => `red ${i % 9}`, false],
  ];
  for (const [header, cell, isNoted] of cells) {
    const { notes, mapping } = await read(
      `user,item,${header}`,
      (i) => `u${i % 7},i${i % 11},${cell(i)}`,
    );
    assertEquals(UNREAD.test(notes), isNoted, `${header}: ${cell(1)}`);
    assertEquals(mapping.timestamp !== undefined, cell(1).startsWith("2019"), header);
  }
});

Deno.test("letters that another program has misread have a note", async () => {
  const cells: [cell: (i: number) => string, isNoted: boolean][] = [
    [(i) => `CafÃ© ${i % 9} â€“ LÃ©on`, true],
    [(i) => `Ð˜Ð´Ð¸Ð¾Ñ‚ ${i % 9}`, true],
    [(i) => i % 20 ? `Cafe ${i % 9}` : "AmÃ©lie", true],
    [(i) => `Café ${i % 9} – Léon “Ã” ÀÉÎ`, false],
    [(i) => `Идиот ${i % 9}`, false],
    [(i) => `€${i % 9} ©™ São`, false],
  ];
  for (const [cell, isNoted] of cells) {
    const { notes } = await read("user,item", (i) => `u${i % 7},${cell(i)}`);
    assertEquals(/Letters such as "[^"]+" are probably/.test(notes), isNoted, cell(0));
  }
});

Deno.test("dates of another calendar are not proposed as items, whatever their column's name", async () => {
  const { mapping } = await read(
    "ผู้ใช้,สินค้า,คะแนน,xyz",
    (i) => `u${i % 7},i${i % 11},${1 + i % 5},${1 + i % 28}/01/2562`,
  );
  const { user_id, item_id, rating } = mapping;
  assertEquals({ user_id, item_id, rating }, {
    user_id: "ผู้ใช้",
    item_id: "สินค้า",
    rating: "คะแนน",
  });
});

Deno.test("items that are baskets have a note, ids and names of several parts have none", async () => {
  const product = (i: number) => `a${i % 12}`;
  const basket = (i: number, sign: string) =>
    Array.from({ length: 1 + i % 4 }, (_, n) => product(i * 5 + n * 7)).join(sign);
  const words = "red river north star golden empty winter second".split(" ");
  const cells: [cell: (i: number) => string, isNoted: boolean][] = [
    [(i) => basket(i, "|"), true],
    [(i) => basket(i, ";"), true],
    [(i) => `"${basket(i, ", ")}"`, true],
    [(i) => basket(i, " "), true],
    [(i) => `shop${i % 3}|${product(i)}`, false],
    [(i) => `The ${words[i % 8]} ${words[(i >> 1) % 8]} ${i % 2 ? i % 30 : ""}`.trim(), false],
    [(i) => `"${words[i % 8]}, ${words[(i >> 2) % 8]} ${i % 20}"`, false],
    [product, false],
  ];
  for (const [cell, isNoted] of cells) {
    const { notes } = await read("user,item", (i) => `u${i % 7},${cell(i)}`, {
      user_id: "user",
      item_id: "item",
    });
    assertEquals(SEVERAL.test(notes), isNoted, cell(3));
  }
});
