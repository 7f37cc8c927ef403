import { assertEquals, assertStringIncludes } from "@std/assert";
import { defineAlgorithm } from "../algorithms/algorithm.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { popularity } from "../algorithms/popularity.ts";
import { EQUAL_WEIGHTING } from "../algorithms/training_set.ts";
import { Trials } from "./trials.ts";
import { inverseOfFactor } from "../linalg/inverse_of_factor.ts";
import { matrixDense } from "../linalg/matrix_dense.ts";
import { RowPool } from "../threads/row_pool.ts";
import { emptyRows } from "../linalg/sparse_rows.ts";
import { ProgressTracker } from "./progress_tracker.ts";

const interactions = interactionsOf([[0, 1], [1, 2]]);
const held = interactionsOf([[2], [0]]);

function trialsWith(secondsLeft: () => number): Trials {
  const task = { interactions, items: 3, held, validationUsers: Uint32Array.of(0, 1) };
  const tracker = new ProgressTracker(() => {}, 1);
  const engines = { dense: matrixDense(), pool: new RowPool(1) };
  const limits = { secondsLeft, fits: 2, evaluations: 0, searching: 100, finishing: 100 };
  return new Trials(task, { planned: [], tracker, ...limits, ...engines });
}

const candidate = (index: number) => ({
  configuration: popularity.configure({}),
  index,
  cost: { seconds: 1, bytes: 1 },
});

Deno.test("a fit is stopped when time is up, and the report lists it", async () => {
  let blocks = 0;
  const slow = defineAlgorithm({
    ...popularity,
    fit: (_, __, { progress }) => {
      for (; blocks < 100; blocks++) progress?.(blocks / 100);
      return Promise.resolve(emptyRows(3));
    },
  }).configure({});
  const trials = trialsWith(() => blocks < 3 ? 3 : -1);
  assertEquals(
    await trials.tryCandidate({ ...candidate(0), configuration: slow }, EQUAL_WEIGHTING),
    undefined,
  );
  assertEquals([blocks, trials.all.length], [3, 0]);
  assertStringIncludes(trials.outOfTime[0].skipped, "time budget of the search");
  // Candidates that were not started are listed too.
  assertEquals(
    await trials.tryCandidate({ ...candidate(1), configuration: slow }, EQUAL_WEIGHTING),
    undefined,
  );
  assertEquals([blocks, trials.outOfTime.length], [3, 2]);
});

Deno.test("a fit that the data do not allow is listed, and the others go on", async () => {
  const singular = defineAlgorithm({
    ...popularity,
    fit: () => {
      inverseOfFactor({ rows: 2, columns: 2, data: Float32Array.of(1, 2, 2, 1) });
      return Promise.resolve(emptyRows(3));
    },
  }).configure({});
  const trials = trialsWith(() => 100);
  const tried = { ...candidate(0), configuration: singular };
  assertEquals(await trials.tryCandidate(tried, EQUAL_WEIGHTING), undefined);
  assertStringIncludes(trials.failed[0].skipped, "the same interactions");
  assertEquals((await trials.tryCandidate(candidate(1), EQUAL_WEIGHTING))?.index, 1);
});

/** Records a trial as if it had been fitted and evaluated. */
function addTrial(
  trials: Trials,
  algorithm: typeof popularity,
  index: number,
  ndcg: number,
  seconds = 1,
): void {
  trials.all.push({
    spec: {
      parts: [{ configuration: algorithm.configure({}), share: 1 }],
      weighting: EQUAL_WEIGHTING,
    },
    index,
    ...{ ndcg, userNdcg: new Float64Array(2), cost: { seconds, bytes: 0 } },
    ...{ seconds: 0, cpuSeconds: 0, refitSeconds: 0, peakBytes: 0 },
  });
}

Deno.test("configurations beyond a worse one are pruned, those on the other side are not", () => {
  const trials = trialsWith(() => Infinity);
  addTrial(trials, popularity, 2, 0.1);
  addTrial(trials, popularity, 3, 0.09);
  assertStringIncludes(trials.pruneReason(candidate(4))!, "ranked worse");
  assertEquals(trials.pruneReason(candidate(1)), undefined);
});

Deno.test("two configurations without improvement prune the rest, one does not", () => {
  const trials = trialsWith(() => Infinity);
  addTrial(trials, popularity, 0, 0.1);
  addTrial(trials, popularity, 1, 0.0999);
  assertEquals(trials.pruneReason(candidate(2)), undefined);
  addTrial(trials, popularity, 2, 0.0998);
  assertStringIncludes(trials.pruneReason(candidate(3))!, "ranked worse");
});

Deno.test("an algorithm far below the best gets no further trials, one within reach does", () => {
  const trials = trialsWith(() => Infinity);
  addTrial(trials, popularity, 0, 0.081);
  addTrial(trials, defineAlgorithm({ ...popularity, family: "factors" }), 0, 0.1);
  assertEquals(trials.pruneReason(candidate(1)), undefined);
  addTrial(trials, defineAlgorithm({ ...popularity, family: "filter" }), 0, 0.102);
  assertStringIncludes(trials.pruneReason(candidate(1))!, "far below");
});

Deno.test("several times slower configurations are for the best algorithm of a family", () => {
  const trials = trialsWith(() => Infinity);
  addTrial(trials, popularity, 0, 0.1, 1);
  const slower = (seconds: number) => ({ ...candidate(1), cost: { seconds, bytes: 1 } });
  assertEquals(trials.pruneReason(slower(4)), undefined);
  addTrial(trials, defineAlgorithm(popularity), 0, 0.101);
  assertEquals(trials.pruneReason(slower(3)), undefined);
  assertStringIncludes(trials.pruneReason(slower(4))!, "several times as long");
});

Deno.test("an algorithm clearly behind another of its family is pruned", () => {
  const trials = trialsWith(() => Infinity);
  addTrial(trials, defineAlgorithm(popularity), 0, 0.1);
  addTrial(trials, popularity, 0, 0.094);
  assertEquals(trials.pruneReason(candidate(1)), undefined);
  addTrial(trials, defineAlgorithm(popularity), 1, 0.102);
  assertStringIncludes(trials.pruneReason(candidate(1))!, "of its family");
});

Deno.test("a trial starts only if time remains to refit it and the best so far", async () => {
  const trials = trialsWith(() => 2.5);
  // One second for the fit and two for refitting it exceed the time left.
  assertEquals(await trials.tryCandidate(candidate(0), EQUAL_WEIGHTING), undefined);
  const rows = () => emptyRows(3);
  const spec = {
    parts: [{ configuration: popularity.configure({}), share: 1 }],
    weighting: EQUAL_WEIGHTING,
  };
  assertEquals(
    (await trials.tryRows("fit blend", spec, { rows, refitSeconds: 1 }))?.refitSeconds,
    1,
  );
  // The trial above could still be served: after half a second, two seconds are left.
  const quick = { ...candidate(1), cost: { seconds: 0.5, bytes: 1 } };
  assertEquals((await trials.tryCandidate(quick, EQUAL_WEIGHTING))?.refitSeconds, 0.5);
  const slower = { ...candidate(1), cost: { seconds: 0.6, bytes: 1 } };
  assertEquals(await trials.tryCandidate(slower, EQUAL_WEIGHTING), undefined);
});
