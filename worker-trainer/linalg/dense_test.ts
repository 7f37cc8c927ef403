import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Matrix } from "./dense.ts";
import { openDense } from "./open_dense.ts";
import { matrixDense } from "./matrix_dense.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";

function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  const random = seededRandom(seed);
  return {
    rows,
    columns,
    data: Float32Array.from({ length: rows * columns }, () => random() - 0.5),
  };
}

Deno.test("onnxruntime's products are ml-matrix's in all four forms", async () => {
  const fast = await openDense();
  assertEquals(fast.name, "onnxruntime");
  for (const transA of [false, true]) {
    for (const transB of [false, true]) {
      const a = transA ? randomMatrix(7, 5, 1) : randomMatrix(5, 7, 1);
      const b = transB ? randomMatrix(3, 7, 2) : randomMatrix(7, 3, 2);
      const [got, expected] = [
        await fast.multiply(a, b, { transA, transB }),
        await matrixDense().multiply(a, b, { transA, transB }),
      ];
      assertEquals([got.rows, got.columns], [5, 3]);
      assertEquals([expected.rows, expected.columns], [5, 3]);
      got.data.forEach((value, e) => assertAlmostEquals(value, expected.data[e], 1e-6));
    }
  }
});

Deno.test("a factor may be part of a larger array, and the same call returns the same bytes", async () => {
  const dense = await openDense();
  const whole = randomMatrix(40, 300, 3);
  const a = { rows: 20, columns: 300, data: whole.data.subarray(20 * 300) };
  const first = await dense.multiply(a, whole, { transB: true });
  assertEquals(await dense.multiply(a, whole, { transB: true }), first);
  const copied = await dense.multiply({ ...a, data: a.data.slice() }, whole, { transB: true });
  assertEquals(copied, first);
});

Deno.test("a product is written to its destination", async () => {
  for (const dense of [await openDense(), matrixDense()]) {
    const [a, b] = [randomMatrix(4, 3, 5), randomMatrix(3, 2, 6)];
    const room = new Float32Array(20);
    const into = { rows: 4, columns: 2, data: room.subarray(6, 14) };
    assertEquals(await dense.multiply(a, b, { into }), await dense.multiply(a, b), dense.name);
    assertEquals(room.subarray(6, 14), (await dense.multiply(a, b)).data, dense.name);
  }
});
