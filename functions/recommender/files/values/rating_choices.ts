/** Choices of a mapping on how its ratings are meant. */

/** No number means "no rating", or this one. */
export const noRatings = [
  "keep",
  ...["0", "-1", "-9", "-99", "-999", "8", "9", "88", "99", "98", "999", "9999"],
] as const;
export type NoRating = typeof noRatings[number];

/** The end of the ratings that is the best. */
export const bestRatings = ["high", "low"] as const;
export type BestRating = typeof bestRatings[number];
