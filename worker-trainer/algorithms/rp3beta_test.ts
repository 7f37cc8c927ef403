import { assertAlmostEquals } from "@std/assert";
import { conformance } from "../../testing/algorithm_conformance.ts";
import { interactionsOf, OVERLAPPING } from "../../testing/datasets.ts";
import { full } from "../../testing/matrices.ts";
import { openDense } from "../linalg/open_dense.ts";
import { RowPool } from "../threads/row_pool.ts";
import { rp3beta } from "./rp3beta.ts";
import { trainingSet } from "./training_set.ts";

const engines = { dense: await openDense(), pool: new RowPool(1) };
const { lists, items: ITEMS, matrix: X } = OVERLAPPING;
const SET = trainingSet(interactionsOf(lists), { items: ITEMS });

conformance(rp3beta);

Deno.test("RP3β follows the formula of its random walk", async () => {
  const [alpha, beta] = [0.7, 0.3];
  const rows = full(
    await rp3beta.fit(SET, { alpha, beta, neighbours: 10 }, engines),
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
