/** Determines how ratings are interpreted, and applies them to the weights of the rows. */
import {
  type Liking,
  onScale,
  opinionBy,
  ownMean,
  type Scale,
} from "../../functions/recommender/model/liking.ts";
import { WITHDRAWN } from "./event_weights.ts";
import type { Rows } from "./join_repeats.ts";
import type { RatingKind } from "./rating_kind.ts";

/** Largest high quantile of a scale; beyond it, ratings are amounts. */
const LONGEST_SCALE = 100;
/** Largest rating of a scale in whole or half steps. */
const STEPPED_SCALE = 10;
/** Minimum share of ratings on a scale, and a quantile that is robust to single wrong values. */
const NEARLY_ALL = 0.99;
/** Amounts: nearly all are at the low end, and few above the middle. */
const LOW_END = 0.1;
const ABOVE_MIDDLE = 0.05;
/** Maximum number of ratings for the quantiles. */
const SAMPLE = 100_000;
/** Maximum number of distinct ratings for which the most common limit is computed. */
const STEPS = 1000;

/** Evidence besides the values. */
export interface LikingOptions {
  /** The owner's limit, which overrides everything else. */
  from?: number;
  /** Evidence of the names of the rating columns. */
  kind?: RatingKind;
}

/**
 * Determines how the ratings of a file's rows are interpreted, from the column's name and from the
 * values. Single values off a scale do not turn it into amounts.
 */
export function decideLiking(
  { rating }: Pick<Rows, "rating">,
  { from, kind }: LikingOptions = {},
): Liking {
  const { count, least, most, isSigns, step } = extentOf(rating);
  if (count === 0 || step === undefined) return { rule: "all" };
  if (from !== undefined) return { rule: "from", limit: from };
  if (least === most) return { rule: "all" };
  const drawn = sortedSample(rating, step);
  const amounts: Liking = { rule: "amount", usual: Math.max(1, drawn[drawn.length >> 1]) };
  if (kind === "amount") return amounts;
  if (isSigns) return { rule: "above_zero" };
  const stepped = scaleWhere(rating, isStep);
  if (stepped.share >= NEARLY_ALL) return ownMeanOn(rating, stepped.scale);
  const high = quantile(drawn, NEARLY_ALL);
  if (high > LONGEST_SCALE) return amounts;
  const usual = drawn[drawn.length >> 1];
  const end = Math.min(most, LONGEST_SCALE);
  if (kind !== "scale" && isLongTailed(rating, { least, most: end, usual, count })) return amounts;
  return ownMeanOn(rating, { least: quantile(drawn, 1 - NEARLY_ALL), most: high });
}

/** Returns whether a rating is a whole or half step from 0 to 10. */
function isStep(value: number): boolean {
  return value >= 0 && value <= STEPPED_SCALE && Number.isInteger(2 * value);
}

