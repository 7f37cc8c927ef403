/**
 * Defines which interactions mean that a user liked an item. The same definition is used for
 * training, validation, popularity, reports, and histories sent with ratings.
 */

import { ln1p } from "./logarithm.ts";

/** How ratings are interpreted; decided once per project from all of its ratings. */
export type Liking =
  /**
   * Ratings are absent, or all the same and not below zero: those seen later are compared with the
   * user's own mean, and below zero they reject.
   */
  | { rule: "all" }
  /** 0 and 1, or −1 and 1: ratings above zero are likes. */
  | { rule: "above_zero" }
  /**
   * Plays, quantities, seconds: above zero is a like, weighted by its logarithm relative to
   * `usual`; below zero is a return.
   */
  | { rule: "amount"; usual: number }
  /**
   * A scale such as stars: ratings from the user's own mean on are likes, but none clearly below
   * the middle of the `scale`; the global `mean` regularizes the own mean. `limit` is the least
   * rating that is a like for most users.
   */
  | { rule: "own_mean"; mean: number; scale?: Scale; limit?: number }
  /** Ratings from a threshold on, set by the owner, are likes. */
  | { rule: "from"; limit: number };

/** Minimum and maximum rating of a scale. */
export interface Scale {
  least: number;
  most: number;
}

/** Sum and count of one user's ratings. */
export interface OwnRatings {
  sum: number;
  count: number;
}

/** Cancels the user's earlier rows of the same item and carries no preference itself. */
export const WITHDRAWN = NaN;

/** Weight of an item that was removed or returned: slightly lowers similar items. */
export const TAKEN_BACK = -0.1;

/**
 * Pseudo-count of ratings at the global mean: users with few ratings, or with the same rating for
 * everything, are read by the common scale.
 */
const STEADYING = 5;
/** Part of the lower half of a scale in which ratings may still be likes. */
const BELOW_MIDDLE = 0.25;
/** Relative tolerance below a mean, for rounding errors of sums. */
const ROUNDING = 1e-9;

/** Returns a rating within its scale, so that a wrong 999 among stars counts as the greatest. */
export function onScale(rating: number, scale: Scale | undefined): number {
  return scale ? Math.min(scale.most, Math.max(scale.least, rating)) : rating;
}

/**
 * Returns the rating from which on a user's ratings are likes: their regularized mean, but at least
 * a quarter of the way from the scale's middle to its lower end: 2.5 of 1 to 5.
 */
export function ownMean(
  { sum, count }: OwnRatings,
  { mean, scale }: { mean: number; scale?: Scale },
): number {
  const own = (sum + STEADYING * mean) / (count + STEADYING);
  if (!scale) return own;
  const { least, most } = scale;
  return Math.max(own, (least + most) / 2 - BELOW_MIDDLE * (most - least) / 2);
}

/** Returns a mean less the rounding error of its sum. */
function roundedDown(mean: number): number {
  return mean - ROUNDING * Math.abs(mean);
}

/**
 * Returns a function from a user's rating to its weight: above 0 a like, below 0 a rejection, 0
 * neither.
 */
export function opinionBy(liking: Liking, own: OwnRatings): (rating: number) => number {
  const not = (rating: number) => rating < 0 ? -1 : 0;
  switch (liking.rule) {
    case "all": {
      const least = roundedDown(own.sum / own.count);
      return (rating) => rating >= least && !(rating < 0) ? 1 : not(rating);
    }
    case "above_zero":
      return Math.sign;
    case "amount": {
      const unit = ln1p(liking.usual);
      return (rating) => {
        if (rating > 0) return ln1p(rating) / unit;
        return rating < 0 ? TAKEN_BACK : 0;
      };
    }
    case "own_mean": {
      const least = roundedDown(ownMean(own, liking));
      return (rating) => rating >= least && !(rating < 0) ? 1 : not(rating);
    }
    case "from":
      return (rating) => rating >= liking.limit ? 1 : not(rating);
  }
}

/** Returns whether a rating that is not liked is an opinion on the item, not on a single moment. */
export function withdraws({ rule }: Liking): boolean {
  return rule === "all" || rule === "own_mean" || rule === "from";
}
