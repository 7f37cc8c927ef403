import { assertEquals } from "@std/assert";
import { nearestStrings } from "./nearest.ts";
import { stringAt, stringTable } from "./string_table.ts";

const table = stringTable([
  "Heat (1995)",
  "Heaven Can Wait (1978)",
  "The Matrix (1999)",
  "Matrix Reloaded, The (2003)",
  "Amélie",
  "",
  "Alien (1979)",
  "Alien (1979)",
]);

function nearest(wanted: string, n = 3): string[] {
  return nearestStrings(table, wanted, { n, precedes: (a, b) => b - a })
    .map((index) => stringAt(table, index));
}

Deno.test("a title is found despite a typing error", () => {
  assertEquals(nearest("Heat 1995")[0], "Heat (1995)");
  assertEquals(nearest("the matirx")[0], "The Matrix (1999)");
  assertEquals(nearest("amelie")[0], "Amélie");
  assertEquals(nearest("  AMÉLIE ")[0], "Amélie");
});

Deno.test("equally similar titles come in the requested order", () => {
  const alien = nearestStrings(table, "alien", { n: 2, precedes: (a, b) => b - a });
  assertEquals(alien, [7, 6]);
  assertEquals(nearestStrings(table, "alien", { n: 1, precedes: (a, b) => a - b }), [6]);
});

Deno.test("a text without similar titles has no neighbours", () => {
  assertEquals(nearest("qqqqzzzz"), []);
  assertEquals(nearest(""), [""]);
});

Deno.test("the order is that of the coefficient worked out by hand", () => {
  // Bigrams of " ab " are {" a", "ab", "b "}: "ab" shares 3 of 3 + 3, "abc" 2 of 3 + 4, "b" 1 of 3
  // + 2.
  const few = stringTable(["b", "abc", "ab", "xyz"]);
  const found = nearestStrings(few, "ab", { n: 4, precedes: (a, b) => a - b });
  assertEquals(found, [2, 1, 0]);
});
