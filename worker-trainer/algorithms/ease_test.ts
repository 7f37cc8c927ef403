import { assertAlmostEquals } from "@std/assert";
import { inverse, Matrix as Reference } from "ml-matrix";
import { conformance } from "../../testing/algorithm_conformance.ts";
import { interactionsOf, OVERLAPPING } from "../../testing/datasets.ts";
import { full } from "../../testing/matrices.ts";
import { matrixDense } from "../linalg/matrix_dense.ts";
import { openDense } from "../linalg/open_dense.ts";
import { RowPool } from "../threads/row_pool.ts";
import { compactItems } from "./compact_set.ts";
import { byItems, byUsers, ease } from "./ease.ts";
import { trainingSet } from "./training_set.ts";

const dense = await openDense();
const pool = new RowPool(1);
const { lists, items: ITEMS, matrix: X } = OVERLAPPING;
const SET = trainingSet(interactionsOf(lists), { items: ITEMS });

conformance(ease);

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
