import { assertEquals, assertRejects } from "@std/assert";
import { randomRows } from "../../testing/matrices.ts";
import { product } from "../linalg/product.ts";
import { RowPool } from "./row_pool.ts";
import { transpose } from "../linalg/sparse_rows.ts";

const x = randomRows({ rows: 50, width: 101, density: 0.3 });
const input = { a: transpose(x, 101), b: x, width: 101, keep: 20 };

Deno.test("the result is identical for any number of threads", async () => {
  const expected = product(input);
  for (const threads of [1, 2, 3]) {
    const pool = new RowPool(threads);
    const shares: number[] = [];
    const progress = (share: number) => shares.push(share);
    const job = { kernel: "product", input, rows: 101, cost: 1e9, progress } as const;
    try {
      assertEquals(await pool.run(job), expected);
      // The same threads run a second job with another input.
      const half = { ...input, keep: 10 };
      assertEquals(await pool.run({ ...job, input: half }), product(half));
    } finally {
      pool.close();
    }
    assertEquals(shares.at(-1), 1);
  }
});

Deno.test("a job without rows is an empty matrix", async () => {
  const none = randomRows({ rows: 0, width: 3, density: 1 });
  const job = { a: none, b: none, width: 3, keep: 1 };
  const pool = new RowPool(2);
  const rows = await pool.run({ kernel: "product", input: job, rows: 0, cost: 0 });
  assertEquals(rows.offsets, Uint32Array.of(0));
});

Deno.test("a job that fails does not affect the next", async () => {
  const pool = new RowPool(2);
  const job = { kernel: "product", input, rows: 101, cost: 1e9 } as const;
  const progress = () => {
    throw new Error("Enough.");
  };
  try {
    await assertRejects(() => pool.run({ ...job, progress }), Error, "Enough.");
    assertEquals(await pool.run(job), product(input));
  } finally {
    pool.close();
  }
});
