/** Purchases that are due again. */
import type { HistoryRow } from "../history/history.ts";
import type { Ranked } from "../rank.ts";

const DAY = 86_400;

/** Interval of repurchase of a visitor who bought nothing twice, in seconds. */
const USUAL = 30 * DAY;

/**
 * Returns the bought items by how due they are, from 0 to 1: the time since the last purchase divided
 * by the interval, at most 1. The interval is the median of the visitor's own between two purchases of
 * the item; of an item bought once, the median of all their intervals, or else 30 days. Ties: the
 * latest purchase first.
 * @param now seconds since 1970.
 */
export function dueItems(bought: readonly HistoryRow[], now: number): Ranked[] {
  const times = new Map<number, number[]>();
  for (const { item, time } of bought) {
    const own = times.get(item) ?? [];
    times.set(item, own);
    if (!Number.isNaN(time)) own.push(time);
  }
  const intervals = new Map<number, number[]>();
  for (const [item, own] of times) {
    own.sort((a, b) => a - b);
    const days = [...new Set(own.map((time) => Math.floor(time / DAY)))];
    intervals.set(item, days.slice(1).map((day, i) => (day - days[i]) * DAY));
  }
  const usual = median([...intervals.values()].flat()) ?? USUAL;
  return [...times].map(([item, own]) => {
    const last = own.at(-1) ?? -Infinity;
    const interval = median(intervals.get(item)!) ?? usual;
    return { item, last, score: Math.min(1, Math.max(0, (now - last) / interval)) };
  })
    .sort((a, b) => b.score - a.score || b.last - a.last)
    .map(({ item, score }) => ({ item, score }));
}

function median(values: number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
