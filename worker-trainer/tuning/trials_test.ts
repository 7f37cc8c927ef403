import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Algorithm } from "../algorithms/algorithm.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { popularity } from "../algorithms/popularity.ts";
import { PLAIN } from "../algorithms/training_set.ts";
import { Hall } from "./trials.ts";
import { matrixDense } from "../linalg/matrix_dense.ts";
import { RowPool } from "../threads/row_pool.ts";
import { emptyRows } from "../linalg/sparse_rows.ts";
import { Meter } from "./progress.ts";

const interactions = interactionsOf([[0, 1], [1, 2]]);
const held = interactionsOf([[2], [0]]);

function hallWith(secondsLeft: () => number): Hall {
  const examination = { interactions, items: 3, held, judges: Uint32Array.of(0, 1) };
  const meter = new Meter(() => {}, 1);
  const engines = { dense: matrixDense(), pool: new RowPool(1) };
  const limits = { secondsLeft, fits: 2, judgings: 0, searching: 100, finishing: 100 };
  return new Hall(examination, { planned: [], meter, ...limits, ...engines });
}

const recipe = (place: number) => ({
  algorithm: popularity,
  parameters: {},
  place,
  cost: { seconds: 1, bytes: 1 },
});

Deno.test("time that is up ends a fit on its way, and the report hears of it", async () => {
  let blocks = 0;
  const slow = {
    ...popularity,
    fit: (_: unknown, __: unknown, { progress }: { progress?: (share: number) => void }) => {
      for (; blocks < 100; blocks++) progress?.(blocks / 100);
      return Promise.resolve(emptyRows(3));
    },
  };
  const hall = hallWith(() => blocks < 3 ? 3 : -1);
  assertEquals(await hall.tryRecipe({ ...recipe(0), algorithm: slow }, PLAIN), undefined);
  assertEquals([blocks, hall.trials.length], [3, 0]);
  assertStringIncludes(hall.unreached[0].skipped, "time that the search may take");
  // Candidates that were not started are listed too.
  assertEquals(await hall.tryRecipe({ ...recipe(1), algorithm: slow }, PLAIN), undefined);
  assertEquals([blocks, hall.unreached.length], [3, 2]);
});

/** Records a trial as if it had been fitted and evaluated. */
function judged(hall: Hall, algorithm: Algorithm, place: number, mean: number): void {
  hall.trials.push({
    choice: { parts: [{ recipe: { ...recipe(place), algorithm }, share: 1 }], reading: PLAIN },
    place,
    ...{ mean, users: new Float64Array(2), cost: { seconds: 0, bytes: 0 } },
    ...{ seconds: 0, serving: 0, peakBytes: 0 },
  });
}

Deno.test("behind a setting that was worse nothing is tried, on the other side it is", () => {
  const hall = hallWith(() => Infinity);
  judged(hall, popularity, 2, 0.1);
  judged(hall, popularity, 3, 0.09);
  assertStringIncludes(hall.hopeless(recipe(4))!, "was worse");
  assertEquals(hall.hopeless(recipe(1)), undefined);
});

Deno.test("two settings that did not rise end a line, one does not", () => {
  const hall = hallWith(() => Infinity);
  judged(hall, popularity, 0, 0.1);
  judged(hall, popularity, 1, 0.0999);
  assertEquals(hall.hopeless(recipe(2)), undefined);
  judged(hall, popularity, 2, 0.0998);
  assertStringIncludes(hall.hopeless(recipe(3))!, "was worse");
});

Deno.test("only two settings tell that an algorithm is nowhere near the best", () => {
  const hall = hallWith(() => Infinity);
  judged(hall, { ...popularity, family: "factors" }, 0, 0.1);
  judged(hall, popularity, 0, 0.01);
  assertEquals(hall.hopeless(recipe(1)), undefined);
  judged(hall, popularity, 1, 0.02);
  assertStringIncludes(hall.hopeless(recipe(2))!, "nowhere near");
});

Deno.test("of a family the one that is well behind is not searched further", () => {
  const hall = hallWith(() => Infinity);
  judged(hall, { ...popularity }, 0, 0.1);
  judged(hall, popularity, 0, 0.094);
  assertEquals(hall.hopeless(recipe(1)), undefined);
  judged(hall, { ...popularity }, 1, 0.102);
  assertStringIncludes(hall.hopeless(recipe(1))!, "of its family");
});

Deno.test("what is tried leaves time to serve it, and to serve what is best so far", async () => {
  const hall = hallWith(() => 2.5);
  // One second for the fit and two for serving it exceed the time left.
  assertEquals(await hall.tryRecipe(recipe(0), PLAIN), undefined);
  const rows = () => emptyRows(3);
  const choice = { parts: [{ recipe: recipe(0), share: 1 }], reading: PLAIN };
  assertEquals((await hall.tryRows("fit blend", choice, { rows, serving: 1 }))?.serving, 1);
  // The trial above could still be served: after half a second, two seconds are left.
  const quick = { ...recipe(1), cost: { seconds: 0.5, bytes: 1 } };
  assertEquals((await hall.tryRecipe(quick, PLAIN))?.serving, 0.5);
  const slower = { ...recipe(1), cost: { seconds: 0.6, bytes: 1 } };
  assertEquals(await hall.tryRecipe(slower, PLAIN), undefined);
});
