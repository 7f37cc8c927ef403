import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Matrix as Reference } from "ml-matrix";
import type { Matrix } from "./dense.ts";
import { full, randomRows } from "../../testing/matrices.ts";
import { sparseTimesDense } from "../threads/parallel_products.ts";
import { RowPool } from "../threads/row_pool.ts";
import { SharedSpace } from "./shared_space.ts";

Deno.test("a sparse matrix times a dense one is ml-matrix's product, with any threads", async () => {
  const a = randomRows({ rows: 400, width: 300, density: 0.5 });
  const space = new SharedSpace();
  const b = space.matrix(300, 170);
  b.data.forEach((_, e) => b.data[e] = Math.sin(e));
  const expected = new Reference(full(a, 300)).mmul(Reference.from1DArray(300, 170, b.data));
  const products: Matrix[] = [];
  for (const threads of [1, 2]) {
    const pool = new RowPool(threads);
    const into = space.matrix(400, 170);
    await sparseTimesDense({ memory: space.memory, a: space.rows(a), b, into }, pool);
    products.push(into);
    pool.close();
  }
  expected.to1DArray().forEach((value: number, e: number) =>
    assertAlmostEquals(products[0].data[e], value, 1e-5)
  );
  assertEquals(products[1], products[0]);
});
