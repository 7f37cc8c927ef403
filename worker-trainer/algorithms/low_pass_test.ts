import { assertAlmostEquals } from "@std/assert";
import { conformance } from "../../testing/algorithm_conformance.ts";
import { checkerboard, interactionsOf } from "../../testing/datasets.ts";
import { full } from "../../testing/matrices.ts";
import { openDense } from "../linalg/open_dense.ts";
import { RowPool } from "../threads/row_pool.ts";
import { lowPass } from "./low_pass.ts";
import { trainingSet } from "./training_set.ts";

const engines = { dense: await openDense(), pool: new RowPool(1) };

conformance(lowPass);

Deno.test("the low-pass filter of a checkerboard spreads a history evenly over its colour", async () => {
  const set = trainingSet(interactionsOf(checkerboard(8).lists), { items: 8 });
  // A quarter of eight: the two leading directions, which are the colours.
  const rows = full(await lowPass.fit(set, { rank: 512 }, engines), 8);
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
  const rows = full(await lowPass.fit(set, { rank: 1 }, engines), 3);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      assertAlmostEquals(rows[i][j], i === j ? 0 : [5, 4, 3][j] / 12, 1e-3);
    }
  }
});
