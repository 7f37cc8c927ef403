import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { full, rowsOf } from "../../testing/matrices.ts";
import { RowPool } from "../threads/row_pool.ts";
import { emptyRows } from "../linalg/sparse_rows.ts";
import { parallelSum } from "../threads/parallel_products.ts";
import {
  extendToColdItems,
  type HybridParts,
  hybridRows,
  maxNormaliseRows,
  scaleOf,
  similarRows,
  weightsForFurther,
  withDiagonal,
} from "./hybrid.ts";

/** Items 0 to 3 are warm; 4 is cold, described like 1 and, less, like 3. */
const weights = rowsOf([
  [0, 0.8, 0.2, 0, 0],
  [0.8, 0, 0.1, 0, 0],
  [0.2, 0.1, 0, -0.4, 0],
  [0, 0, -0.4, 0, 0],
  [0, 0, 0, 0, 0],
]);
/** Two terms: item 1 and item 3 have one each, the cold item 4 has both. */
const features = rowsOf([
  [0, 0, 1, 0, 0],
  [1, 0, 0, 0, 0],
  [0, 0, 1, 0, 0],
  [0, 1, 0, 0, 0],
  [0.994, 0.11, 0, 0, 0],
]);
const content = {
  features,
  rows: rowsOf([
    [0, 0, 0.5, 0, 0],
    [0, 0, 0, 0.3, 0.9],
    [0.5, 0, 0, 0, 0],
    [0, 0.3, 0, 0, 0.1],
    [0, 0.9, 0, 0.1, 0],
  ]),
};
const popularity = Uint32Array.of(3, 2, 2, 1, 0);
const pool = new RowPool(1);

async function extended(halves: HybridParts, popularity: Uint32Array) {
  return await parallelSum(await extendToColdItems(halves, { popularity, keep: 50, pool }), {
    keep: 50,
    pool,
  });
}

Deno.test("scales are those of the rows' largest values", () => {
  assertAlmostEquals(scaleOf(weights), (0.8 + 0.8 + 0.2) / 3, 1e-6);
  assertEquals(scaleOf(emptyRows(3)), 0);
  const [, , , , last] = full(maxNormaliseRows(content.rows), 5);
  assertEquals(last[1], 1);
  assertAlmostEquals(last[3], 1 / 9, 1e-6);
});

Deno.test("a cold item is weighted like similar warm items, below them", async () => {
  const rows = full(await extended({ weights, content }, popularity), 5);
  // Item 4 is estimated from item 1 by 0.9 and item 3 by 0.1; they share no term, and λ is 1.
  assertAlmostEquals(rows[0][4], 0.8 * 0.9 / 2, 1e-6);
  assertAlmostEquals(rows[1][4], 0.8 * 0.9 / 2, 1e-6); // the weight of item 1 for itself is its maximum
  assertAlmostEquals(rows[2][4], 0.1 * 0.9 / 2 - 0.4 * 0.1 / 2, 1e-6);
  assert(rows[0][4] < rows[0][1]);
  for (let i = 0; i < 4; i++) assertEquals(rows[i].slice(0, 4), full(weights, 5)[i].slice(0, 4));
  // A cold item recommends items described alike, on the scale of warm items.
  assertAlmostEquals(rows[4][1], scaleOf(weights), 1e-6);
});

Deno.test("a further item has the weights that it would have as a cold one", async () => {
  const cold = full(await extended({ weights, content }, popularity), 5);
  const first = (matrix: number[][]) => rowsOf(matrix.slice(0, 4).map((row) => row.slice(0, 4)));
  const known = {
    weights: withDiagonal(first(full(weights, 5))),
    popularity: popularity.slice(0, 4),
  };
  const further = weightsForFurther(known, {
    features: rowsOf(full(features, 5).slice(0, 4)),
    rows: rowsOf([full(content.rows, 5)[4].slice(0, 4)]),
  });
  for (let h = 0; h < 4; h++) assertAlmostEquals(full(further, 4)[0][h], cold[h][4], 1e-6);
});

Deno.test("a catalogue without cold items keeps its weights", async () => {
  const warm = Uint32Array.of(1, 1, 1, 1, 1);
  assertEquals(
    await extendToColdItems({ weights, content }, { popularity: warm, keep: 50, pool }),
    [{ rows: weights, weight: 1 }],
  );
});

Deno.test("a hybrid without learned weights is the content model", async () => {
  const halves = { weights: emptyRows(5), content };
  const rows = await hybridRows(halves, { popularity, served: 50 }, pool);
  assertEquals(await rows(0.1), content.rows);
});

Deno.test("a share of content raises similar items and keeps the order of the rest", async () => {
  const rows = await hybridRows({ weights, content }, { popularity, served: 50 }, pool);
  const [none, some] = [full(await rows(0), 5), full(await rows(0.3), 5)];
  assertAlmostEquals(some[0][1], 0.7 * none[0][1], 1e-6);
  assert(some[0][2] > 0.7 * none[0][2]);
});

Deno.test("similar items combine interactions and content in equal shares", async () => {
  const [first] = full(await similarRows({ weights, content }, { keep: 50, pool }), 5);
  assertEquals(first, [0, 0.5, 0.625, 0, 0]);
});

Deno.test("proxies with equal descriptions share the weight of one", async () => {
  const twins = {
    features: rowsOf([[1, 0, 0], [1, 0, 0], [1, 0, 0]]),
    rows: rowsOf([[0, 1, 1], [1, 0, 1], [1, 1, 0]]),
  };
  const halves = { weights: rowsOf([[0, 0.5, 0], [0.5, 0, 0], [0, 0, 0]]), content: twins };
  const rows = full(await extended(halves, Uint32Array.of(1, 1, 0)), 3);
  // K is all ones: each of the two gets 1 / (2 + λ).
  assertAlmostEquals(rows[0][2], (0.5 + 0.5) / 3, 1e-6);
});
