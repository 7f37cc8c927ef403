/** Determines how ratings are interpreted, and applies them to the weights of the rows. */
import {
  type Liking,
  onScale,
  ownMean,
  type Scale,
} from "../../functions/recommender/model/history/liking.ts";
import { weighRows } from "../../functions/recommender/model/history/weigh_rows.ts";
import type { RowOrder, Rows } from "./join_repeats.ts";
import type { RatingKind } from "../../functions/recommender/files/columns/rating_kind.ts";

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
  if (least === most) return { rule: least < 0 ? "above_zero" : "all" };
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
 * Multiplies the rows' event weights by the opinions of their ratings; see `weighRows`.
 * @param histories the rows of each user, oldest first.
 * @returns the rule, with the most common limit if each user has their own.
 */
export function weighByRatings(rows: Rows, liking: Liking, histories: RowOrder): Liking {
  if (liking.rule === "all") return liking;
  const { offsets, order } = histories;
  const users = offsets.length - 1;
  const sums = new Float64Array(users);
  const counts = new Uint32Array(users);
  for (let u = 0; u < users; u++) {
    const own = weighRows(rows, order.subarray(offsets[u], offsets[u + 1]), liking);
    [sums[u], counts[u]] = [own.sum, own.count];
  }
  if (liking.rule !== "own_mean") return liking;
  return { ...liking, limit: commonestLimit(rows.rating, { liking, sums, counts }) };
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
