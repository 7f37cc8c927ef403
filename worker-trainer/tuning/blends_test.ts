import { assertAlmostEquals, assertEquals } from "@std/assert";
import { defineAlgorithm, type Family } from "../algorithms/algorithm.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { interactionsOf } from "../../testing/datasets.ts";
import { popularity } from "../algorithms/popularity.ts";
import { EQUAL_WEIGHTING } from "../algorithms/training_set.ts";
import { matrixDense } from "../linalg/matrix_dense.ts";
import { RowsBuilder } from "../linalg/sparse_rows.ts";
import { RowPool } from "../threads/row_pool.ts";
import { tryBlends } from "./blends.ts";
import { ProgressTracker } from "./progress_tracker.ts";
import { best, Trials } from "./trials.ts";

const ITEMS = 6;
/** Users of two kinds, by the item they had first; the last two reject what they see later. */
const interactions = interactionsOf([[0], [1], [0], [1], [0], [1]]);
/** Later, users of the first kind like item 2 and reject 4; those of the second like 3, reject 5. */
const held: Interactions = {
  ...interactionsOf([[2, 4], [3, 5], [2, 4], [3, 5], [4], [5]]),
  weights: Float32Array.of(1, -1, 1, -1, 1, -1, 1, -1, -1, -1),
};

/** Returns an algorithm whose rows of items 0 and 1 are given: scores by item. */
function scoring(family: Family, ...rows: Record<number, number>[]) {
  return defineAlgorithm({
    ...popularity,
    name: family,
    family,
    fit: () => {
      const built = new RowsBuilder(ITEMS);
      for (let item = 0; item < ITEMS; item++) {
        for (const [other, score] of Object.entries(rows[item] ?? {})) {
          built.add(Number(other), score);
        }
        built.endRow();
      }
      return Promise.resolve(built.build());
    },
  });
}

/** Knows what the first kind likes, and lists what the second rejects before what it likes. */
const first = scoring("neighbours", { 2: 1, 4: 0.2 }, { 3: 0.8, 5: 1 });
/** The other way round. */
const second = scoring("factors", { 2: 0.8, 4: 1 }, { 3: 1, 5: 0.2 });

/** Returns NDCG@10 of either model and of each blend, and the shares that are chosen, if a blend is. */
async function blended(of: Interactions) {
  const users = Uint32Array.from({ length: 6 }, (_, user) => user);
  const trials = new Trials({ interactions, items: ITEMS, held: of, validationUsers: users }, {
    ...{ planned: [], tracker: new ProgressTracker(() => {}, 1), secondsLeft: () => Infinity },
    ...{ fits: 2, evaluations: 0, searching: 100, finishing: 100 },
    ...{ dense: matrixDense(), pool: new RowPool(1) },
  });
  for (const algorithm of [first, second]) {
    const candidate = { configuration: algorithm.configure({}), index: 0 };
    await trials.tryCandidate({ ...candidate, cost: { seconds: 0, bytes: 0 } }, EQUAL_WEIGHTING);
  }
  const { spec: { parts } } = await tryBlends(best(trials.all)!, trials);
  return {
    ndcg: trials.all.map(({ ndcg }) => ndcg),
    blends: trials.all.flatMap(({ spec: { parts } }) =>
      parts.length > 1 ? [parts.map(({ share }) => share)] : []
    ),
    shares: parts.length > 1 ? parts.map(({ share }) => share) : undefined,
  };
}

Deno.test("a blend is chosen by what users liked later: a rejected item is not found", async () => {
  const { ndcg: [alone, other, ...found], blends, shares } = await blended(held);
  const half = (1 + 1 / Math.log2(3)) / 2;
  for (const ndcg of [alone, other]) assertAlmostEquals(ndcg, half);
  assertEquals([found[0], shares], [1, [0.5, 0.5]]);
  // Equal shares are tried first, and none twice.
  assertEquals(blends, [[0.5, 0.5], [0.75, 0.25]]);
  // Without the rejected rows, all figures are the same.
  const liked = interactionsOf([[2], [3], [2], [3], [], []]);
  assertEquals(await blended(liked), { ndcg: [alone, other, ...found], blends, shares });
  // Had users liked them instead, either model would find both alone, and no blend would be chosen.
  const all = await blended({ ...held, weights: held.weights.map(() => 1) });
  assertEquals(all.shares, undefined);
});
