import { assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { type AnyAlgorithm, defineAlgorithm } from "../algorithms/algorithm.ts";
import type { Interactions } from "../dataset/dataset.ts";
import type { Candidate } from "../../functions/recommender/report/report.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { plan } from "./plan.ts";
import { popularity } from "../algorithms/popularity.ts";
import { trainingSet } from "../algorithms/training_set.ts";
import { matrixDense } from "../linalg/matrix_dense.ts";
import { RowsBuilder } from "../linalg/sparse_rows.ts";
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

/** Searches these algorithms, with a budget that suffices, and returns all candidates. */
async function searched(
  algorithms: AnyAlgorithm[],
  task: { interactions: Interactions; items: number; held: Interactions },
): Promise<Candidate[]> {
  const engines = { dense: matrixDense(), pool: new RowPool(1) };
  const planned = plan(algorithms, {
    set: trainingSet(task.interactions, { items: task.items }),
    dense: engines.dense,
    limits: { seconds: 1000, bytes: 1 },
  });
  const { candidates } = await search({ ...task, validationUsers: Uint32Array.of(0, 1) }, {
    ...{ planned, tracker: new ProgressTracker(() => {}, 1), secondsLeft: () => Infinity },
    ...{ fits: 2, evaluations: 0, searching: 75, finishing: 100, ...engines },
  });
  return candidates;
}

Deno.test("once the time for hyperparameters is spent, only cheap candidates are tried", async () => {
  const algorithms = [costing("slow", 90, 30), costing("cheap", 1, 2, 3)];
  const candidates = await searched(algorithms, { interactions, items: 3, held });
  const tried = candidates.filter(({ skipped }) => !skipped);
  assertEquals(tried.map(({ parameters }) => parameters.s).sort(), [1, 2, 3, 90]);
  const [slow] = candidates.filter(({ skipped }) => skipped);
  assertEquals(slow.parameters.s, 30);
  assertStringIncludes(slow.skipped!, "The time for searching hyperparameters");
});

Deno.test("where order matters, slower algorithms that ignore it are left out with all they have", async () => {
  const later = interactionsOf([[4], [5]]);
  const ordered = defineAlgorithm({
    ...popularity,
    name: "ordered",
    family: "sequence",
    // Item 4 follows item 0, and item 5 item 2.
    fit: () => {
      const built = new RowsBuilder(6);
      for (let item = 0; item < 6; item++) {
        if (item === 0) built.add(4, 1);
        if (item === 2) built.add(5, 1);
        built.endRow();
      }
      return Promise.resolve(built.build());
    },
  });
  const algorithms = [costing("cheap", 1), ordered, costing("slow", 2, 0.5)];
  const task = { interactions, items: 6, held: later };
  const candidates = await searched(algorithms, task);
  const left = candidates.filter(({ skipped }) => skipped);
  assertEquals(left.map(({ algorithm, parameters }) => [algorithm, parameters.s]), [
    ["slow", 2],
    ["slow", 0.5],
  ]);
  for (const { skipped } of left) assertStringIncludes(skipped!, "ignores the order of items");
});
