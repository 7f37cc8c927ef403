import { assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { type AnyAlgorithm, defineAlgorithm } from "../algorithms/algorithm.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { plan } from "./plan.ts";
import { popularity } from "../algorithms/popularity.ts";
import { trainingSet } from "../algorithms/training_set.ts";
import { matrixDense } from "../linalg/matrix_dense.ts";
import { RowPool } from "../threads/row_pool.ts";
import { ProgressTracker } from "./progress_tracker.ts";
import { search } from "./search.ts";

const interactions = interactionsOf([[0, 1], [1, 2]]);
const held = interactionsOf([[2], [0]]);

/** Returns an algorithm with one configuration for each estimated cost in seconds. */
function costing(name: string, ...seconds: number[]): AnyAlgorithm {
  return defineAlgorithm<{ s: number }>({
    family: "popularity",
    fit: popularity.fit,
    schema: z.object({ s: z.number() }),
    name,
    configurations: seconds.map((s) => ({ s })),
    cost: (_, __, { s }) => ({ seconds: s, bytes: 0 }),
  });
}

Deno.test("once the time for hyperparameters is spent, only cheap candidates are tried", async () => {
  const engines = { dense: matrixDense(), pool: new RowPool(1) };
  const planned = plan([costing("slow", 90, 30), costing("cheap", 1, 2, 3)], {
    set: trainingSet(interactions, { items: 3 }),
    dense: engines.dense,
    limits: { seconds: 1000, bytes: 1 },
  });
  const { candidates } = await search(
    { interactions, items: 3, held, validationUsers: Uint32Array.of(0, 1) },
    {
      ...{
        planned,
        tracker: new ProgressTracker(() => {}, 1),
        secondsLeft: () => Infinity,
        ...engines,
      },
      ...{ fits: 2, evaluations: 0, searching: 75, finishing: 100 },
    },
  );
  const tried = candidates.filter(({ skipped }) => !skipped);
  assertEquals(tried.map(({ parameters }) => parameters.s).sort(), [1, 2, 3, 90]);
  const [slow] = candidates.filter(({ skipped }) => skipped);
  assertEquals(slow.parameters.s, 30);
  assertStringIncludes(slow.skipped!, "The time for searching hyperparameters");
});
