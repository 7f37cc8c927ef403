import { assertEquals } from "@std/assert";
import { full, randomRows } from "../../testing/matrices.ts";
import { denseTimesSparse } from "../threads/parallel_products.ts";
import { RowPool } from "../threads/row_pool.ts";
import { SharedSpace } from "./shared_space.ts";

Deno.test("a dense times a sparse matrix is their product, on any number of threads", async () => {
  const b = randomRows({ rows: 200, width: 300, density: 0.2 });
  const space = new SharedSpace();
  const a = space.matrix(1000, 200);
  a.data.forEach((_, e) => a.data[e] = (e * 7919 % 1000) / 1000 - 0.5);
  const products = [];
  for (const threads of [1, 3]) {
    const pool = new RowPool(threads);
    const into = space.matrix(1000, 300);
    await denseTimesSparse({ a, b, into }, pool);
    pool.close();
    products.push(into.data);
  }
  const whole = full(b, 300);
  for (const offset of [0, 299, 150_123, 299_999]) {
    const [r, c] = [Math.floor(offset / 300), offset % 300];
    const expected = whole.reduce((sum, row, k) => sum + a.data[r * 200 + k] * row[c], 0);
    assertEquals(products[0][offset], Math.fround(expected));
  }
  assertEquals(products[0], products[1]);
});
