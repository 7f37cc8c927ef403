/** Tests that every algorithm must pass; its own test file registers them by one line. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { SparseRows } from "../functions/recommender/model/model.ts";
import { rank } from "../functions/recommender/model/rank.ts";
import type {
  Algorithm,
  Configuration,
  Hyperparameters,
} from "../worker-trainer/algorithms/algorithm.ts";
import { ease } from "../worker-trainer/algorithms/ease.ts";
import { ials } from "../worker-trainer/algorithms/ials.ts";
import { rankableModel } from "../worker-trainer/algorithms/assemble.ts";
import { servedRows } from "../worker-trainer/algorithms/served_rows.ts";
import {
  EQUAL_WEIGHTING,
  type TrainingSet,
  trainingSet,
} from "../worker-trainer/algorithms/training_set.ts";
import { describeSpec, type ModelSpec, parseSpec } from "../worker-trainer/tuning/model_spec.ts";
import { openDense } from "../worker-trainer/linalg/open_dense.ts";
import { RowPool } from "../worker-trainer/threads/row_pool.ts";
import { hasAlgorithmWords } from "../web/ui/training_words.ts";
import { checkerboard, interactionsOf } from "./datasets.ts";
import { full } from "./matrices.ts";

const engines = { dense: await openDense(), pool: new RowPool(1) };

/** Properties of an algorithm that decide what can be tested. */
export interface ConformanceOptions {
  /** Whether it learns weights, at a cost; popularity does not. */
  learns?: boolean;
}

/**
 * Registers the tests of an algorithm:
 *
 * - on a checkerboard, each configuration ranks the missing item first;
 * - rows are sorted, without a diagonal, within the limit and finite;
 * - a fit is reproducible;
 * - one user, one item or none is not an error;
 * - estimated costs are finite and positive, and grow with the data;
 * - hyperparameters survive storing and parsing;
 * - it is in `ALGORITHMS`: reports of it alone, blended or in a hybrid can be fitted again;
 * - the dashboard has its display name;
 * - the served rows reproduce the scores.
 */
