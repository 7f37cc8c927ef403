import type { Interactions } from "./dataset.ts";

/** Rows in dense columns, in the order of the files; NaN where a row has no rating or time. */
export interface Rows {
  user: Uint32Array;
  item: Uint32Array;
  rating: Float32Array;
  time: Float64Array;
  /** What the row's event weighs, above 0. */
  weight: Float32Array;
}

/**
 * Rows ▶ compressed rows, each user's items once, ordered by their last row. Of the rows of a user
 * and an item the last decides the time, the last that has one the rating. With m the heaviest of
 * their weights and S the sum, the entry weighs
 *
 *     m (1 + ln(S / m))
 *
 * so k equal rows weigh w (1 + ln k), and a row more never weighs less. Rows without a time come
 * before all that have one.
 */
export function joinRepeats(rows: Rows, size: { users: number; items: number }): Interactions {
  const byUser = orderByUser(rows, size.users);
  const timed = rows.time.some((time) => !Number.isNaN(time));
  const rated = rows.rating.some((rating) => !Number.isNaN(rating));
  const offsets = new Uint32Array(size.users + 1);
  const last = new Uint32Array(rows.item.length);
  const ratings = new Float32Array(rows.item.length);
  const weights = new Float32Array(rows.item.length);
  const place = new Int32Array(size.items).fill(-1);
  const sum = new Float64Array(size.items);
  const most = new Float64Array(size.items);
  let entries = 0;
  for (let u = 0; u < size.users; u++) {
    const own = byUser.order.subarray(byUser.offsets[u], byUser.offsets[u + 1]);
    if (timed) own.sort((a, b) => age(rows.time[a]) - age(rows.time[b]) || a - b);
    const start = entries;
    for (let p = own.length - 1; p >= 0; p--) {
      const row = own[p];
      const item = rows.item[row];
      if (place[item] < start) {
        place[item] = entries;
        last[entries] = row;
        ratings[entries] = NaN;
        sum[item] = most[item] = 0;
        entries++;
      }
      const entry = place[item];
      if (Number.isNaN(ratings[entry])) ratings[entry] = rows.rating[row];
      sum[item] += rows.weight[row];
      most[item] = Math.max(most[item], rows.weight[row]);
    }
    last.subarray(start, entries).reverse();
    ratings.subarray(start, entries).reverse();
    for (let e = start; e < entries; e++) {
      const item = rows.item[last[e]];
      weights[e] = most[item] * (1 + Math.log(sum[item] / most[item]));
    }
    offsets[u + 1] = entries;
  }
  const kept = last.subarray(0, entries);
  return {
    offsets,
    items: kept.map((row) => rows.item[row]),
    ...(rated ? { ratings: ratings.slice(0, entries) } : {}),
    ...(timed ? { times: Float64Array.from(kept, (row) => rows.time[row]) } : {}),
    weights: weights.slice(0, entries),
  };
}

/** Finite, so that two rows without a time compare as equal. */
function age(time: number): number {
  return Number.isNaN(time) ? -Number.MAX_VALUE : time;
}

/** The rows of each user, in the order of the files (counting sort). */
function orderByUser(rows: Rows, users: number): { offsets: Uint32Array; order: Uint32Array } {
  const offsets = new Uint32Array(users + 1);
  for (const user of rows.user) offsets[user + 1]++;
  for (let u = 0; u < users; u++) offsets[u + 1] += offsets[u];
  const next = offsets.slice();
  const order = new Uint32Array(rows.user.length);
  for (let row = 0; row < order.length; row++) order[next[rows.user[row]]++] = row;
  return { offsets, order };
}
