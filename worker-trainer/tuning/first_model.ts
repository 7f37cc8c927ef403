/**
 * First model: the model that a project's first training serves before it searches for a better
 * one. Its configuration is the likeliest to rank well among those that are fitted in seconds.
 * bench/first_model.ts measures its quality and time.
 */
import type { Interactions } from "../dataset/dataset.ts";
import type { AnyAlgorithm } from "../algorithms/algorithm.ts";
import { ease } from "../algorithms/ease.ts";
import { DEFAULT_CONTENT_SHARE } from "../algorithms/hybrid.ts";
import { itemKnn } from "../algorithms/item_knn.ts";
import { rp3beta } from "../algorithms/rp3beta.ts";
import { ratingsVary, timesVary } from "../algorithms/training_set.ts";
import { partOf } from "../dataset/split/split.ts";
import { sample, usersWithLikes } from "../metrics/evaluated_users.ts";
import { sequentialRules } from "../algorithms/sequential_rules.ts";
import { turboCf } from "../algorithms/turbo_cf.ts";
import type { ModelSpec } from "./model_spec.ts";
import type { PlannedCandidate } from "./plan.ts";

/** Maximum number of interactions plus items of which a whole search takes seconds. */
const QUICK = 10_000;
/**
 * Maximum entries of a row of a first model: with more, combining rows with content takes longer
 * than fitting them, for one per cent of NDCG.
 */
export const FIRST_ROW_ENTRIES = 200;
/** Maximum number of test users of a first model; a seeded sample if there are more. */
const MAX_USERS = 3000;
/** Estimated seconds up to which EASE is a first model. */
const CHEAP_SECONDS = 0.5;
/** Half-life of the recency weighting where times vary, in positions. */
const HALF_LIFE = 5;

/** Whether a whole search is so short that its result is the first model. */
export function isQuick(interactions: Interactions, items: number): boolean {
  return interactions.items.length + items <= QUICK;
}

/**
 * Returns the specification of a first model. It is, as measured on the public data sets:
 *
 * - EASE where it is cheap, which is where there are few users or items: it ranks far better than
 *   the others, best without recency;
 * - item-kNN where a user's ratings vary;
 * - sequential rules where only times vary, and order most items;
 * - Turbo-CF where only times vary, and order few items;
 * - RP3β where there are neither ratings nor times.
 *
 * @param planned candidates, the likeliest of each algorithm first.
 */
export function likeliestSpec(
  planned: readonly PlannedCandidate[],
  { interactions, hybrid }: { interactions: Interactions; hybrid: boolean },
): ModelSpec {
  const possible = planned.filter(({ skipped }) => !skipped);
  const of = (algorithm: AnyAlgorithm) =>
    possible.find(({ configuration }) => configuration.algorithm === algorithm);
  const hasValues = ratingsVary(interactions);
  const hasTimes = timesVary(interactions);
  const regression = of(ease);
  const isCheap = regression !== undefined && regression.cost.seconds <= CHEAP_SECONDS;
  const neighbours = hasValues
    ? undefined
    : hasTimes
    ? of(sequentialRules) ?? of(turboCf)
    : of(rp3beta);
  const { configuration } = (isCheap ? regression : neighbours ?? of(itemKnn)) ?? planned[0];
  const { halfLife = HALF_LIFE } = configuration.algorithm.weighting;
  return {
    parts: [{ configuration, share: 1 }],
    weighting: {
      signal: hasValues ? "valued" : "liked",
      ...(hasTimes && !isCheap && { halfLife }),
    },
    ...(hybrid && { contentShare: DEFAULT_CONTENT_SHARE }),
  };
}

/** Returns the held-out items of the test users, or of a sample of them if there are many. */
export function heldOfSample(held: Interactions, random: () => number): Interactions {
  const users = usersWithLikes(held);
  if (users.length <= MAX_USERS) return held;
  const kept = new Uint8Array(held.items.length);
  for (const user of sample(users, MAX_USERS, random)) {
    kept.fill(1, held.offsets[user], held.offsets[user + 1]);
  }
  return partOf(held, kept, 1);
}
