import { assertEquals } from "@std/assert";
import { ValueEvidence } from "./value_evidence.ts";

/** Returns the ambiguity of a column: a sign, an order of dates, "text", or null if there is none. */
function openOf(cells: readonly string[]) {
  const evidence = new ValueEvidence();
  for (const cell of cells) evidence.add(cell);
  const found = evidence.decide({});
  if (!found) return "text";
  return "numbers" in found ? found.numbers.open : found.times.open;
}

Deno.test("a column is examined until none of its formats is ambiguous", () => {
  const many = (cell: string) => Array.from({ length: 2500 }, () => cell);
  const cases: [string[], string | null][] = [
    [[...many("7"), "1.234"], "."],
    [[...many("1.234"), "3.5"], null],
    [many("10.000 km"), "."],
    [["3.5", ...many("1.234")], null],
    [many("01/02/2019"), "cells"],
    [[...many("01/02/2019"), "24/01/2019"], null],
    [["24/01/2019", ...many("01/02/2019")], null],
    [[...many("a film"), "1.234"], "text"],
    [["", "  "], "text"],
    [["01067", "80331", "04109"], "text"],
    [["01067", "1.5", "7"], null],
  ];
  for (const [cells, open] of cases) assertEquals(openOf(cells), open, cells[0]);
});
