import { type Entries, RowJoiner } from "../../functions/recommender/model/history/join_rows.ts";
import { orderByTime, type RowColumns } from "../../functions/recommender/model/history/rows.ts";
import type { Interactions } from "./dataset.ts";

/** Rows in dense columns, in the order of the files. */
export interface Rows extends RowColumns {
  user: Uint32Array;
}

/** Indices of rows, by user: those of user `u` are `order[offsets[u] .. offsets[u + 1]]`. */
export interface RowOrder {
  offsets: Uint32Array;
  order: Uint32Array;
}

/**
 * Joins rows to compressed sparse rows, with each user's items once, ordered by their last rows;
 * see `RowJoiner`.
 * @param histories the rows of each user, oldest first.
 */
export function joinRepeats(
  rows: Rows,
  { offsets: starts, order }: RowOrder,
  { items }: { items: number },
): Interactions {
  const users = starts.length - 1;
  const count = order.length;
  const timed = rows.time.some((time) => !Number.isNaN(time));
  const rated = rows.rating.some((rating) => !Number.isNaN(rating));
  const offsets = new Uint32Array(users + 1);
  const entries: Entries = {
    items: new Uint32Array(count),
    ...(rated && { ratings: new Float32Array(count) }),
    ...(timed && { times: new Float64Array(count) }),
    weights: new Float32Array(count),
  };
  const joiner = new RowJoiner(items);
  let first = count;
  for (let u = users - 1; u >= 0; u--) {
    offsets[u + 1] = first;
    first = joiner.join(rows, order.subarray(starts[u], starts[u + 1]), entries, first);
  }
  offsets[0] = first;
  return {
    offsets: offsets.map((offset) => offset - first),
    items: entries.items.slice(first),
    ...(rated ? { ratings: entries.ratings!.slice(first) } : {}),
    ...(timed ? { times: entries.times!.slice(first) } : {}),
    weights: entries.weights.slice(first),
  };
}

/** Returns the rows of each user, oldest first; rows without a time precede all others. */
export function orderHistories({ user, time }: Rows, users: number): RowOrder {
  const histories = orderByUser(user, users);
  const { offsets, order } = histories;
  if (time.every((time) => Number.isNaN(time))) return histories;
  for (let u = 0; u < users; u++) orderByTime(order.subarray(offsets[u], offsets[u + 1]), time);
  return histories;
}

/** Groups rows by user, keeping their order, by counting sort. @param user the user of each row */
export function orderByUser(user: Uint32Array, users: number): RowOrder {
  const offsets = new Uint32Array(users + 1);
  for (let row = 0; row < user.length; row++) offsets[user[row] + 1]++;
  for (let u = 0; u < users; u++) offsets[u + 1] += offsets[u];
  const next = offsets.slice();
  const order = new Uint32Array(user.length);
  for (let row = 0; row < user.length; row++) order[next[user[row]]++] = row;
  return { offsets, order };
}
