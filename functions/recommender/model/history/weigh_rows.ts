import {
  type Liking,
  onScale,
  opinionBy,
  type OwnRatings,
  WITHDRAWN,
  withdraws,
} from "./liking.ts";
import type { RowColumns } from "./rows.ts";

/**
 * Multiplies the event weights of one user's rows by the opinions of their ratings, in place. A
 * rating that is not liked withdraws earlier rows, like a changed opinion, and a negative one
 * rejects the item; but 0 among 0 and 1 only means no action this time. Events with a weight of 0
 * or less are kept.
 * @param own indices of the rows, oldest first.
 * @returns sum and count of the user's ratings, within the scale.
 */
export function weighRows(
  { rating, weight }: Pick<RowColumns, "rating" | "weight">,
  own: Uint32Array,
  liking: Liking,
): OwnRatings {
  const scale = liking.rule === "own_mean" ? liking.scale : undefined;
  let [sum, count] = [0, 0];
  for (let p = 0; p < own.length; p++) {
    const value = rating[own[p]];
    if (Number.isNaN(value)) continue;
    sum += onScale(value, scale);
    count++;
  }
  if (count === 0) return { sum, count };
  const opinion = opinionBy(liking, { sum, count });
  const disliked = withdraws(liking) ? WITHDRAWN : 0;
  for (let p = 0; p < own.length; p++) {
    const row = own[p];
    if (Number.isNaN(rating[row]) || !(weight[row] > 0)) continue;
    const value = opinion(rating[row]);
    if (value > 0) weight[row] *= value;
    else weight[row] = value < 0 ? value : disliked;
  }
  return { sum, count };
}
