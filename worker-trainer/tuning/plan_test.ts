import { assertEquals, assertStringIncludes } from "@std/assert";
import { matrixDense } from "../linalg/matrix_dense.ts";
import type { Algorithm } from "../algorithms/algorithm.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { plan } from "./plan.ts";
import { popularity } from "../algorithms/popularity.ts";
import { trainingSet } from "../algorithms/training_set.ts";

const set = trainingSet(interactionsOf([[0]]), { items: 1 });
const dense = matrixDense();

function costing(name: string, seconds: number, bytes: number): Algorithm {
  return { ...popularity, name, recipes: [{ a: 1 }, { a: 2 }], cost: () => ({ seconds, bytes }) };
}

function planned(algorithms: Algorithm[], limits: { seconds: number; bytes: number }) {
  return plan(algorithms, { set, dense, limits });
}

Deno.test("what fits is tried, in the order of the list", () => {
  const all = planned([costing("a", 1, 10), costing("b", 2, 10)], { seconds: 100, bytes: 13 });
  assertEquals(all.map(({ algorithm }) => algorithm.name), ["a", "a", "b", "b"]);
  assertEquals(all.map(({ skipped }) => skipped), [undefined, undefined, undefined, undefined]);
  assertEquals(all.map(({ parameters }) => parameters.a), [1, 2, 1, 2]);
});

Deno.test("what needs too much memory is left out, what comes after it is not", () => {
  const all = planned([costing("a", 1, 4e9), costing("b", 1, 1)], { seconds: 100, bytes: 4e9 });
  assertStringIncludes(all[0].skipped!, "5.0 GB and may have 4.0 GB");
  assertEquals(all[2].skipped, undefined);
});

Deno.test("what is more than the threads can share is left out", () => {
  const cost = { seconds: 1, bytes: 6e9, sharedBytes: 5e9 };
  const all = planned([{ ...popularity, cost: () => cost }], { seconds: 100, bytes: 1e12 });
  assertStringIncludes(all[0].skipped!, "5.0 GB that all threads see, and they can share 4.3 GB");
});

Deno.test("a fit must leave time to be made three times", () => {
  const all = planned([costing("a", 10, 1)], { seconds: 35, bytes: 2 });
  assertEquals(all[0].skipped, undefined);
  assertStringIncludes(all[1].skipped!, "about 10 s; 25 s of the budget are left for three");
});

Deno.test("a setting that is for other data is not planned", () => {
  const picky: Algorithm = {
    ...costing("a", 1, 1),
    fitting: (_, parameters) => parameters.a === 2 ? parameters : undefined,
  };
  const all = planned([picky], { seconds: 100, bytes: 13 });
  assertEquals(all.map(({ parameters, place }) => [parameters.a, place]), [[2, 1]]);
});

Deno.test("the likeliest setting comes first, then those after and before it, each once", () => {
  const line: Algorithm = {
    ...costing("a", 1, 1),
    recipes: [{ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }],
    start: 1,
    fitting: (_, { a }) => ({ a: Math.min(Number(a), 3) }),
  };
  const all = planned([line], { seconds: 100, bytes: 13 });
  assertEquals(all.map(({ parameters, place }) => [parameters.a, place]), [[2, 1], [3, 2], [1, 0]]);
});

Deno.test("what a fit leaves for others is not there for them, and is counted once", () => {
  const keeping = {
    ...popularity,
    recipes: [{ a: 1 }, { a: 2 }],
    cost: () => ({ seconds: 1, bytes: 80, keptBytes: 30 }),
  };
  const skips = (later: number) =>
    planned([keeping, costing("later", 1, later)], { seconds: 100, bytes: 100 })
      .map(({ skipped }) => skipped !== undefined);
  assertEquals(skips(56), [false, false, false, false]);
  assertEquals(skips(57), [false, false, true, true]);
});
