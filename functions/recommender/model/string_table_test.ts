import { assertEquals } from "@std/assert";
import { indexOfString, stringAt, stringCount, stringTable } from "./string_table.ts";

Deno.test("strings with any characters keep their indices and are found", () => {
  const strings = ["b", "", "Amélie", "a", "ab", "😀", "\uFEFFbom", "é", "z".repeat(1000), "a\0b"];
  const table = stringTable(strings);
  assertEquals(stringCount(table), strings.length);
  strings.forEach((string, index) => {
    assertEquals(stringAt(table, index), string);
    assertEquals(indexOfString(table, string), index);
  });
  for (const absent of ["c", "A", "abc", "Am", "amélie", "zz", "bom", "a\0"]) {
    assertEquals(indexOfString(table, absent), -1);
  }
});

Deno.test("strings are ordered by their bytes, where UTF-16 would order otherwise", () => {
  // U+FF5E precedes U+1F600 in UTF-8 and follows its surrogates in UTF-16.
  const table = stringTable(["😀", "～", "a"]);
  assertEquals([...table.order], [2, 1, 0]);
});

Deno.test("of equal strings the first in the given order is found", () => {
  const strings = ["Heat", "Casino", "Heat", "Heat"];
  assertEquals(indexOfString(stringTable(strings), "Heat"), 0);
  const popularity = [1, 9, 7, 7];
  const table = stringTable(strings, (a, b) => popularity[b] - popularity[a] || a - b);
  assertEquals(indexOfString(table, "Heat"), 2);
  assertEquals([...table.order], [1, 2, 3, 0]);
});

Deno.test("an empty table finds nothing", () => {
  const table = stringTable([]);
  assertEquals(stringCount(table), 0);
  assertEquals(indexOfString(table, ""), -1);
});
