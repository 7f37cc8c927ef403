import { z } from "zod";
import type { Sequences } from "../linalg/transitions.ts";
import { type Algorithm, defineAlgorithm } from "./algorithm.ts";
import { isOrdered, MAX_WINDOW, sequencesOf } from "./sequences.ts";
import { EQUAL_WEIGHTING } from "./training_set.ts";

export interface SequentialRulesParameters {
  /** δ: places over which the weight of a transition falls to 1/e, above 0. */
  decay: number;
  /** a: power of a source's transitions, by which they are divided; 0 to 1. */
  alpha: number;
  /** b: power of a target's transitions, by which they are divided; 0 to not discount any. */
  beta: number;
}

/** Weight of a transition against the order of time. */
const BACKWARD = 0.5;

/** Transitions counted per second on one thread, for estimates. */
const TRANSITION_RATE = 6e7;
/** Rows cut per second, in addition. */
const CUT_RATE = 9e4;

/**
 * Sequential rules: which items follow an item in histories (Kamehkhosh, Jannach and Ludewig 2017;
 * SR in Ludewig and Jannach 2018), with weights that fall exponentially with the gap, and both
 * directions of a pair. With g the number of places from i to j, where items at one time share a
 * place and have no order among them, and g ≤ min(5δ, 40):
 *
 *     C_ij = Σ_(users, i before j) e^(−(g − 1)/δ) + ½ · Σ_(users, j before i) e^(−(g − 1)/δ)
 *     W_ij = C_ij / (n_i^a · m_j^b),  n_i = Σ_j C_ij,  m_j = Σ_i C_ij
 *
 * The next item depends mostly on the latest ones, so histories fade quickly.
 */
export const sequentialRules: Algorithm<SequentialRulesParameters> = defineAlgorithm<
  SequentialRulesParameters
>({
  name: "sequential_rules",
  family: "sequence",
  schema: z.object({
    decay: z.number().positive(),
    alpha: z.number().min(0).max(1),
    beta: z.number().min(0),
  }),
  configurations: [
    { decay: 5, alpha: 0.7, beta: 0.2 },
    { decay: 8, alpha: 0.6, beta: 0.2 },
    { decay: 8, alpha: 0.5, beta: 0.1 },
    { decay: 8, alpha: 0.35, beta: 0.1 },
  ],
  start: 2,
  weighting: { ...EQUAL_WEIGHTING, halfLife: 2.8 },
  adapt: (set, parameters) => isOrdered(set) ? parameters : undefined,
  cost(set, _, { decay }) {
    const sequences = sequencesOf(set);
    const pairs = pairsWithin(sequences, windowOf(decay));
    return {
      seconds: 2 * pairs / TRANSITION_RATE + set.items / CUT_RATE,
      bytes: 8 * set.items * Math.min(set.keep, set.items) + 16 * sequences.items.length,
    };
  },
  async fit(set, { decay, alpha, beta }, { pool, progress }) {
    const sequences = sequencesOf(set);
    const weights = Float64Array.from(
      { length: windowOf(decay) + 1 },
      (_, gap) => gap === 0 ? 0 : Math.exp(-(gap - 1) / decay),
    );
    const { sources, targets } = transitionSums(sequences, weights);
    return await pool.run({
      kernel: "transitions",
      input: {
        sequences,
        weights,
        backward: BACKWARD,
        rowNorms: sources.map((sum) => sum ** alpha),
        columnNorms: targets.map((sum) => sum ** beta),
        keep: set.keep,
      },
      rows: set.items,
      cost: 2 * pairsWithin(sequences, windowOf(decay)),
      progress,
    });
  },
});

/** Returns the maximum gap of a transition in places. */
function windowOf(decay: number): number {
  return Math.max(1, Math.min(Math.floor(5 * decay), MAX_WINDOW));
}

/** Returns the number of pairs of entries of one user that are at most `window` places apart. */
function pairsWithin({ places }: Sequences, window: number): number {
  let pairs = 0;
  for (let e = 0, first = 0; e < places.length; e++) {
    while (places[e] - places[first] > window) first++;
    pairs += e - first;
  }
  return pairs;
}

/** Returns n and m, the sums of C by row and by column. */
function transitionSums(
  { items, places, offsets }: Sequences,
  weights: Float64Array,
): { sources: Float64Array; targets: Float64Array } {
  const sources = new Float64Array(offsets.length - 1);
  const targets = new Float64Array(offsets.length - 1);
  const window = weights.length - 1;
  for (let e = 0, first = 0; e < items.length; e++) {
    while (places[e] - places[first] > window) first++;
    for (let f = first; places[f] < places[e]; f++) {
      const weight = weights[places[e] - places[f]];
      sources[items[f]] += weight;
      targets[items[e]] += weight;
      sources[items[e]] += BACKWARD * weight;
      targets[items[f]] += BACKWARD * weight;
    }
  }
  return { sources, targets };
}
