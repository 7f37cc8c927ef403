import { assertEquals, assertStringIncludes } from "@std/assert";
import { interactionsOf } from "./fit/datasets_for_tests.ts";
import { popularity } from "./fit/popularity.ts";
import { PLAIN } from "./fit/training_set.ts";
import { Hall } from "./hall.ts";
import { matrixDense } from "./linalg/matrix_dense.ts";
import { RowPool } from "./linalg/row_pool.ts";
import { emptyRows } from "./linalg/sparse_rows.ts";
import { Meter } from "./meter.ts";

const interactions = interactionsOf([[0, 1], [1, 2]]);
const held = interactionsOf([[2], [0]]);

function hallWith(inTime: (seconds: number) => boolean): Hall {
  const examination = { interactions, items: 3, held, judges: Uint32Array.of(0, 1) };
  const meter = new Meter(() => {}, 1);
  const engines = { dense: matrixDense(), pool: new RowPool(1) };
  return new Hall(examination, { planned: [], meter, inTime, ...engines });
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
  const hall = hallWith(() => blocks < 3);
  assertEquals(await hall.tryRecipe({ ...recipe(0), algorithm: slow }, PLAIN), undefined);
  assertEquals([blocks, hall.trials.length], [3, 0]);
  assertStringIncludes(hall.unreached[0].skipped, "time that the search may take");
  // What was not begun is named too.
  assertEquals(await hall.tryRecipe({ ...recipe(1), algorithm: slow }, PLAIN), undefined);
  assertEquals([blocks, hall.unreached.length], [3, 2]);
});

Deno.test("behind a setting that was worse nothing is tried, on the other side it is", () => {
  const hall = hallWith(() => true);
  const judged = (place: number, mean: number) =>
    hall.trials.push({
      choice: { parts: [{ recipe: recipe(place), share: 1 }], reading: PLAIN },
      place,
      mean,
      users: new Float64Array(2),
      cost: { seconds: 0, bytes: 0 },
      seconds: 0,
      peakBytes: 0,
    });
  judged(2, 0.1);
  judged(3, 0.09);
  assertStringIncludes(hall.hopeless(recipe(4))!, "was worse");
  assertEquals(hall.hopeless(recipe(1)), undefined);
});
