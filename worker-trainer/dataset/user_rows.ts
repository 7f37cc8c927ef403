/** The rows that a model stores, from which histories with later rows can be made. */
import type { UserRows } from "../../functions/recommender/model/model.ts";
import type { Interactions } from "./dataset.ts";
import type { RowOrder, Rows } from "./join_repeats.ts";

/** Returns the event weights by user, before ratings are read; undefined if all are 1. */
export function weightsByUser(
  { weight }: Pick<Rows, "weight">,
  { order }: RowOrder,
): Float32Array | undefined {
  return weight.every((weight) => weight === 1) ? undefined : taken(weight, order);
}

/**
 * Returns the rows by user, oldest first.
 * @param weights their event weights, if not all are 1.
 * @param interactions the joined rows, whose arrays are shared if no row was a repeat.
 */
export function userRows(
  rows: Rows,
  { offsets, order }: RowOrder,
  { weights, interactions }: { weights: Float32Array | undefined; interactions: Interactions },
): UserRows {
  const { items, ratings, times } = interactions;
  const each = { offsets, ...(weights && { weights }) };
  if (items.length === order.length) {
    return { ...each, items, ...(ratings && { ratings }), ...(times && { times }) };
  }
  return {
    ...each,
    items: taken(rows.item, order),
    ...(ratings && { ratings: taken(rows.rating, order) }),
    ...(times && { times: taken(rows.time, order) }),
  };
}

function taken<Kind extends Uint32Array | Float32Array | Float64Array>(
  from: Kind,
  order: Uint32Array,
): Kind {
  const numbers = new (from.constructor as new (length: number) => Kind)(order.length);
  for (let p = 0; p < order.length; p++) numbers[p] = from[order[p]];
  return numbers;
}
