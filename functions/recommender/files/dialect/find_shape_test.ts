import { assertEquals } from "@std/assert";
import type { Unpivot } from "../dialect.ts";
import { findWide, lacksKey } from "./find_shape.ts";

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

Deno.test("findWide: a table of mostly zero counts has a column for each item", () => {
  const wide = { key: "listener", name: "item", value: "rating" };
  assertEquals(findWide(COLUMNS, playCounts("0")), { ...wide, none: "0" });
  assertEquals(findWide(COLUMNS, playCounts("")), wide);
});

Deno.test("findWide: measurements of items are not a table of users and items", () => {
  const measures = playCounts("0").map(([key, ...cells], row) => [
    key,
    ...cells.map((_, column) => `${(1 + row * 31 + column * 17) % 97 / 10}`),
  ]);
  assertEquals(findWide(COLUMNS, measures), undefined);
});

const [USERS, ITEMS] = [60, 24];
const has = (user: number, item: number) => user % 2 === item % 2 && (user + item) % 3 > 0;
const WORDS = ["poor", "fair", "good", "great"];
const star = (user: number, item: number) => 1 + (user + item) % 5;

/** Returns a table of ratings; `before` are the cells before them. */
function table(
  cell: (user: number, item: number) => string | number,
  { items = ITEMS, before = (user: number): (string | number)[] => [`u${user}`] } = {},
): string[][] {
  return Array.from(
    { length: USERS },
    (_, user) =>
      [...before(user), ...Array.from({ length: items }, (_, item) => cell(user, item))].map(
        String,
      ),
  );
}

function names(items: number, before = ["user"]): string[] {
  return [...before, ...Array.from({ length: items }, (_, item) => `Film ${item}`)];
}

const WIDE = { key: "user", name: "item", value: "rating" };
const BESIDE = {
  before: (user: number) => [`u${user}`, `Name ${user}`, 20 + user % 40],
};

const TABLES: [name: string, columns: string[], rows: string[][], Unpivot | undefined][] = [
  ["99 for none", names(ITEMS), table((u, i) => has(u, i) ? star(u, i) : 99), {
    ...WIDE,
    none: "99",
  }],
  [
    "jokes with 99 for none",
    names(ITEMS),
    table((u, i) => has(u, i) ? ((u * 7 + i * 13) % 200 / 10 - 10).toFixed(2) : 99),
    { ...WIDE, none: "99" },
  ],
  ["−1 for none", names(ITEMS), table((u, i) => has(u, i) ? star(u, i) : -1), {
    ...WIDE,
    none: "-1",
  }],
  ["thumbs of −1 and 1", names(ITEMS), table((u, i) => has(u, i) ? 1 : -1), WIDE],
  ["TRUE and FALSE", names(ITEMS), table((u, i) => has(u, i) ? "TRUE" : "FALSE"), {
    ...WIDE,
    none: "false",
  }],
  ["yes and no", names(ITEMS), table((u, i) => has(u, i) ? "yes" : "no"), { ...WIDE, none: "no" }],
  ["rows of stars", names(ITEMS), table((u, i) => has(u, i) ? "★".repeat(star(u, i)) : ""), WIDE],
  ["crosses", names(ITEMS), table((u, i) => has(u, i) ? "x" : ""), WIDE],
  ["opinions", names(ITEMS), table((u, i) => has(u, i) ? "like" : "dislike"), WIDE],
  ["a name and an age beside", names(ITEMS, ["user", "name", "age"]), table(star, BESIDE), {
    ...WIDE,
    without: ["name", "age"],
  }],
  [
    "an age beside ratings with 99 for none",
    names(ITEMS, ["user", "name", "age"]),
    table((u, i) => has(u, i) ? star(u, i) : 99, BESIDE),
    { ...WIDE, none: "99", without: ["name", "age"] },
  ],
  ["three films", names(3), table(star, { items: 3 }), WIDE],
  [
    "a total beside",
    [...names(ITEMS), "Total"],
    table((u, i) => has(u, i) ? star(u, i) : "").map((row, u) => [...row, String(40 + u)]),
    { ...WIDE, without: ["Total"] },
  ],
  [
    "a row of averages below",
    names(ITEMS),
    [
      ...table((u, i) => has(u, i) ? star(u, i) : ""),
      ["Mittelwert", ...Array.from({ length: ITEMS }, (_, i) => `3.${100 + i}`)],
    ],
    WIDE,
  ],
  ["words", names(ITEMS), table((u, i) => has(u, i) ? WORDS[(u + i) % 4] : ""), {
    ...WIDE,
    value: "event",
  }],
  [
    "words and an age beside",
    names(ITEMS, ["user", "age"]),
    table((u, i) => WORDS[(u * 3 + i) % 4], {
      before: (user) => [`u${user}`, String(20 + user % 30)],
    }),
    { ...WIDE, value: "event", without: ["age"] },
  ],
  [
    "a time and an address before",
    names(ITEMS, ["Timestamp", "Email"]),
    table(star, {
      before: (
        user,
      ) => [`1/${1 + user % 28}/2021 10:${10 + user % 50}:00`, `p${user}@shop.example`],
    }),
    { ...WIDE, key: "Email", without: ["Timestamp"] },
  ],
  [
    "items with texts",
    ["id", ...Array.from({ length: ITEMS }, (_, i) => `attribute ${i}`)],
    table((u, i) => `value ${i} ${u % 7}`),
    undefined,
  ],
  [
    "flags beside a name",
    names(ITEMS, ["id", "title", "made"]),
    table((u, i) => Number(has(u, i)), BESIDE),
    undefined,
  ],
  [
    "events of three numbers",
    ["visit", "item", "rating", "hour"],
    table(star, { items: 3 }),
    undefined,
  ],
  ["events with counts", ["visit", "shelf", "plays", "age"], table(star, { items: 3 }), undefined],
  [
    "three numbers of different ranges",
    ["visit", "a", "b", "c"],
    table((u, i) => i === 0 ? u % 20 : star(u, i), { items: 3 }),
    undefined,
  ],
];

for (const [name, columns, rows, wide] of TABLES) {
  Deno.test(`findWide: ${name}`, () => {
    assertEquals(findWide(columns, rows), wide);
    assertEquals(lacksKey(columns, rows), false);
  });
}

Deno.test("lacksKey: ratings without a column of ids, or with a count before them", () => {
  const none = { before: () => [] };
  const count = { before: (user: number) => [10 + user % 20] };
  const joke = (u: number, i: number) =>
    has(u, i) ? ((u * 7 + i * 13) % 200 / 10 - 10).toFixed(2) : 99;
  for (
    const [columns, rows] of [
      [names(ITEMS, []), table((u, i) => has(u, i) ? star(u, i) : "", none)],
      [names(ITEMS, []), table((u, i) => 1 + (u * i + u) % 5, none)],
      [names(ITEMS, ["n"]), table(joke, count)],
    ] as const
  ) {
    assertEquals([findWide(columns, rows), lacksKey(columns, rows)], [undefined, true]);
  }
  const events = table((u, i) => i === 0 ? u % 7 : i === 1 ? u % 11 : (u + i) % 3, {
    items: 8,
    ...none,
  });
  const named = ["user", "item", "rating", "a", "b", "c", "d", "e"];
  assertEquals(lacksKey(named, events), false);
});