export function conformance<P extends Hyperparameters<P>>(
  algorithm: Algorithm<P>,
  { learns = true }: ConformanceOptions = {},
): void {
  const all = algorithm.configurations.map(algorithm.configure);
  const [first] = all;
  const test = (behaviour: string, fn: () => void | Promise<void>) =>
    Deno.test(`${algorithm.name}: ${behaviour}`, fn);

  if (learns) {
    test("on a checkerboard each configuration ranks the missing item first", async () => {
      const { lists, missing } = checkerboard(40);
      const set = trainingSet(interactionsOf(lists), { items: 40 });
      for (const configuration of all) {
        const weights = await configuration.fit(set, engines);
        const model = rankableModel({ weights, popularity: set.popularity });
        lists.forEach((items, user) => {
          const [top] = rank(model, { history: { items }, n: 1 });
          assertEquals(top.item, missing[user], `${named(configuration)} for user ${user}`);
          assert(top.score > 0, named(configuration));
        });
      }
    });
  }

  test("rows are sorted, without diagonal, within the limit and finite", async () => {
    const set = { ...checkerboardSet(120, 121), keep: 7 };
    const { offsets, columns, values } = await first.fit(set, engines);
    assertEquals(offsets.length, 122);
    for (let i = 0; i < 121; i++) {
      const row = Array.from(columns.subarray(offsets[i], offsets[i + 1]));
      assertEquals(row, [...new Set(row)].sort((a, b) => a - b));
      assert(row.length <= 7 && !row.includes(i));
    }
    assert(values.every(Number.isFinite));
  });

  test("two fits of the same data are identical", async () => {
    const set = checkerboardSet(60);
    assertEquals(await first.fit(set, engines), await first.fit(checkerboardSet(60), engines));
  });

  test("a single user, a single item or none is not an error", async () => {
    for (const [lists, items] of [[[[0]], 1], [[[0, 1]], 2], [[[]], 3], [[], 2]] as const) {
      const set = trainingSet(interactionsOf(lists.map((list) => [...list])), { items });
      for (const configuration of all) {
        const { offsets, values } = await configuration.fit(set, engines);
        assertEquals(offsets.length, items + 1, named(configuration));
        assert(values.every(Number.isFinite), named(configuration));
      }
    }
  });

  test("estimated costs are finite and grow with the data", () => {
    for (const configuration of all) {
      const costs = [20, 40, 80, 160].map((size) =>
        configuration.cost(checkerboardSet(size), engines.dense)
      );
      for (const [i, { seconds, bytes, keptBytes = 0, sharedBytes = 0 }] of costs.entries()) {
        const smaller = costs[Math.max(0, i - 1)];
        for (const value of [seconds, bytes, keptBytes, sharedBytes]) {
          assert(Number.isFinite(value) && value >= 0, named(configuration));
        }
        if (learns) assert(seconds > 0 && bytes > 0, named(configuration));
        assert(keptBytes <= bytes, named(configuration));
        assert(seconds >= smaller.seconds && bytes >= smaller.bytes, named(configuration));
      }
    }
  });

  test("hyperparameters survive storing and parsing", () => {
    const adapted = algorithm.candidates(checkerboardSet(20)).map((c) => c.configuration);
    for (const configuration of [...all, ...adapted]) {
      const stored = JSON.parse(JSON.stringify(configuration.parameters));
      assertEquals(algorithm.parse(stored), configuration);
      assertEquals(algorithm.parse({ ...stored, unknown: 1 }), configuration);
    }
    for (const name in first.parameters) {
      assertEquals(algorithm.parse({ ...first.parameters, [name]: "invalid" }), undefined, name);
    }
  });

  test("a report of it alone, blended or in a hybrid can be fitted again", () => {
    const alone: ModelSpec = {
      parts: [{ configuration: first, share: 1 }],
      weighting: { ...EQUAL_WEIGHTING, halfLife: 20 },
    };
    const partner = algorithm.name === ease.name
      ? ials.configure(ials.configurations[0])
      : ease.configure(ease.configurations[0]);
    const blend: ModelSpec = {
      ...alone,
      parts: [{ configuration: first, share: 0.75 }, { configuration: partner, share: 0.25 }],
    };
    for (const spec of [alone, blend]) {
      for (const stored of [spec, { ...spec, contentShare: 0.3 }]) {
        const description = JSON.parse(JSON.stringify(describeSpec(stored)));
        assertEquals(parseSpec(description), stored, JSON.stringify(description));
      }
    }
  });

  test("the dashboard has its display name", () => {
    assert(hasAlgorithmWords(algorithm.name), "add it to ALGORITHMS in web/ui/training_words.ts");
  });

  test("the served rows reproduce the scores", async () => {
    const set = { ...checkerboardSet(30), served: 5 };
    const learned = await first.fit(set, engines);
    const weights = await servedRows(learned, set, engines.pool);
    const [whole, served] = [full(learned, 30), full(weights, 30)];
    const model = rankableModel({ weights, popularity: set.popularity });
    for (let i = 0; i < 30; i++) {
      assertEquals(entriesOf(weights, i), strongestOf(whole[i], 5), `row ${i}`);
      const items = [i, (i + 2) % 30];
      for (const { item, score } of rank(model, { history: { items }, n: 28 })) {
        const sum = items.reduce((total, h) => total + served[h][item], 0);
        assertAlmostEquals(score, sum, 1e-5 * (1 + Math.abs(sum)), `${items} and ${item}`);
      }
    }
  });
}

function named({ algorithm, parameters }: Configuration): string {
  return `${algorithm.name} ${JSON.stringify(parameters)}`;
}

/** Returns a checkerboard of `size` users; items beyond it have no interactions. */
function checkerboardSet(size: number, items = size): TrainingSet {
  return trainingSet(interactionsOf(checkerboard(size).lists), { items });
}

/** Returns the absolute values of a row's entries, descending. */
function entriesOf({ offsets, values }: SparseRows, row: number): number[] {
  return Array.from(values.subarray(offsets[row], offsets[row + 1]), Math.abs)
    .sort((a, b) => b - a);
}

/** Returns the `k` largest absolute values other than 0, descending. */
function strongestOf(row: number[], k: number): number[] {
  return row.map(Math.abs).filter((value) => value > 0).sort((a, b) => b - a).slice(0, k);
}
