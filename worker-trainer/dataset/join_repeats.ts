import type { Interactions } from "./dataset.ts";

/** Rows in dense columns, in the order of the files; NaN for a missing rating or time. */
export interface Rows {
  user: Uint32Array;
  item: Uint32Array;
  rating: Float32Array;
  time: Float64Array;
  /** Positive for liking, negative for rejection, 0 for neither, NaN to withdraw earlier rows. */
  weight: Float32Array;
}

/**
 * Joins rows to compressed sparse rows, with each user's items once, ordered by their last rows.
 * The last row of a user and an item determines the time, and the last with a rating the rating.
 * Positive weights after the last rejection or withdrawal are combined: with m the largest of them
 * and S their sum, the entry has the weight
 *
 *     m (1 + ln(S / m))
 *
 * so k equal rows have the weight w (1 + ln k), and another row never lowers it. Without positive
 * weights after a rejection, the entry has the rejection's weight; otherwise 0. Rows without a time
 * precede all others.
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
  const entryOf = new Uint32Array(size.items).fill(count);
  const sum = new Float64Array(size.items);
  const most = new Float64Array(size.items);
  /** 1 if earlier rows no longer count. */
  const closed = new Uint8Array(size.items);
  // Users and rows are visited from last to first, so that the deciding row comes first.
  let first = count;
  for (let u = size.users - 1; u >= 0; u--) {
    if (timed) orderByTime(order.subarray(starts[u], starts[u + 1]), rows.time);
    const end = offsets[u + 1] = first;
    for (let p = starts[u + 1] - 1; p >= starts[u]; p--) {
      const row = order[p];
      const item = rows.item[row];
      if (entryOf[item] >= end) {
        entryOf[item] = --first;
        items[first] = item;
        if (rated) ratings[first] = NaN;
        if (timed) times[first] = rows.time[row];
        sum[item] = most[item] = closed[item] = 0;
      }
      const entry = entryOf[item];
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

/** Sorts a user's rows, which are in the order of the files, by their times. */
function orderByTime(own: Uint32Array, time: Float64Array): void {
  for (let p = 1; p < own.length; p++) {
    if (age(time[own[p]]) >= age(time[own[p - 1]])) continue;
    own.sort((a, b) => age(time[a]) - age(time[b]) || a - b);
    return;
  }
}

/** Returns a finite number, so that two rows without a time compare as equal. */
function age(time: number): number {
  return Number.isNaN(time) ? -Number.MAX_VALUE : time;
}

/**
 * Groups rows by user, keeping their order, by counting sort: those of user `u` are
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
