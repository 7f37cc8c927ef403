/**
 * The history of one user from their rows: the same kernels make the histories of all users in a
 * training, so the same rows have the same history wherever they come from.
 */
import { type Entries, RowJoiner } from "./join_rows.ts";
import type { Reading } from "./reading.ts";
import { orderByTime, type RowColumns } from "./rows.ts";
import { rankBuffers, rankRatings, weighEntries } from "./weigh_entries.ts";
import { weighRows } from "./weigh_rows.ts";

/** One interaction of a user. */
export interface HistoryRow {
  /** Index in the catalogue. */
  item: number;
  /** Weight of the event; see `eventWeight`. */
  weight: number;
  /** NaN if missing. */
  rating: number;
  /** Seconds since 1970; NaN if missing. */
  time: number;
}

/** A row with the type of its event, if it came as a live event or in a request. */
export type TypedRow = HistoryRow & { type?: string };

/** Items with their weights in serving, oldest first: 0 if seen only, negative if rejected. */
export interface WeighedItems {
  items: Uint32Array;
  weights: Float32Array;
}

/**
 * Returns the history of rows.
 * @param rows in the order in which they were stored; those without a time count as the oldest.
 */
export function historyOf(rows: readonly HistoryRow[], reading: Reading): WeighedItems {
  const { columns, distinct } = columnsOf(rows);
  const own = Uint32Array.from(rows.keys());
  orderByTime(own, columns.time);
  weighRows(columns, own, reading.liking);
  const entries: Required<Entries> = {
    items: new Uint32Array(rows.length),
    ratings: new Float32Array(rows.length),
    times: new Float64Array(rows.length),
    weights: new Float32Array(rows.length),
  };
  const end = rows.length;
  const start = new RowJoiner(distinct.length).join(columns, own, entries, end);
  const buffers = reading.signal === "valued" ? rankBuffers(end - start) : undefined;
  if (buffers) rankRatings(entries, { start, end }, buffers);
  const weights = new Float32Array(rows.length);
  const { fade } = reading;
  weighEntries(entries, { start, end }, { ranks: buffers?.ranks, fade, values: weights });
  return {
    items: entries.items.subarray(start).map((index) => distinct[index]),
    weights: weights.subarray(start),
  };
}

/** Returns the rows in columns, with indices into the `distinct` items. */
function columnsOf(rows: readonly HistoryRow[]): { columns: RowColumns; distinct: number[] } {
  const columns = {
    item: new Uint32Array(rows.length),
    rating: new Float32Array(rows.length),
    time: new Float64Array(rows.length),
    weight: new Float32Array(rows.length),
  };
  const indices = new Map<number, number>();
  rows.forEach(({ item, weight, rating, time }, row) => {
    let index = indices.get(item);
    if (index === undefined) indices.set(item, index = indices.size);
    columns.item[row] = index;
    columns.weight[row] = weight;
    columns.rating[row] = rating;
    columns.time[row] = time;
  });
  return { columns, distinct: [...indices.keys()] };
}
