import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { inverse, Matrix as Reference } from "ml-matrix";
import { openDense } from "./open_dense.ts";
import { invert } from "./invert.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { matrixDense } from "./matrix_dense.ts";
import { SymmetricPanels } from "./symmetric_panels.ts";

/** Returns a symmetric positive definite matrix, as panels and in full. */
function example(size: number, block: number): { panels: SymmetricPanels; full: number[][] } {
  const random = seededRandom(5);
  const panels = SymmetricPanels.zeros(size, block);
  const full = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const value = Math.fround(i === j ? size : random());
      panels.set(i, j, value);
      full[i][j] = full[j][i] = value;
    }
  }
  return { panels, full };
}

Deno.test("panels return the whole matrix, by element and by row", () => {
  const { panels, full } = example(11, 4);
  const row = new Float32Array(11);
  for (let i = 0; i < 11; i++) {
    panels.row(i, row);
    assertEquals(Array.from(row), full[i]);
    assertEquals(full[i].map((_, j) => panels.get(i, j)), full[i]);
  }
});

Deno.test("the inverse is ml-matrix's, whether blocks divide the size or not", async () => {
  for (const dense of [await openDense(), matrixDense()]) {
    for (const [size, block] of [[1, 4], [4, 4], [12, 4], [30, 8]]) {
      const { panels, full } = example(size, block);
      const shares: number[] = [];
      const result = await invert(panels, { dense, progress: (share) => shares.push(share) });
      const expected = inverse(new Reference(full));
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          assertAlmostEquals(result.get(i, j), expected.get(i, j), 1e-6);
        }
      }
      assertEquals(shares, shares.toSorted((a, b) => a - b));
      assertEquals(shares.at(-1), 1);
    }
  }
});

Deno.test("a matrix that is not positive definite is refused", async () => {
  const matrix = SymmetricPanels.zeros(2, 2);
  matrix.set(0, 0, 1);
  matrix.set(1, 0, 2);
  matrix.set(1, 1, 1);
  await assertRejects(() => invert(matrix, { dense: matrixDense() }), RangeError, "positive");
});
