import { assertEquals } from "@std/assert";
import { findMelted, isOneColumn, mayBeMelted } from "./find_melted.ts";

const has = (user: number, item: number) => user % 2 === item % 2 && (user + item) % 3 > 0;
const star = (user: number, item: number) => 1 + (user + item) % 5;

Deno.test("findMelted: a row whose other columns have a value is no blank of a melted table", () => {
  const rows = Array.from({ length: 20 * 8 }, (_, i) => {
    const [user, item] = [i % 20, Math.floor(i / 20)];
    const helpful = has(user, item) ? String(star(user, item)) : "";
    return [`u${user}`, `i${item}`, String(1 + (user * 3 + item) % 5), helpful];
  });
  assertEquals(findMelted(["user", "item", "rating", "helpful"], rows), undefined);
  const named = rows.map((
    [user, item, , value],
    i,
  ) => [String(i), user, item, `of ${item}`, value]);
  assertEquals(findMelted(["row", "user", "item", "title", "value"], named), {
    filled: "value",
  });
});

Deno.test("findMelted: the rows and columns of a melted table may be in any order", () => {
  const rows = Array.from({ length: 20 * 8 }, (_, i) => {
    const [user, item] = [i % 20, Math.floor(i / 20)];
    return [`u${user}`, `i${item}`, has(user, item) ? String(star(user, item)) : ""];
  });
  const mixed = rows.map((_, i) => rows[i * 61 % rows.length]);
  const columns = ["user", "variable", "value"];
  for (const order of [[0, 1, 2], [2, 0, 1], [1, 2, 0]]) {
    for (const list of [rows, mixed]) {
      const moved = list.map((row) => order.map((place) => row[place]));
      assertEquals(findMelted(order.map((place) => columns[place]), moved), { filled: "value" });
    }
  }
  assertEquals(findMelted(columns, mixed.slice(40)), undefined);
});

/** Returns the rows of all pairs of 20 users and 8 items. */
function pairs(cell: (user: number, item: number) => unknown): string[][] {
  return Array.from({ length: 20 * 8 }, (_, i) => {
    const [user, item] = [Math.floor(i / 8), i % 8];
    return [`u${user}`, `i${item}`, String(cell(user, item))];
  });
}

Deno.test("findMelted: a number of the table may say that there is no rating", () => {
  const columns = ["user", "item", "rating"];
  const joke = (user: number, item: number) => ((user * 7 + item * 13) % 200 / 10 - 10).toFixed(2);
  const filled = "rating";
  for (
    const [cell, melted] of [
      [(u: number, i: number) => has(u, i) ? joke(u, i) : "99", { filled, none: "99" }],
      [(u: number, i: number) => has(u, i) ? star(u, i) : "0", { filled, none: "0" }],
      [(u: number, i: number) => has(u, i) ? star(u, i) : "-1", { filled, none: "-1" }],
      // A zero may say that the item is not liked.
      [(u: number, i: number) => Number(has(u, i)), undefined],
      // Nobody left a rating out, and a zero among blanks is a rating.
      [star, undefined],
      [(u: number, i: number) => has(u, i) ? star(u, i) - 1 : "", { filled }],
    ] as const
  ) {
    const rows = pairs(cell);
    assertEquals(mayBeMelted(columns, rows), melted !== undefined);
    assertEquals(findMelted(columns, rows), melted, rows[0][2]);
  }
  // Rows without a click have a time: they were shown.
  const shown = pairs((u, i) => Number(has(u, i)))
    .map((row, i) => [...row, String(1_500_000_000 + i * 61 % 997)]);
  assertEquals(findMelted([...columns, "time"], shown), undefined);
});

Deno.test("isOneColumn: all rows are of one item, or of one user", () => {
  const column = Array.from({ length: 9 }, (_, user) => [`u${user}`, "i1", "5"]);
  assertEquals(isOneColumn(column), true);
  assertEquals(isOneColumn([...column, ["u0", "i2", "5"]]), false);
});
