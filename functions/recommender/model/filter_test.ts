import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { exampleModel } from "../../../testing/example_model.ts";
import { excludedBy, type Filter, FilterError } from "./filter.ts";
import type { Column, Model } from "./model.ts";
import { stringTable } from "./string_table.ts";
import { seededRandom } from "./seeded_random.ts";

function listColumn(name: string, lists: string[][], kind: "text" | "list" = "list"): Column {
  const terms = [...new Set(lists.flat())];
  return {
    name,
    kind,
    terms: stringTable(terms),
    offsets: Uint32Array.from([0, ...lists.map((_, i) => lists.slice(0, i + 1).flat().length)]),
    codes: Uint16Array.from(lists.flat(), (term) => terms.indexOf(term)),
  };
}

const seconds = (date: string) => Date.parse(date) / 1000;

const released = ["1995-12-15", "1972-03-20", "2002-11-27", "1979-05-25T20:15:00Z", ""];

/** The five films with column values; Amélie has none. */
const films: Model = {
  ...exampleModel("CONTENT"),
  columns: [
    { name: "year", kind: "number", values: Float32Array.of(1995, 1972, 2002, 1979, NaN) },
    { name: "price", kind: "number", values: Float64Array.of(9.99, 7.3, 0, -1, NaN) },
    { name: "released", kind: "date", values: Float64Array.from(released, seconds) },
    listColumn("genre", [["Crime", "Drama"], ["Drama", "Sci-Fi"], ["Sci-Fi"], ["Horror"], []]),
    listColumn("language", [["en"], ["Русский"], ["en"], ["en"], []], "text"),
    listColumn("a/b~c", [["x"], [], [], [], []], "text"),
  ],
};
films.manifest = {
  ...films.manifest,
  unfilterable: [{ name: "plot", reason: "It has 12000 different values." }],
};

function passing(filter: Filter): number[] {
  const excluded = excludedBy(films, filter);
  assertEquals(excluded.length, 5);
  return [0, 1, 2, 3, 4].filter((item) => !excluded[item]);
}

Deno.test("a value, several values, and several conditions joined by AND", () => {
  assertEquals(passing({ genre: "Drama" }), [0, 1], "a list has it among others");
  assertEquals(passing({ genre: ["Drama", "Horror"] }), [0, 1, 3]);
  assertEquals(passing({ genre: "Sci-Fi", language: ["en", "fr"] }), [2]);
  assertEquals(passing({ genre: "Western" }), [], "unheard of, and no mistake");
  assertEquals(passing({ genre: { eq: "Drama" }, year: { lt: 1995 } }), [1]);
  assertEquals(passing({}), [0, 1, 2, 3, 4]);
});

Deno.test("texts are compared without regard to case, accents and blanks around them", () => {
  assertEquals(passing({ genre: " dráma " }), [0, 1]);
  assertEquals(passing({ language: "русский" }), [1]);
});

Deno.test("numbers are filtered by value, list and bounds; items without a value never pass", () => {
  assertEquals(passing({ year: 1995 }), [0]);
  assertEquals(passing({ year: "1995" }), [0]);
  assertEquals(passing({ year: [1972, 1979, 1900] }), [1, 3]);
  assertEquals(passing({ year: { gte: 1979, lte: 1995 } }), [0, 3]);
  assertEquals(passing({ year: { gt: 1979, lt: 1995 } }), []);
  assertEquals(passing({ year: { gt: 1972 } }), [0, 2, 3]);
  assertEquals(passing({ year: { lte: 1972 } }), [1]);
  assertEquals(passing({ year: { gte: 2003, lte: 1900 } }), []);
  assertEquals(passing({ price: 9.99 }), [0], "as exact as the file");
  assertEquals(passing({ price: { eq: 7.3, gt: 7 } }), [1]);
  assertEquals(passing({ price: 0 }), [2]);
  assertEquals(passing({ price: { gte: -1, lt: 0 } }), [3]);
});

Deno.test("dates are filtered by year, month, day or instant, each with its duration", () => {
  assertEquals(passing({ released: 1995 }), [0]);
  assertEquals(passing({ released: "1972-03" }), [1]);
  assertEquals(passing({ released: ["1979-05-25", "2002-11-27"] }), [2, 3]);
  assertEquals(passing({ released: { gte: 1972, lte: "1979-05" } }), [1, 3]);
  assertEquals(passing({ released: { gt: "1979-05-25" } }), [0, 2], "after the whole day");
  assertEquals(passing({ released: { gt: "1979-05-25T20:00:00Z" } }), [0, 2, 3]);
  assertEquals(passing({ released: "1979-05-25T22:15:00+02:00" }), [3]);
  assertEquals(passing({ released: "1979-05-25 20:15" }), [3], "UTC without a zone");
  assertEquals(passing({ released: seconds("1995-12-15") }), [0]);
  assertEquals(passing({ released: { gte: seconds("1995-12-15") * 1000 } }), [0, 2]);
  assertEquals(passing({ released: 19720320 }), [1]);
});

