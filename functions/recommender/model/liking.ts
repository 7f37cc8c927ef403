/**
 * Which interactions say that a user liked an item: one notion for what is learned from, held out,
 * counted, reported, and answered to a history that comes with its ratings.
 */

/** How ratings are read; decided once for all of a project's ratings. */
export type Liking =
  /** Ratings tell nothing apart, or there are none: every interaction is liked. */
  | { rule: "all" }
  /** 0 and 1, or −1 and 1: what is above zero is liked. */
  | { rule: "above_zero" }
  /**
   * Plays, quantities, seconds: all above zero is liked, by its logarithm beside a `usual` one; what
   * is below was returned.
   */
  | { rule: "amount"; usual: number }
  /**
   * A scale such as stars: liked from the user's own mean on, which `mean`, that of all, steadies.
   * `limit` is the least rating that counts for most users.
   */
  | { rule: "own_mean"; mean: number; limit?: number }
  /** Liked from a limit on, which the owner set. */
  | { rule: "from"; limit: number };

/** The ratings of one user, added up. */
export interface OwnRatings {
  sum: number;
  count: number;
}

/** What counts that was put back or returned: a little against what is like it. */
export const TAKEN_BACK = -0.1;

/**
 * Ratings that the mean of all counts like, beside a user's own: so users with few ratings, or with
 * one value for everything, are read by the scale that all share.
 */
const STEADYING = 5;
/** A rating this little below a mean is not below it: sums are rounded. */
const ROUNDING = 1e-9;

/** The mean from which on a user's ratings are liked. */
export function ownMean({ sum, count }: OwnRatings, { mean }: { mean: number }): number {
  return (sum + STEADYING * mean) / (count + STEADYING);
}

/**
 * Returns the function from a rating of a user to what it says: above 0 that the item was liked,
 * below 0 that it was rejected, 0 neither.
 */
export function opinionBy(liking: Liking, own: OwnRatings): (rating: number) => number {
  const not = (rating: number) => rating < 0 ? -1 : 0;
  switch (liking.rule) {
    case "all":
      return () => 1;
    case "above_zero":
      return Math.sign;
    case "amount": {
      const unit = Math.log1p(liking.usual);
      return (rating) => {
        if (rating > 0) return Math.log1p(rating) / unit;
        return rating < 0 ? TAKEN_BACK : 0;
      };
    }
    case "own_mean": {
      const mean = ownMean(own, liking);
      const least = mean - ROUNDING * Math.abs(mean);
      return (rating) => rating >= least && !(rating < 0) ? 1 : not(rating);
    }
    case "from":
      return (rating) => rating >= liking.limit ? 1 : not(rating);
  }
}
