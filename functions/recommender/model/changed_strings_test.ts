import { assertEquals } from "@std/assert";
import { changedStrings, type StringChanges } from "./changed_strings.ts";
import { seededRandom } from "./seeded_random.ts";
import { finished } from "./steps.ts";
import { indexOfString, stringAt, type StringTable, stringTable } from "./string_table.ts";

const withStrings = (
  table: StringTable,
  changes: StringChanges,
  options?: Parameters<typeof changedStrings>[2],
) => finished(changedStrings(table, changes, options));

Deno.test("a changed table equals one that is built anew", () => {
  const random = seededRandom(4901);
  const below = (n: number) => Math.floor(random() * n);
  const word = () => Array.from({ length: below(5) }, () => "aäbB\u{1f600}"[below(4)]).join("");
  for (let round = 0; round < 300; round++) {
    const strings = Array.from({ length: below(20) }, word);
    const added = Array.from({ length: below(5) }, word);
    const replaced = new Map<number, string>();
    if (strings.length > 0) {
      for (let i = below(4); i > 0; i--) replaced.set(below(strings.length), word());
    }
    const popularity = Array.from({ length: 25 }, () => below(3));
    const precedes = (a: number, b: number) => popularity[b] - popularity[a] || a - b;
    const changed = withStrings(stringTable(strings, precedes), { added, replaced }, { precedes });
    const all = [...strings.map((string, i) => replaced.get(i) ?? string), ...added];
    assertEquals(changed, stringTable(all, precedes));
  }
});

Deno.test("strings that left are not found, and stay at their index", () => {
  const table = stringTable(["a", "b", "c", "b"]);
  const changed = withStrings(table, { added: ["d"], left: new Set([1]) });
  assertEquals(["a", "b", "c", "d"].map((string) => indexOfString(changed, string)), [0, 3, 2, 4]);
  assertEquals(stringAt(changed, 1), "b");
  assertEquals(withStrings(table, { added: [] }), table);
});
