import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Matrix as Reference, SingularValueDecomposition } from "ml-matrix";
import { openDense } from "../linalg/open_dense.ts";
import { lowRankRows } from "./low_rank_rows.ts";
import { seededRandom } from "../../functions/recommender/model/seeded_random.ts";
import { randomRows } from "../../testing/matrices.ts";
import { RowPool } from "./row_pool.ts";
import { transpose } from "../linalg/sparse_rows.ts";
import { leadingSubspace } from "./subspace.ts";

const dense = await openDense();
const random = () => seededRandom(17);
const pool = new RowPool(1);

Deno.test("the basis is orthonormal and spans the leading singular vectors", async () => {
  // Two strong directions over weak noise, so that the iteration converges at once.
  const strong = Array.from(
    { length: 12 },
    (_, r) =>
      Array.from({ length: 20 }, (_, c) => (r % 2 === c % 2 ? 3 : 0) + (r * 7 + c * 3) % 5 / 20),
  );
  const matrix = {
    offsets: Uint32Array.from({ length: 13 }, (_, r) => 20 * r),
    columns: Uint32Array.from({ length: 240 }, (_, e) => e % 20),
    values: Float32Array.from(strong.flat()),
  };
  const basis = await leadingSubspace(matrix, transpose(matrix, 20), {
    rank: 2,
    dense,
    pool,
    random: random(),
  });
  const q = Reference.from1DArray(20, 2, basis.data);
  const projection = q.mmul(q.transpose());
  const v = new SingularValueDecomposition(new Reference(strong), { autoTranspose: true })
    .rightSingularVectors.subMatrix(0, 19, 0, 1);
  const expected = v.mmul(v.transpose());
  for (let i = 0; i < 20; i++) {
    for (let j = 0; j < 20; j++) {
      assertAlmostEquals(projection.get(i, j), expected.get(i, j), 1e-4);
    }
  }
});

Deno.test("a rank larger than that of the matrix is not an error", async () => {
  const one = randomRows({ rows: 1, width: 6, density: 1 });
  const { data } = await leadingSubspace(one, transpose(one, 6), {
    rank: 4,
    dense,
    pool,
    random: random(),
  });
  assertEquals(data.every(Number.isFinite), true);
});

Deno.test("a single direction in thousands of equal rows and columns is not an error", async () => {
  const [users, items] = [20, 2_000];
  const same = {
    offsets: Uint32Array.from({ length: users + 1 }, (_, r) => items * r),
    columns: Uint32Array.from({ length: users * items }, (_, e) => e % items),
    values: new Float32Array(users * items).fill(1 / Math.sqrt(users * items)),
  };
  for (const rank of [2, 16]) {
    const options = { rank, dense, pool, random: random() };
    const { data } = await leadingSubspace(same, transpose(same, items), options);
    // The projection of the direction is the direction.
    const shares = Array.from({ length: rank }, (_, c) => {
      let sum = 0;
      for (let i = 0; i < items; i++) sum += data[i * rank + c] / Math.sqrt(items);
      return sum ** 2;
    });
    assertAlmostEquals(shares.reduce((a, b) => a + b), 1, 1e-2);
  }
});

Deno.test("rows of low rank are those of the full product, cut, without the diagonal", async () => {
  const numbers = random();
  const matrix = () => ({
    rows: 300,
    columns: 4,
    data: Float32Array.from({ length: 1200 }, () => numbers() - 0.5),
  });
  const [left, right] = [matrix(), matrix()];
  const rows = await lowRankRows(left, right, { keep: 5, dense, pool });
  assertEquals(rows.offsets, Uint32Array.from({ length: 301 }, (_, i) => 5 * i));
  for (const i of [0, 255, 256, 299]) {
    const exact = Array.from({ length: 300 }, (_, j) => ({
      j,
      value: i === j ? 0 : left.data.subarray(4 * i, 4 * i + 4)
        .reduce((sum, l, d) => sum + l * right.data[4 * j + d], 0),
    })).sort((x, y) => Math.abs(y.value) - Math.abs(x.value)).slice(0, 5).sort((x, y) => x.j - y.j);
    assertEquals(Array.from(rows.columns.subarray(5 * i, 5 * i + 5)), exact.map(({ j }) => j));
    exact.forEach(({ value }, e) => assertAlmostEquals(rows.values[5 * i + e], value, 1e-6));
  }
});
