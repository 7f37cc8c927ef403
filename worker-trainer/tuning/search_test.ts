import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Algorithm } from "../algorithms/algorithm.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { plan } from "./plan.ts";
import { popularity } from "../algorithms/popularity.ts";
import { trainingSet } from "../algorithms/training_set.ts";
import { matrixDense } from "../linalg/matrix_dense.ts";
import { RowPool } from "../threads/row_pool.ts";
import { Meter } from "./progress.ts";
import { search } from "./search.ts";

const interactions = interactionsOf([[0, 1], [1, 2]]);
const held = interactionsOf([[2], [0]]);

/** Returns an algorithm with one configuration for each estimated cost in seconds. */
function costing(name: string, ...seconds: number[]): Algorithm {
  return {
    ...popularity,
    name,
    recipes: seconds.map((s) => ({ s })),
    cost: (_, __, { s }) => ({ seconds: Number(s), bytes: 0 }),
  };
}

Deno.test("when the time for settings is spent only cheap ones are tried", async () => {
  const engines = { dense: matrixDense(), pool: new RowPool(1) };
  const planned = plan([costing("dear", 90, 30), costing("cheap", 1, 2, 3)], {
    set: trainingSet(interactions, { items: 3 }),
    dense: engines.dense,
    limits: { seconds: 1000, bytes: 1 },
  });
  const { candidates } = await search(
    { interactions, items: 3, held, judges: Uint32Array.of(0, 1) },
    {
      ...{ planned, meter: new Meter(() => {}, 1), secondsLeft: () => Infinity, ...engines },
      ...{ fits: 2, judgings: 0, searching: 75, finishing: 100 },
    },
  );
  const tried = candidates.filter(({ skipped }) => !skipped);
  assertEquals(tried.map(({ parameters }) => parameters.s).sort(), [1, 2, 3, 90]);
  const [dear] = candidates.filter(({ skipped }) => skipped);
  assertEquals(dear.parameters.s, 30);
  assertStringIncludes(dear.skipped!, "the time that a search for settings may take");
});