/** Returns the share of ratings that are such, and their range. */
function scaleWhere(rating: Float32Array, isSuch: (value: number) => boolean) {
  let [among, count, least, most] = [0, 0, Infinity, -Infinity];
  for (const value of rating) {
    if (Number.isNaN(value)) continue;
    count++;
    if (!isSuch(value)) continue;
    among++;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { share: among / count, scale: { least, most } };
}

/** Returns the rule of a scale, with the mean of the ratings as `onScale` returns them. */
function ownMeanOn(rating: Float32Array, scale: Scale): Liking {
  let [sum, count] = [0, 0];
  for (const value of rating) {
    if (Number.isNaN(value)) continue;
    sum += onScale(value, scale);
    count++;
  }
  return { rule: "own_mean", mean: sum / count, scale };
}

/**
 * Multiplies the rows' event weights by the opinions of their ratings. A rating that is not liked
 * withdraws earlier rows, like a changed opinion, and a negative one rejects the item; but 0 among
 * 0 and 1 only means no action this time. Events with a weight of 0 or less are kept.
 * @returns the rule, with the most common limit if each user has their own.
 */
export function weighByRatings(rows: Rows, liking: Liking, users: number): Liking {
  if (liking.rule === "all") return liking;
  const { user, rating, weight } = rows;
  const sums = new Float64Array(users);
  const counts = new Uint32Array(users);
  for (let row = 0; row < rating.length; row++) {
    if (Number.isNaN(rating[row])) continue;
    sums[user[row]] += liking.rule === "own_mean"
      ? onScale(rating[row], liking.scale)
      : rating[row];
    counts[user[row]]++;
  }
  const shared = liking.rule === "own_mean" ? undefined : opinionBy(liking, { sum: 0, count: 0 });
  // In most files a user's rows are consecutive, so the last function is cached.
  let known = -1;
  let opinion = shared;
  for (let row = 0; row < rating.length; row++) {
    if (Number.isNaN(rating[row]) || !(weight[row] > 0)) continue;
    if (!shared && user[row] !== known) {
      known = user[row];
      opinion = opinionBy(liking, { sum: sums[known], count: counts[known] });
    }
    const opinionValue = opinion!(rating[row]);
    if (opinionValue > 0) weight[row] *= opinionValue;
    else if (opinionValue < 0) weight[row] = opinionValue;
    else weight[row] = withdraws(liking) ? WITHDRAWN : 0;
  }
  if (liking.rule !== "own_mean") return liking;
  return { ...liking, limit: commonestLimit(rating, { liking, sums, counts }) };
}

/** Returns whether a rating that is not liked is an opinion on the item, not on a single moment. */
function withdraws({ rule }: Liking): boolean {
  return rule === "own_mean" || rule === "from";
}

/** Returns count and range of the ratings, and whether all of them are 0, 1 or −1. */
function extentOf(rating: Float32Array) {
  let [count, least, most] = [0, Infinity, -Infinity];
  let isSigns = true;
  for (const value of rating) {
    if (Number.isNaN(value)) continue;
    count++;
    if (value < least) least = value;
    if (value > most) most = value;
    if (value !== 0 && value !== 1 && value !== -1) isSigns = false;
  }
  const step = count > 0 ? Math.max(1, Math.floor(count / SAMPLE)) : undefined;
  return { count, least, most, isSigns, step };
}

/** Returns every `step`-th rating, in ascending order. */
function sortedSample(rating: Float32Array, step: number): Float64Array {
  const drawn: number[] = [];
  let position = 0;
  for (const value of rating) {
    if (!Number.isNaN(value) && position++ % step === 0) drawn.push(value);
  }
  return Float64Array.from(drawn).sort();
}

/** Returns a quantile of ratings in ascending order. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** Returns whether ratings are distributed like amounts, most of them small and a few large. */
function isLongTailed(
  rating: Float32Array,
  { least, most, usual, count }: Record<"least" | "most" | "usual" | "count", number>,
): boolean {
  const lowEnd = least + LOW_END * (most - least);
  if (most - least < 2 || usual > lowEnd) return false;
  const middle = (least + most) / 2;
  let [between, above] = [0, 0];
  for (const value of rating) {
    if (value > middle) above++;
    else if (value > lowEnd) between++;
  }
  // On a scale with mostly low ratings, the high ones are at its upper end.
  return above < ABOVE_MIDDLE * count && between > above;
}

/** Returns the lowest rating that is liked by most users' own means. */
function commonestLimit(
  rating: Float32Array,
  { liking, sums, counts }: {
    liking: Extract<Liking, { rule: "own_mean" }>;
    sums: Float64Array;
    counts: Uint32Array;
  },
): number | undefined {
  const steps = new Set<number>();
  for (const value of rating) {
    if (!Number.isNaN(value)) steps.add(value);
    if (steps.size > STEPS) return undefined;
  }
  const scale = Float64Array.from(steps).sort();
  const users = new Map<number, number>();
  for (let u = 0; u < sums.length; u++) {
    if (counts[u] === 0) continue;
    const own = ownMean({ sum: sums[u], count: counts[u] }, liking);
    const limit = scale.find((value) => value >= own - 1e-9 * Math.abs(own));
    if (limit !== undefined) users.set(limit, (users.get(limit) ?? 0) + 1);
  }
  const [commonest] = [...users].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return commonest?.[0];
}
