import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { popularItems } from "../../functions/recommender/model/answer.ts";
import type { Column } from "../../functions/recommender/model/model.ts";
import { stringAt, stringCount } from "../../functions/recommender/model/string_table.ts";
import type { FeatureColumn } from "../dataset/dataset.ts";
import { assembleModel } from "../algorithms/assemble.ts";
import { datasetOf } from "../../testing/datasets.ts";
import { filterColumns } from "./filter_columns.ts";
import { emptyRows } from "../linalg/sparse_rows.ts";

const only = (values: string[]): Column => {
  const { columns, manifest } = filterColumns([{ name: "x", values }]);
  assertEquals(manifest, { columns: [{ name: "x", kind: columns[0].kind }], unfilterable: [] });
  return columns[0];
};

/** Returns each item's terms, or its number. */
function read(column: Column): unknown[] {
  if ("values" in column) return [...column.values];
  const { offsets, codes, terms } = column;
  return [...offsets.subarray(1)].map((end, i) =>
    [...codes.subarray(offsets[i], end)].map((code) => stringAt(terms, code))
  );
}

Deno.test("numbers are stored in 32 bits where that is exact", () => {
  const years = only(["1995", "", "2002", "null"]);
  assertEquals(years, { name: "x", kind: "number", values: Float32Array.of(1995, NaN, 2002, NaN) });
  const prices = only(["9,99", "1.234,5", "0"]);
  assertEquals(prices, { name: "x", kind: "number", values: Float64Array.of(9.99, 1234.5, 0) });
  assert("values" in only(["16777217"]) && read(only(["16777217"]))[0] === 16777217);
});

Deno.test("a column of numbers may contain a twentieth of other values", () => {
  const numbers = Array.from({ length: 19 }, (_, i) => String(i));
  const { kind, ...column } = only([...numbers, "soon"]);
  assertEquals([kind, read({ kind, ...column } as Column)[19]], ["number", NaN]);
  assertEquals(only([...numbers.slice(1), "soon", "later"]).kind, "text");
  assertEquals(only([...numbers, "1e999"]).kind, "number");
});

Deno.test("dates are seconds since 1970", () => {
  assertEquals(only(["1970-01-02", "02.01.1970", "", "1970-01-01T00:00:01.5Z"]), {
    name: "x",
    kind: "date",
    values: Float32Array.of(86400, 86400, NaN, 1.5),
  });
  assertEquals(only(["2024-03-01 12:34:57"]).kind, "date");
  assertEquals(read(only(["2024-03-01 12:34:57"])), [Date.UTC(2024, 2, 1, 12, 34, 57) / 1000]);
});

Deno.test("lists are split as content models split them, each term once as first spelt", () => {
  const genres = only(["Drama|Crime", "crime|CRIME| drama ", "", "|", "Comédie"]);
  assertEquals(genres.kind, "list");
  assertEquals(read(genres), [["Drama", "Crime"], ["Crime", "Drama"], [], [], ["Comédie"]]);
  assertEquals(read(only(["a, b", "b, c", "c, a", "a, b"]))[0], ["a", "b"]);
});

Deno.test("texts stay whole, with their commas", () => {
  const titles = ["Heat", "Good, the Bad and the Ugly, The", "Heat", ""];
  const column = only(titles);
  assertEquals(column.kind, "text");
  assertEquals(read(column), [["Heat"], ["Good, the Bad and the Ugly, The"], ["Heat"], []]);
  assertEquals(only(["en", "fr", "en", "en"]).kind, "text", "one term an item is no list");
});

Deno.test("columns that cannot be filtered are listed with a reason", () => {
  const many = Array.from({ length: 10_001 }, (_, i) => `plot ${i}`);
  const just = Array.from({ length: 10_001 }, (_, i) => `plot ${i % 10_000}`);
  const none = just.map(() => "");
  const { columns, manifest } = filterColumns([
    { name: "many", values: many },
    { name: "just", values: just },
    { name: "none", values: none },
  ]);
  assertEquals(columns.map(({ name }) => name), ["just"]);
  assert("terms" in columns[0] && stringCount(columns[0].terms) === 10_000);
  assertEquals(read(columns[0])[10_000], ["plot 0"]);
  assertEquals(manifest.unfilterable.map(({ name }) => name), ["many", "none"]);
  assertStringIncludes(manifest.unfilterable[0].reason, "more than 10000 different values");
  assertStringIncludes(manifest.unfilterable[1].reason, "empty");
});

