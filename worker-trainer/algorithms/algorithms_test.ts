import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { inverse, Matrix as Reference } from "ml-matrix";
import { rank } from "../../functions/recommender/model/rank.ts";
import { openDense } from "../linalg/open_dense.ts";
import { full } from "../../testing/matrices.ts";
import { matrixDense } from "../linalg/matrix_dense.ts";
import { RowPool } from "../threads/row_pool.ts";
import { ALGORITHMS } from "./algorithms.ts";
import { rankableModel } from "./assemble.ts";
import { checkerboard, interactionsOf } from "../../testing/datasets.ts";
import { compactItems } from "./compact_set.ts";
import { byItems, byUsers } from "./ease.ts";
import { itemKnn } from "./item_knn.ts";
import { lowPass } from "./low_pass.ts";
import { popularity } from "./popularity.ts";
import { rp3beta } from "./rp3beta.ts";
import { trainingSet } from "./training_set.ts";
import { turboCf } from "./turbo_cf.ts";

const dense = await openDense();
const pool = new RowPool(1);
const learning = ALGORITHMS.filter((algorithm) => algorithm !== popularity);

/** Five users with overlapping tastes; item 5 has no interactions. */
const LISTS = [[0, 1, 2], [1, 2, 3], [0, 3], [2, 4, 1, 0], [4]];
const ITEMS = 6;
const SET = trainingSet(interactionsOf(LISTS), { items: ITEMS });
const X: number[][] = LISTS.map((list) =>
  Array.from({ length: ITEMS }, (_, i) => list.includes(i) ? 1 : 0)
);

Deno.test("on a checkerboard each algorithm ranks the missing item first", async () => {
  const { lists, missing } = checkerboard(40);
  const set = trainingSet(interactionsOf(lists), { items: 40 });
  for (const { name, configurations, fit } of learning) {
    for (const parameters of configurations) {
      const weights = await fit(set, parameters, { dense, pool });
      const model = rankableModel({ weights, popularity: set.popularity });
      lists.forEach((items, user) => {
        const [first] = rank(model, { history: { items }, n: 1 });
        assertEquals(first.item, missing[user], `${name} for user ${user}`);
        assert(first.score > 0, name);
      });
    }
  }
});

Deno.test("rows are sorted, without diagonal, within the limit and finite", async () => {
  const { lists } = checkerboard(120);
  const set = { ...trainingSet(interactionsOf(lists), { items: 121 }), keep: 7 };
  for (const { name, configurations, fit } of ALGORITHMS) {
    const { offsets, columns, values } = await fit(set, configurations[0], { dense, pool });
    assertEquals(offsets.length, 122, name);
    for (let i = 0; i < 121; i++) {
      const row = Array.from(columns.subarray(offsets[i], offsets[i + 1]));
      assertEquals(row, [...new Set(row)].sort((a, b) => a - b), name);
      assert(row.length <= 7 && !row.includes(i), name);
    }
    assert(values.every(Number.isFinite), name);
  }
});

Deno.test("two fits of the same data are identical", async () => {
  const { lists } = checkerboard(60);
  const set = trainingSet(interactionsOf(lists), { items: 60 });
  for (const { configurations, fit } of ALGORITHMS) {
    assertEquals(
      await fit(set, configurations[0], { dense, pool }),
      await fit(set, configurations[0], { dense, pool }),
    );
  }
});

Deno.test("a single user, a single item or none is not an error", async () => {
  for (const [lists, items] of [[[[0]], 1], [[[0, 1]], 2], [[[]], 3], [[], 2]] as const) {
    const set = trainingSet(interactionsOf(lists.map((list) => [...list])), { items });
    for (const { name, configurations, fit } of ALGORITHMS) {
      for (const parameters of configurations) {
        const { offsets, values } = await fit(set, parameters, { dense, pool });
        assertEquals(offsets.length, items + 1, name);
        assert(values.every(Number.isFinite), name);
      }
    }
  }
});

Deno.test("item-kNN is the cosine with shrinkage of the items' columns", async () => {
  const rows = full(
    await itemKnn.fit(SET, { weighting: "cosine", neighbours: 10, shrinkage: 2 }, { dense, pool }),
    ITEMS,
  );
  const shared = (i: number, j: number) => X.reduce((sum, row) => sum + row[i] * row[j], 0);
  for (let i = 0; i < ITEMS; i++) {
    for (let j = 0; j < ITEMS; j++) {
      const norms = Math.sqrt(shared(i, i) * shared(j, j));
      assertAlmostEquals(rows[i][j], i === j ? 0 : shared(i, j) / (norms + 2), 1e-6);
    }
  }
});

