import { assertEquals } from "@std/assert";
import { findWide } from "./find_shape.ts";

/** A row for each user with plays of 24 items, most of them none. */
function playCounts(none: string): string[][] {
  return Array.from({ length: 40 }, (_, user) => [
    `u${user}`,
    ...Array.from(
      { length: 24 },
      (_, item) => (user + item) % 5 === 0 ? `${7 * user + item + 1}` : none,
    ),
  ]);
}

const COLUMNS = ["listener", ...Array.from({ length: 24 }, (_, item) => `Song ${item}`)];

Deno.test("findWide: a table of counts that are mostly none has a column for each item", () => {
  const wide = { key: "listener", name: "item", value: "rating" };
  assertEquals(findWide(COLUMNS, playCounts("0")), { ...wide, none: "0" });
  assertEquals(findWide(COLUMNS, playCounts("")), wide);
});

Deno.test("findWide: measures of items are no table of users and items", () => {
  const measures = playCounts("0").map(([key, ...cells], row) => [
    key,
    ...cells.map((_, column) => `${(1 + row * 31 + column * 17) % 97 / 10}`),
  ]);
  assertEquals(findWide(COLUMNS, measures), undefined);
});