Deno.test("columns beyond the limit are skipped, and later ones that fit are kept", () => {
  const values = Array.from({ length: 1000 }, (_, i) => String(i));
  const raw: FeatureColumn[] = [
    { name: "first", values },
    { name: "wide", values: values.map((value) => `${value}.1`) },
    { name: "last", values },
  ];
  const { columns, manifest } = filterColumns(raw, 9000);
  assertEquals(columns.map(({ name }) => name), ["first", "last"]);
  assertEquals(manifest.unfilterable.map(({ name }) => name), ["wide"]);
  assertStringIncludes(manifest.unfilterable[0].reason, "MB");
});

Deno.test("an assembled model can be filtered by the columns of the file", () => {
  const dataset = datasetOf([[0, 1], [1, 2]], { items: 4 });
  dataset.items.columns = [
    { name: "kind", values: ["a|b", "b", "c", ""] },
    { name: "year", values: ["1990", "2001", "", ""] },
  ];
  const popularity = Uint32Array.of(1, 2, 1, 0);
  const model = assembleModel(dataset, { weights: emptyRows(4), popularity }, {
    model_type: "CONTENT",
    algorithm: "none",
    parameters: {},
    gamma: 0.5,
  });
  assertEquals(model.manifest.columns, [
    { name: "kind", kind: "list" },
    { name: "year", kind: "number" },
  ]);
  const ids = (filter: Parameters<typeof popularItems>[1] & object) =>
    popularItems(model, filter).map(({ item_id }) => item_id);
  assertEquals(ids({ filter: { kind: "B" } }), ["i1", "i0"]);
  assertEquals(ids({ filter: { year: { lt: 2000 } } }), ["i0"]);
  const bare = assembleModel(
    datasetOf([[0]], { items: 1 }),
    { weights: emptyRows(1), popularity },
    {
      model_type: "CONTENT",
      algorithm: "none",
      parameters: {},
      gamma: 0.5,
    },
  );
  assertEquals([bare.columns, bare.manifest.columns], [undefined, undefined]);
});

Deno.test("prices, units and dates of one form are ranges, lists in brackets are terms", () => {
  assertEquals(only(["$9.99", "$1,299.00", "—", "?"]).kind, "number");
  assertEquals(read(only(["987", "1,234", "12,345", "1,234,567", "56"])), [
    987,
    1234,
    12345,
    1234567,
    56,
  ]);
  assertEquals(only(["120 min", "95 min", ""]).kind, "number");
  const days = only(["01/22/2019", "01/05/2019", ""]);
  assertEquals([days.kind, read(days).slice(0, 2)], ["date", [1548115200, 1546646400]]);
  const genres = ['["Drama","Crime"]', '["Crime"]', "[]"];
  assertEquals(read(only(genres)), [["Drama", "Crime"], ["Crime"], []]);
  assertEquals(only(genres).kind, "list");
  assertEquals(read(only(["Drama/Crime", "Crime/War", "War", "Drama"])), [
    ["Drama", "Crime"],
    ["Crime", "War"],
    ["War"],
    ["Drama"],
  ]);
});

Deno.test("dates that leave day and month open are no filter until the mapping chooses", () => {
  const values = ["01/02/2019", "03/04/2019"];
  const { manifest } = filterColumns([{ name: "day", values }]);
  assertStringIncludes(manifest.unfilterable[0].reason, "date_order");
  const { columns } = filterColumns([{ name: "day", values, choices: { date_order: "dmy" } }]);
  assertEquals(read(columns[0]), [1548979200, 1554249600]);
});
