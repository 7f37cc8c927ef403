import type { Interactions } from "./dataset.ts";

/** Rows in dense columns, in the order of the files; NaN where a row has no rating or time. */
export interface Rows {
  user: Uint32Array;
  item: Uint32Array;
  rating: Float32Array;
  time: Float64Array;
  /**
   * Weight of the row: above 0 liking, below 0 rejection, 0 nothing, NaN that it withdraws what
   * came before.
   */
  weight: Float32Array;
}

/**
 * Rows ▶ compressed rows, each user's items once, ordered by their last row. Of the rows of a user
 * and an item the last decides the time, the last that has one the rating. Those that count above 0
 * join, from the last one on that rejects the item or withdraws what came before. With m the
 * heaviest of their weights and S the sum, the entry weighs
 *
 *     m (1 + ln(S / m))
 *
 * so k equal rows weigh w (1 + ln k), and a row more never weighs less. Where none came after a
 * rejection, the entry has its weight, below 0; where none counts, 0. Rows without a time come before
 * all that have one.
 */
export function joinRepeats(rows: Rows, size: { users: number; items: number }): Interactions {
  const { offsets: starts, order } = orderByUser(rows.user, size.users);
  const count = order.length;
  const timed = rows.time.some((time) => !Number.isNaN(time));
  const rated = rows.rating.some((rating) => !Number.isNaN(rating));
  const offsets = new Uint32Array(size.users + 1);
  const items = new Uint32Array(count);
  const ratings = new Float32Array(rated ? count : 0);
  const times = new Float64Array(timed ? count : 0);
  const weights = new Float32Array(count);
  const place = new Uint32Array(size.items).fill(count);
  const sum = new Float64Array(size.items);
  const most = new Float64Array(size.items);
  /** 1 where what came before counts no more. */
  const closed = new Uint8Array(size.items);
  // From the last to the first, users and rows: the row that decides is met before all others.
  let first = count;
  for (let u = size.users - 1; u >= 0; u--) {
    if (timed) orderByTime(order.subarray(starts[u], starts[u + 1]), rows.time);
    const end = offsets[u + 1] = first;
    for (let p = starts[u + 1] - 1; p >= starts[u]; p--) {
      const row = order[p];
      const item = rows.item[row];
      if (place[item] >= end) {
        place[item] = --first;
        items[first] = item;
        if (rated) ratings[first] = NaN;
        if (timed) times[first] = rows.time[row];
        sum[item] = most[item] = closed[item] = 0;
      }
      const entry = place[item];
      if (rated && Number.isNaN(ratings[entry])) ratings[entry] = rows.rating[row];
      if (closed[item]) continue;
      const weight = rows.weight[row];
      if (weight > 0) {
        sum[item] += weight;
        most[item] = Math.max(most[item], weight);
      } else if (weight !== 0) {
        closed[item] = 1;
        if (weight < 0 && sum[item] === 0) sum[item] = most[item] = weight;
      }
    }
    for (let e = first; e < end; e++) {
      const [m, s] = [most[items[e]], sum[items[e]]];
      weights[e] = s === m ? m : m * (1 + Math.log(s / m));
    }
  }
  offsets[0] = first;
  return {
    offsets: offsets.map((offset) => offset - first),
    items: items.slice(first),
    ...(rated ? { ratings: ratings.slice(first) } : {}),
    ...(timed ? { times: times.slice(first) } : {}),
    weights: weights.slice(first),
  };
}

/** Orders a user's rows, which stand as in the files, by their times. */
function orderByTime(own: Uint32Array, time: Float64Array): void {
  for (let p = 1; p < own.length; p++) {
    if (age(time[own[p]]) >= age(time[own[p - 1]])) continue;
    own.sort((a, b) => age(time[a]) - age(time[b]) || a - b);
    return;
  }
}

/** Finite, so that two rows without a time compare as equal. */
function age(time: number): number {
  return Number.isNaN(time) ? -Number.MAX_VALUE : time;
}

/**
 * The rows of each user in their order, by counting sort: user `u` has those that stand in
 * `order[offsets[u] .. offsets[u + 1]]`.
 * @param user the user of each row
 */
export function orderByUser(
  user: Uint32Array,
  users: number,
): { offsets: Uint32Array; order: Uint32Array } {
  const offsets = new Uint32Array(users + 1);
  for (let row = 0; row < user.length; row++) offsets[user[row] + 1]++;
  for (let u = 0; u < users; u++) offsets[u + 1] += offsets[u];
  const next = offsets.slice();
  const order = new Uint32Array(user.length);
  for (let row = 0; row < user.length; row++) order[next[user[row]]++] = row;
  return { offsets, order };
}
