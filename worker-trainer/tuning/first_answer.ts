/**
 * The model of a first answer: the configuration that most likely ranks well among those that are
 * fitted in seconds, without a search. bench/first_answer.ts measures its quality and time.
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

/** Interactions and items, together, up to which a whole search takes a moment. */
const QUICK = 10_000;
/**
 * Maximum entries of a row of a project's first model: beyond that, combining rows with content
 * takes longer than fitting them, for a per cent of NDCG.
 */
export const FIRST_ROW_ENTRIES = 200;
/** Maximum number of test users of a first answer; a seeded sample if there are more. */
const MAX_USERS = 3000;
/** Estimated seconds up to which EASE is a first answer. */
const CHEAP_SECONDS = 0.5;
/** Half-life of the recency weighting where times vary, in positions. */
const HALF_LIFE = 5;

/** Whether a whole search is so short that its result is the first answer. */
export function isQuick(interactions: Interactions, items: number): boolean {
  return interactions.items.length + items <= QUICK;
}

/**
 * Returns the specification of a first answer, by size, density and order. Of the public sets,
 * EASE is far above the others where it is cheap, which is where there are few users or items, and
 * best by value and without recency. Elsewhere item-kNN leads where ratings vary, sequential rules
 * where only times do and order most items, TurboCF where they order few, and RP3β where there are
 * neither.
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
