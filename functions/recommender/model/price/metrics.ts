/**
 * Metrics of one ranked list. `hits[r]` is 1 if the item at rank r (from 0) is relevant, else 0;
 * `relevant` is the number of relevant items, listed or not.
 */

/**
 * Returns the normalised discounted cumulative gain.
 *
 *     NDCG@k = Σ_{r<k} hits_r / log₂(r + 2)  /  Σ_{r<min(k, relevant)} 1 / log₂(r + 2)
 */
export function ndcg(hits: ArrayLike<number>, relevant: number, k: number): number {
  return ndcgCurve(hits, relevant, k)[k];
}

/** Returns NDCG@k for k from 0 to `depth`. */
export function ndcgCurve(hits: ArrayLike<number>, relevant: number, depth: number): Float64Array {
  const curve = new Float64Array(depth + 1);
  let gain = 0;
  let ideal = 0;
  for (let r = 0; r < depth; r++) {
    if (hits[r]) gain += discount(r);
    if (r < relevant) ideal += discount(r);
    curve[r + 1] = ideal > 0 ? gain / ideal : 0;
  }
  return curve;
}

/** Returns recall@k = hits among the first k / relevant. */
export function recall(hits: ArrayLike<number>, relevant: number, k: number): number {
  return recallCurve(hits, relevant, k)[k];
}

/** Returns recall@k for k from 0 to `depth`. */
export function recallCurve(
  hits: ArrayLike<number>,
  relevant: number,
  depth: number,
): Float64Array {
  const curve = new Float64Array(depth + 1);
  let found = 0;
  for (let r = 0; r < depth; r++) {
    if (hits[r]) found++;
    curve[r + 1] = relevant > 0 ? found / relevant : 0;
  }
  return curve;
}

/** Returns precision@k = hits among the first k / k. */
export function precision(hits: ArrayLike<number>, k: number): number {
  return count(hits, k) / k;
}

/** Returns 1 / (rank of the first hit, from 1), or 0 without a hit among the first k. */
export function reciprocalRank(hits: ArrayLike<number>, k: number): number {
  for (let r = 0; r < Math.min(k, hits.length); r++) {
    if (hits[r]) return 1 / (r + 1);
  }
  return 0;
}

/**
 * Returns the NDCG in which each relevant item has a weight of its own.
 *
 *     Σ_{r<k} gain_r / log₂(r + 2)  /  the same sum of the relevant items by falling weight
 *
 * @param gains weight of the item at each rank, 0 if it is not relevant.
 * @param relevant weights of the relevant items, listed or not.
 */
export function weightedNdcg(gains: ArrayLike<number>, relevant: number[], k: number): number {
  const discounted = (values: ArrayLike<number>) => {
    let sum = 0;
    for (let r = 0; r < Math.min(k, values.length); r++) sum += values[r] * discount(r);
    return sum;
  };
  const ideal = discounted(relevant.toSorted((a, b) => b - a));
  return ideal > 0 ? discounted(gains) / ideal : 0;
}

/** Returns −log₂(share of the users who liked an item), counting at least one user. */
export function novelty(popularity: number, users: number): number {
  return Math.log2(users / Math.max(popularity, 1));
}

/**
 * Marks the long tail: all items except the most popular fifth of the catalogue.
 * @param popularOrder items from most to least popular.
 * @returns 1 for items of the long tail, by item.
 */
export function longTail(popularOrder: Uint32Array): Uint8Array {
  const marks = new Uint8Array(popularOrder.length);
  const head = Math.ceil(popularOrder.length / 5);
  for (const item of popularOrder.subarray(head)) marks[item] = 1;
  return marks;
}

/** Returns 1 / log₂(rank + 2), from a table for lists of usual length. */
function discount(rank: number): number {
  return DISCOUNTS[rank] ?? 1 / Math.log2(rank + 2);
}

const DISCOUNTS = Float64Array.from({ length: 64 }, (_, rank) => 1 / Math.log2(rank + 2));

function count(hits: ArrayLike<number>, k: number): number {
  let sum = 0;
  for (let r = 0; r < Math.min(k, hits.length); r++) sum += hits[r] ? 1 : 0;
  return sum;
}
