import { assertEquals } from "@std/assert";
import { exampleModel } from "../../../testing/example_model.ts";
import { describeItem, facetsOf } from "./facets.ts";
import { stringTable } from "./string_table.ts";

Deno.test("facets contain the bounds of numbers, and terms ordered by their number of items", () => {
  const model = exampleModel("CONTENT");
  assertEquals(facetsOf(model, { most: 2 }), []);
  model.columns = [
    { name: "year", kind: "number", values: Float32Array.of(1995, 1972, NaN, 1979, 2001) },
    { name: "seen", kind: "date", values: Float64Array.of(NaN, NaN, NaN, NaN, NaN) },
    {
      name: "genre",
      kind: "list",
      terms: stringTable(["Crime", "Drama", "Horror", "War"]),
      offsets: Uint32Array.of(0, 2, 3, 4, 5, 6),
      codes: Uint16Array.of(0, 1, 1, 3, 2, 1),
    },
  ];
  assertEquals(facetsOf(model, { most: 3 }), [
    { name: "year", kind: "number", min: 1972, max: 2001 },
    { name: "seen", kind: "date" },
    {
      name: "genre",
      kind: "list",
      terms: [{ term: "Drama", items: 3 }, { term: "Crime", items: 1 }, {
        term: "Horror",
        items: 1,
      }],
    },
  ]);
  assertEquals(describeItem(model, 0), { year: 1995, genre: ["Crime", "Drama"] });
  assertEquals(describeItem(model, 2), { genre: ["War"] });
});