Deno.test("an invalid filter is rejected with its pointer and the existing columns", () => {
  const fault = (filter: unknown) =>
    assertThrows(() => excludedBy(films, filter as Filter), FilterError);
  const unknown = fault({ gender: "f" });
  assertEquals(unknown.pointer, "/gender");
  assertEquals(unknown.columns, ["year", "price", "released", "genre", "language", "a/b~c"]);
  assertStringIncludes(unknown.message, '"genre"');
  assertStringIncludes(fault({ plot: "dogs" }).message, "It has 12000 different values.");
  const places: [unknown, string, string][] = [
    [{ genre: { gte: "A" } }, "/genre/gte", "a column of lists"],
    [{ language: { lt: 3 } }, "/language/lt", "a column of texts"],
    [{ year: "soon" }, "/year", '"soon" is not a number'],
    [{ year: { gte: "soon" } }, "/year/gte", "needs numbers"],
    [{ year: [1995, true] }, "/year/1", "needs numbers"],
    [{ year: "" }, "/year", "needs numbers"],
    [{ year: { from: 1990 } }, "/year", "takes eq, gt, gte, lt, lte"],
    [{ year: {} }, "/year", "takes eq"],
    [{ year: null }, "/year", "needs numbers"],
    [{ released: "1995-02-30" }, "/released", "needs dates"],
    [{ released: "1995-13" }, "/released", "needs dates"],
    [{ released: "yesterday" }, "/released", "needs dates"],
    [{ genre: [] }, "/genre", "empty list"],
    [{ genre: null }, "/genre", "takes texts"],
    [{ genre: ["Drama", { a: 1 }] }, "/genre/1", "takes texts"],
    [{ "a/b~c": { gt: 1 } }, "/a~1b~0c/gt", "takes numbers"],
    [{ constructor: 1 }, "/constructor", "no column"],
  ];
  for (const [filter, pointer, words] of places) {
    const error = fault(filter);
    assertEquals(error.pointer, pointer, JSON.stringify(filter));
    assertStringIncludes(error.message, words);
  }
  const bare = assertThrows(
    () => excludedBy(exampleModel("CONTENT"), { genre: "Drama" }),
    FilterError,
  );
  assertStringIncludes(bare.message, "no filterable column");
});

Deno.test("filters agree with a slow implementation, for 400 random filters", () => {
  const random = seededRandom(5);
  const below = (n: number) => Math.floor(random() * n);
  const items = 300;
  const numbers = Array.from({ length: items }, () => below(10) ? below(40) / 4 - 3 : NaN);
  const tags = Array.from(
    { length: items },
    () => [...new Set(Array.from({ length: below(5) }, () => `t${below(12)}`))],
  );
  const model: Model = {
    ...films,
    items: { ...films.items, popularity: new Uint32Array(items) },
    columns: [
      { name: "number", kind: "number", values: Float32Array.from(numbers) },
      listColumn("tags", tags),
    ],
  };
  const holds = {
    eq: (a: number, b: number) => a === b,
    gt: (a: number, b: number) => a > b,
    gte: (a: number, b: number) => a >= b,
    lt: (a: number, b: number) => a < b,
    lte: (a: number, b: number) => a <= b,
  };
  let passed = 0;
  for (let round = 0; round < 400; round++) {
    const bounds = (["eq", "gt", "gte", "lt", "lte"] as const).filter(() => below(3) === 0);
    const range = bounds.map((bound) => [bound, below(40) / 4 - 3] as const);
    const wanted = Array.from({ length: 1 + below(3) }, () => `T${below(14)}`);
    const filter: Filter = {
      ...(range.length > 0 && { number: Object.fromEntries(range) }),
      ...(below(3) > 0 && { tags: wanted }),
    };
    const excluded = excludedBy(model, filter);
    for (let item = 0; item < items; item++) {
      const slowly = range.every(([bound, value]) => holds[bound](numbers[item], value)) &&
        (!filter.tags || wanted.some((tag) => tags[item].includes(tag.toLowerCase())));
      assertEquals(excluded[item] === 0, slowly, `${JSON.stringify(filter)} of item ${item}`);
      if (slowly) passed++;
    }
  }
  assert(passed > 1000 && passed < 100_000, "neither nothing nor everything passed");
});
