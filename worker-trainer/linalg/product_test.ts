import { assertAlmostEquals, assertEquals } from "@std/assert";
import { full, randomRows } from "../../testing/matrices.ts";
import { product, productCost } from "./product.ts";
import { rowNorms, transpose } from "./sparse_rows.ts";

const x = randomRows({ rows: 20, width: 15, density: 0.3 });
const xt = transpose(x, 15);

Deno.test("a product without a cut is the full product without its diagonal", () => {
  const dense = full(x, 15);
  const result = full(product({ a: xt, b: x, width: 15, keep: 15 }), 15);
  for (let i = 0; i < 15; i++) {
    for (let j = 0; j < 15; j++) {
      const expected = i === j ? 0 : dense.reduce((sum, row) => sum + row[i] * row[j], 0);
      assertAlmostEquals(result[i][j], expected, 1e-6);
    }
  }
});

Deno.test("rows and columns of different things have no diagonal", () => {
  const a = randomRows({ rows: 4, width: 20, density: 0.4, seed: 2 });
  const dense = full(a, 20);
  const other = full(x, 15);
  const result = full(product({ a, b: x, width: 15, keep: 15, isOfOthers: true }), 15);
  for (let i = 0; i < 4; i++) {
    const expected = dense[i].reduce((sum, value, u) => sum + value * other[u][i], 0);
    assertAlmostEquals(result[i][i], expected, 1e-6);
  }
});

Deno.test("norms and shrinkage divide each entry", () => {
  const norms = rowNorms(xt, "l2");
  const plain = full(product({ a: xt, b: x, width: 15, keep: 15 }), 15);
  const shrunk = full(
    product({
      a: xt,
      b: x,
      width: 15,
      keep: 15,
      rowNorms: norms,
      columnNorms: norms,
      shrinkage: 3,
    }),
    15,
  );
  for (let i = 0; i < 15; i++) {
    for (let j = 0; j < 15; j++) {
      assertAlmostEquals(shrunk[i][j], plain[i][j] / (norms[i] * norms[j] + 3), 1e-6);
    }
  }
});

Deno.test("a cut keeps the strongest of each row, columns ascending", () => {
  const all = full(product({ a: xt, b: x, width: 15, keep: 15 }), 15);
  const cut = product({ a: xt, b: x, width: 15, keep: 4 });
  for (let i = 0; i < 15; i++) {
    const expected = all[i].map((value, j) => ({ value, j })).filter(({ value }) => value !== 0)
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, 4)
      .sort((a, b) => a.j - b.j);
    const row = [cut.offsets[i], cut.offsets[i + 1]] as const;
    assertEquals(Array.from(cut.columns.subarray(...row)), expected.map(({ j }) => j));
    assertEquals(Array.from(cut.values.subarray(...row)), expected.map(({ value }) => value));
  }
});

Deno.test("sums that cancel leave no entry, and a zero divisor no NaN", () => {
  const a = {
    offsets: Uint32Array.of(0, 2, 2),
    columns: Uint32Array.of(0, 1),
    values: Float32Array.of(1, -1),
  };
  const b = {
    offsets: Uint32Array.of(0, 1, 2),
    columns: Uint32Array.of(1, 1),
    values: Float32Array.of(2, 2),
  };
  assertEquals(product({ a, b, width: 2, keep: 2 }).columns.length, 0);
  const zeros = new Float64Array(2);
  assertEquals(product({ a, b, width: 2, keep: 2, rowNorms: zeros }).columns.length, 0);
});

Deno.test("the cost is the number of multiplications", () => {
  const dense = full(x, 15).map((row) => row.filter((value) => value !== 0).length);
  assertEquals(productCost(xt, x), dense.reduce((sum, n) => sum + n * n, 0));
});