Deno.test("item-kNN by TF-IDF and BM25 weights users with few items more", async () => {
  // Users 0 and 1 connect item 0 with 1 and 2; the second has many other items.
  const set = trainingSet(interactionsOf([[0, 1], [0, 2, 3, 4, 5, 6]]), { items: 8 });
  const settings = { neighbours: 10, shrinkage: 0 };
  for (const weighting of ["tfidf", "bm25"]) {
    const [first] = full(await itemKnn.fit(set, { ...settings, weighting }, { dense, pool }), 8);
    assert(first[1] > first[2], weighting);
  }
});

Deno.test("RP3β follows the formula of its random walk", async () => {
  const [alpha, beta] = [0.7, 0.3];
  const rows = full(
    await rp3beta.fit(SET, { alpha, beta, neighbours: 10 }, { dense, pool }),
    ITEMS,
  );
  const degree = (i: number) => X.reduce((sum, row) => sum + row[i], 0);
  for (let i = 0; i < ITEMS; i++) {
    const walk = Array.from({ length: ITEMS }, (_, j) =>
      i === j ? 0 : X.reduce((sum, row) => {
        if (!row[i] || !row[j]) return sum;
        const size = row.reduce((a, b) => a + b);
        return sum + (1 / degree(i)) ** alpha * (1 / size) ** alpha / degree(j) ** beta;
      }, 0));
    const sum = walk.reduce((a, b) => a + b);
    walk.forEach((w, j) => assertAlmostEquals(rows[i][j], sum > 0 ? w / sum : 0, 1e-6));
  }
});

Deno.test("Turbo-CF is a power of the normalised item graph, or its second-order filter", async () => {
  const [alpha, power] = [0.6, 0.5];
  const fitted = async (order: number) =>
    full(await turboCf.fit(SET, { alpha, power, order }, { dense, pool }), ITEMS);
  const [first, second] = [await fitted(1), await fitted(2)];
  const degree = (i: number) => X.reduce((sum, row) => sum + row[i], 0);
  const normalised = X.map((row) => {
    const size = row.reduce((a, b) => a + b);
    return row.map((x, i) => x && x / size ** alpha / degree(i) ** (1 - alpha));
  });
  for (let i = 0; i < ITEMS; i++) {
    for (let j = 0; j < ITEMS; j++) {
      const edge = normalised.reduce((sum, row) => sum + row[i] * row[j], 0);
      assertAlmostEquals(first[i][j], i === j ? 0 : edge ** power, 1e-6);
      const squared = first[i].reduce((sum, p, k) => sum + p * first[k][j], 0);
      assertAlmostEquals(second[i][j], i === j ? 0 : 2 * first[i][j] - squared, 1e-6);
    }
  }
});

Deno.test("both forms of EASE are the inverse of the Gram matrix over its diagonal", async () => {
  const lambda = 3;
  const x = new Reference(X);
  const p = inverse(x.transpose().mmul(x).add(Reference.eye(ITEMS).mul(lambda)));
  for (const engine of [dense, matrixDense()]) {
    for (const form of [byItems, byUsers]) {
      const rows = full(await form(compactItems(SET), { dense: engine, pool, lambda }), ITEMS);
      for (let i = 0; i < ITEMS; i++) {
        for (let j = 0; j < ITEMS; j++) {
          const expected = i === j ? 0 : -p.get(i, j) / p.get(j, j);
          assertAlmostEquals(rows[i][j], expected, 1e-5, `${form.name} ${engine.name} ${i} ${j}`);
        }
      }
    }
  }
});

Deno.test("the low-pass filter of a checkerboard spreads a history evenly over its colour", async () => {
  const set = trainingSet(interactionsOf(checkerboard(8).lists), { items: 8 });
  // A quarter of eight: the two leading directions, which are the colours.
  const rows = full(await lowPass.fit(set, { rank: 512 }, { dense, pool }), 8);
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) {
      assertAlmostEquals(rows[i][j], i !== j && i % 2 === j % 2 ? 1 / 4 : 0, 1e-3);
    }
  }
});

Deno.test("the low-pass filter weights items by the roots of their degrees", async () => {
  // One taste: V is one direction, v_i = √d_i / ‖√d‖, so that W_ij = d_j / Σd for i ≠ j.
  const set = trainingSet(interactionsOf([[0, 1, 2], [0, 1, 2], [0, 1, 2], [0, 1], [0]]), {
    items: 3,
  });
  const rows = full(await lowPass.fit(set, { rank: 1 }, { dense, pool }), 3);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      assertAlmostEquals(rows[i][j], i === j ? 0 : [5, 4, 3][j] / 12, 1e-3);
    }
  }
});
