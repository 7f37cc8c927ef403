import { assertEquals } from "@std/assert";
import { full, randomRows, rowsOf } from "../../testing/matrices.ts";
import { parallelSum } from "../threads/parallel_products.ts";
import { RowPool } from "../threads/row_pool.ts";

Deno.test("a sum adds weighted rows and keeps the strongest entries", async () => {
  const parts = [{ rows: rowsOf([[0, 1, 2], [4, 0, 0], [0, 0, 0]]), weight: 1 }, {
    rows: rowsOf([[0, 0, -3], [0, 0, 1], [0, 0, 0]]),
    weight: 2,
  }];
  const pool = new RowPool(1);
  const sum = async (keep: number) => full(await parallelSum(parts, { keep, pool }), 3);
  assertEquals(await sum(3), [[0, 1, -4], [4, 0, 2], [0, 0, 0]]);
  assertEquals(await sum(1), [[0, 0, -4], [4, 0, 0], [0, 0, 0]]);
});

Deno.test("a sum is the same on any number of threads", async () => {
  const parts = [1, 2].map((seed) => ({
    rows: randomRows({ rows: 2000, width: 2000, density: 0.2, seed }),
    weight: seed / 3,
  }));
  const sums = [];
  for (const threads of [1, 3]) {
    const pool = new RowPool(threads);
    sums.push(await parallelSum(parts, { keep: 100, pool }));
    pool.close();
  }
  assertEquals(sums[0], sums[1]);
  assertEquals(sums[0].columns.length, 200_000);
});
