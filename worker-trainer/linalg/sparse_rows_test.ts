import { assertEquals } from "@std/assert";
import {
  columnCounts,
  emptyRows,
  mapEntries,
  normaliseRows,
  rowCount,
  rowNorms,
  RowsBuilder,
  transpose,
} from "./sparse_rows.ts";

/** [[0, 3, 4], [], [−2, 0, 0]] */
function example() {
  return {
    offsets: Uint32Array.of(0, 2, 2, 3),
    columns: Uint32Array.of(1, 2, 0),
    values: Float32Array.of(3, 4, -2),
  };
}

Deno.test("RowsBuilder writes rows of any size, and growing changes nothing", () => {
  for (const capacity of [1, 100]) {
    const builder = new RowsBuilder(3, capacity);
    builder.add(1, 3);
    builder.add(2, 4);
    builder.endRow();
    builder.endRow();
    builder.add(0, -2);
    builder.endRow();
    assertEquals(builder.build(), example());
  }
});

Deno.test("RowsBuilder leaves rows that were not ended empty", () => {
  assertEquals(new RowsBuilder(2).build(), emptyRows(2));
});

Deno.test("transpose swaps rows and columns, and twice is the identity", () => {
  const transposed = transpose(example(), 3);
  assertEquals(transposed, {
    offsets: Uint32Array.of(0, 1, 2, 3),
    columns: Uint32Array.of(2, 0, 0),
    values: Float32Array.of(-2, 3, 4),
  });
  assertEquals(transpose(transposed, 3), example());
});

Deno.test("transpose sorts columns that did not ascend", () => {
  const shuffled = {
    offsets: Uint32Array.of(0, 2),
    columns: Uint32Array.of(1, 0),
    values: Float32Array.of(5, 7),
  };
  assertEquals(transpose(transpose(shuffled, 2), 1).columns, Uint32Array.of(0, 1));
});

Deno.test("norms and counts are those of rows and columns", () => {
  assertEquals(rowNorms(example(), "l1"), Float64Array.of(7, 0, 2));
  assertEquals(rowNorms(example(), "l2"), Float64Array.of(5, 0, 2));
  assertEquals(columnCounts(example(), 3), Uint32Array.of(1, 1, 1));
  assertEquals(rowCount(example()), 3);
});

Deno.test("normaliseRows keeps signs and rows of zeros", () => {
  assertEquals(
    normaliseRows(example(), "l2").values,
    Float32Array.of(Math.fround(0.6), Math.fround(0.8), -1),
  );
  const zero = { ...example(), values: Float32Array.of(0, 0, 1) };
  assertEquals(normaliseRows(zero, "l1").values, Float32Array.of(0, 0, 1));
});

Deno.test("mapEntries passes the row and column of each entry", () => {
  const places: number[][] = [];
  mapEntries(example(), (value, row, column) => places.push([value, row, column]));
  assertEquals(places, [[3, 0, 1], [4, 0, 2], [-2, 2, 0]]);
});
