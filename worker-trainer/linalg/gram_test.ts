import { assertAlmostEquals, assertEquals } from "@std/assert";
import { gramCosines } from "./gram.ts";
import { full, randomRows } from "../../testing/matrices.ts";
import { parallelGram } from "../threads/parallel_products.ts";
import { product } from "./product.ts";
import { RowPool } from "../threads/row_pool.ts";
import { rowNorms, transpose } from "./sparse_rows.ts";

// Large enough to be computed on several threads and to need more than one panel.
const SIZE = 300;
const x = randomRows({ rows: 400, width: SIZE, density: 0.8 });
const xt = transpose(x, SIZE);
const factors = { a: xt, b: transpose(xt, 400), width: SIZE };

Deno.test("a Gram matrix is the product of each pair of rows, with any number of threads", async () => {
  const expected = full(product({ ...factors, keep: SIZE }), SIZE);
  const norms = rowNorms(xt, "l2");
  for (const threads of [1, 3]) {
    const pool = new RowPool(threads);
    const gram = await parallelGram(xt, factors.b, pool);
    pool.close();
    for (let i = 0; i < SIZE; i++) {
      for (let j = 0; j < SIZE; j++) {
        assertAlmostEquals(gram.get(i, j), i === j ? norms[i] ** 2 : expected[i][j], 1e-3);
      }
    }
  }
});

Deno.test("its cosines are those of the product", async () => {
  const pool = new RowPool(1);
  const gram = await parallelGram(xt, factors.b, pool);
  const norms = rowNorms(xt, "l2");
  const cut = { shrinkage: 3, keep: 40 };
  const expected = product({ ...factors, ...cut, rowNorms: norms, columnNorms: norms });
  const rows = gramCosines({ gram, ...cut });
  assertEquals(rows.offsets, expected.offsets);
  assertEquals(rows.columns, expected.columns);
  rows.values.forEach((value, e) => assertAlmostEquals(value, expected.values[e], 1e-6));
});

Deno.test("rows of zeros have no cosines", async () => {
  const empty = randomRows({ rows: 4, width: 3, density: 0 });
  const gram = await parallelGram(transpose(empty, 3), empty, new RowPool(1));
  assertEquals(gramCosines({ gram, shrinkage: 0, keep: 3 }).columns.length, 0);
});
