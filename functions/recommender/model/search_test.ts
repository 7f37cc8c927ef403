import { assertEquals } from "@std/assert";
import { searchStrings } from "./search.ts";
import { stringAt, stringTable } from "./string_table.ts";

const TITLES = [
  "Heat (1995)",
  "The Heat",
  "heat",
  "Amélie",
  "In the Heat of the Night",
  "Œuvre\0x",
];
/** From most to least popular. */
const ORDER = [4, 0, 1, 2, 3, 5];

function search(q: string, { offset = 0, limit = 10 } = {}): string[] {
  const table = stringTable(TITLES);
  return searchStrings(table, { q, offset, limit, order: ORDER }).map((i) => stringAt(table, i));
}

Deno.test("an equal title comes first, then titles with that prefix, then by popularity", () => {
  assertEquals(search("HEAT"), ["heat", "Heat (1995)", "In the Heat of the Night", "The Heat"]);
});

Deno.test("case and accents do not matter", () => {
  assertEquals(search("amelie"), ["Amélie"]);
  assertEquals(search("AMÉLIE"), ["Amélie"]);
  assertEquals(search("ŒUVRE"), ["Œuvre\0x"]);
});

Deno.test("a match never spans two titles", () => {
  assertEquals(search("(1995)\0the"), []);
  assertEquals(search("heatamelie"), []);
  assertEquals(search("nothing like it"), []);
});

Deno.test("an empty query returns all titles in order", () => {
  assertEquals(search("", { limit: 2 }), ["In the Heat of the Night", "Heat (1995)"]);
  assertEquals(search("", { offset: 4, limit: 10 }), ["Amélie", "Œuvre\0x"]);
  assertEquals(search("", { offset: 9 }), []);
});

Deno.test("concatenated pages are the whole result", () => {
  const pages = [0, 1, 2, 3, 4].flatMap((offset) => search("heat", { offset, limit: 1 }));
  assertEquals(pages, search("heat"));
});

Deno.test("without an order the table's own counts", () => {
  const table = stringTable(["10", "1", "21", "100"]);
  assertEquals(searchStrings(table, { q: "1", offset: 0, limit: 10 }), [1, 0, 3, 2]);
});

Deno.test("an empty table has nothing to find", () => {
  assertEquals(searchStrings(stringTable([]), { q: "a", offset: 0, limit: 10 }), []);
});

Deno.test("a hundred thousand titles are searched within the time of a keystroke", () => {
  const words = ["red", "blue", "night", "river", "heat", "stone", "winter", "garden"];
  const titles = Array.from(
    { length: 100_000 },
    (_, i) => `${words[i % 8]} ${words[(i * 7 + 3) % 8]} ${i} (${1950 + i % 70})`,
  );
  const table = stringTable(titles);
  searchStrings(table, { q: "warm", offset: 0, limit: 50 });
  const started = performance.now();
  for (let i = 0; i < 10; i++) {
    assertEquals(searchStrings(table, { q: "heat", offset: 0, limit: 50 }).length, 50);
  }
  const each = (performance.now() - started) / 10;
  assertEquals(each < 250, true, `${each} ms a search`);
});
