import { assertEquals, assertStringIncludes } from "@std/assert";
import { matrixDense } from "../linalg/matrix_dense.ts";
import { z } from "zod";
import {
  type AlgorithmDefinition,
  type AnyAlgorithm,
  defineAlgorithm,
} from "../algorithms/algorithm.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { plan } from "./plan.ts";
import { popularity } from "../algorithms/popularity.ts";
import { trainingSet } from "../algorithms/training_set.ts";

const set = trainingSet(interactionsOf([[0]]), { items: 1 });
const dense = matrixDense();

/** Returns an algorithm with one hyperparameter, `a`. */
function numbered(definition: Partial<AlgorithmDefinition<{ a: number }>>): AnyAlgorithm {
  return defineAlgorithm({
    name: "numbered",
    family: "popularity",
    schema: z.object({ a: z.number() }),
    configurations: [{ a: 1 }, { a: 2 }],
    cost: popularity.cost,
    fit: popularity.fit,
    ...definition,
  });
}

function costing(name: string, seconds: number, bytes: number): AnyAlgorithm {
  return numbered({ name, cost: () => ({ seconds, bytes }) });
}

function planned(algorithms: AnyAlgorithm[], limits: { seconds: number; bytes: number }) {
  return plan(algorithms, { set, dense, limits });
}

Deno.test("candidates within the limits are planned in the order of the algorithms", () => {
  const all = planned([costing("a", 1, 10), costing("b", 2, 10)], { seconds: 100, bytes: 13 });
  assertEquals(all.map(({ configuration: { algorithm } }) => algorithm.name), ["a", "a", "b", "b"]);
  assertEquals(all.map(({ skipped }) => skipped), [undefined, undefined, undefined, undefined]);
  assertEquals(all.map(({ configuration: { parameters } }) => parameters.a), [1, 2, 1, 2]);
});

Deno.test("a candidate that needs too much memory is skipped, later ones are not", () => {
  const all = planned([costing("a", 1, 4e9), costing("b", 1, 1)], { seconds: 100, bytes: 4e9 });
  assertStringIncludes(all[0].skipped!, "5.0 GB of memory; it may use 4.0 GB");
  assertEquals(all[2].skipped, undefined);
});

Deno.test("a candidate that needs more shared memory than threads can have is skipped", () => {
  const cost = { seconds: 1, bytes: 6e9, sharedBytes: 5e9 };
  const all = planned([defineAlgorithm({ ...popularity, cost: () => cost })], {
    seconds: 100,
    bytes: 1e12,
  });
  assertStringIncludes(all[0].skipped!, "5.0 GB of shared memory; threads can share 4.3 GB");
});

Deno.test("a candidate is planned only if time remains for three fits", () => {
  const all = planned([costing("a", 10, 1)], { seconds: 35, bytes: 2 });
  assertEquals(all[0].skipped, undefined);
  assertStringIncludes(all[1].skipped!, "about 10 s; 25 s of the budget are left for three fits");
});

Deno.test("a configuration that does not suit the data is not planned", () => {
  const picky = numbered({
    cost: () => ({ seconds: 1, bytes: 1 }),
    adapt: (_, parameters) => parameters.a === 2 ? parameters : undefined,
  });
  const all = planned([picky], { seconds: 100, bytes: 13 });
  assertEquals(all.map(({ configuration: { parameters }, index }) => [parameters.a, index]), [[
    2,
    1,
  ]]);
});

Deno.test("the likeliest configuration comes first, then later and earlier ones, without duplicates", () => {
  const line = numbered({
    cost: () => ({ seconds: 1, bytes: 1 }),
    configurations: [{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }],
    start: 1,
    adapt: (_, { a }) => ({ a: Math.min(a, 3) }),
  });
  const all = planned([line], { seconds: 100, bytes: 13 });
  assertEquals(all.map(({ configuration: { parameters }, index }) => [parameters.a, index]), [
    [2, 1],
    [3, 2],
    [1, 0],
  ]);
});

Deno.test("memory kept by a fit is unavailable to later fits, and is counted once", () => {
  const keeping = numbered({ cost: () => ({ seconds: 1, bytes: 80, keptBytes: 30 }) });
  const skips = (later: number) =>
    planned([keeping, costing("later", 1, later)], { seconds: 100, bytes: 100 })
      .map(({ skipped }) => skipped !== undefined);
  assertEquals(skips(56), [false, false, false, false]);
  assertEquals(skips(57), [false, false, true, true]);
});
