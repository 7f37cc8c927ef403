import { assertEquals } from "@std/assert";
import { PaddedIds } from "./padded_ids.ts";

Deno.test("only ids that differ by leading zeros are reported", () => {
  const cases: [ids: string[], isSaid: boolean][] = [
    [["007", "7"], true],
    [["7", "8", "08"], true],
    [["007", "07"], true],
    [["0", "00"], true],
    [["007", "008", "0010"], false],
    [["007", "007"], false],
    [["0", "10", "100"], false],
    [["0a", "a"], false],
    [["007", "7.0", "u7"], false],
  ];
  for (const [ids, isSaid] of cases) {
    const padded = new PaddedIds();
    for (const id of ids) padded.add(id);
    assertEquals(padded.notes("user", (id) => ids.includes(id)).length, isSaid ? 1 : 0, `${ids}`);
  }
});
