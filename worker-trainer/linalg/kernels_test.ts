import { assertAlmostEquals, assertEquals } from "@std/assert";
import { assembleKernels } from "../../ops/deploy/build_kernels.ts";
import { kernelsOf } from "./kernels.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { full, randomRows } from "../../testing/matrices.ts";
import { SharedSpace } from "./shared_space.ts";

Deno.test("kernels.wasm is assembled from kernels.wat", async () => {
  const stored = await Deno.readFile(new URL("./kernels.wasm", import.meta.url));
  assertEquals(stored, await assembleKernels(), "deno task build:kernels writes it anew");
});

const random = seededRandom(3);

/** Widths and numbers of entries that are multiples of four and others, which leave a remainder. */
for (const n of [1, 3, 4, 7, 128]) {
  for (const density of [0, 0.1, 0.4, 1]) {
    Deno.test(`sums of rows of ${n}, ${100 * density} % of them`, () => {
      const space = new SharedSpace();
      const rows = randomRows({ rows: 1, width: 22, density });
      const { columns, values } = space.rows(rows);
      const b = space.matrix(22, n);
      const [p, q, sums] = [0, 1, 2].map(() => space.floats(n + 1));
      for (const numbers of [b.data, p, q, sums]) {
        numbers.forEach((_, e) => numbers[e] = random() - 0.5);
      }
      const [weights] = full(rows, 22);
      const of = (c: number) => b.data.subarray(c * n, (c + 1) * n);
      const along = weights.map((_, c) => of(c).reduce((sum, y, k) => sum + y * p[k], 0));
      const expected = (before: Float32Array, factors: number[]) =>
        Float64Array.from(
          before,
          (value, k) =>
            k < n ? weights.reduce((sum, w, c) => sum + w * factors[c] * of(c)[k], value) : value,
        );
      const [gram, sum] = [expected(q, along), expected(sums, weights.map(() => 1))];

      const { addGram, addRows } = kernelsOf(space.memory);
      const entries = [columns.byteOffset, values.byteOffset, columns.length] as const;
      addGram(q.byteOffset, p.byteOffset, n, b.data.byteOffset, ...entries);
      addRows(sums.byteOffset, n, b.data.byteOffset, ...entries);
      gram.forEach((value, k) => assertAlmostEquals(q[k], value, 1e-4));
      sum.forEach((value, k) => assertAlmostEquals(sums[k], value, 1e-4));
    });
  }
}
