import { assert, assertAlmostEquals } from "@std/assert";
import { conformance } from "../../testing/algorithm_conformance.ts";
import { interactionsOf, OVERLAPPING } from "../../testing/datasets.ts";
import { full } from "../../testing/matrices.ts";
import { openDense } from "../linalg/open_dense.ts";
import { RowPool } from "../threads/row_pool.ts";
import { itemKnn } from "./item_knn.ts";
import { trainingSet } from "./training_set.ts";

const engines = { dense: await openDense(), pool: new RowPool(1) };
const { lists, items: ITEMS, matrix: X } = OVERLAPPING;
const SET = trainingSet(interactionsOf(lists), { items: ITEMS });

conformance(itemKnn);

Deno.test("item-kNN is the cosine with shrinkage of the items' columns", async () => {
  const rows = full(
    await itemKnn.fit(SET, { weighting: "cosine", neighbours: 10, shrinkage: 2 }, engines),
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
  for (const weighting of ["tfidf", "bm25"] as const) {
    const [first] = full(await itemKnn.fit(set, { ...settings, weighting }, engines), 8);
    assert(first[1] > first[2], weighting);
  }
});
