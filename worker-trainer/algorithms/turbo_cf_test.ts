import { assertAlmostEquals } from "@std/assert";
import { conformance } from "../../testing/algorithm_conformance.ts";
import { interactionsOf, OVERLAPPING } from "../../testing/datasets.ts";
import { full } from "../../testing/matrices.ts";
import { openDense } from "../linalg/open_dense.ts";
import { RowPool } from "../threads/row_pool.ts";
import { trainingSet } from "./training_set.ts";
import { turboCf } from "./turbo_cf.ts";

const engines = { dense: await openDense(), pool: new RowPool(1) };
const { lists, items: ITEMS, matrix: X } = OVERLAPPING;
const SET = trainingSet(interactionsOf(lists), { items: ITEMS });

conformance(turboCf);

Deno.test("Turbo-CF is a power of the normalised item graph, or its second-order filter", async () => {
  const [alpha, power] = [0.6, 0.5];
  const fitted = async (order: number) =>
    full(await turboCf.fit(SET, { alpha, power, order }, engines), ITEMS);
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
