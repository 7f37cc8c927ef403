import type { HistoryRow } from "./history/history.ts";
import type { UserRows } from "./model.ts";

/** Returns the rows of a user, oldest first. @param user index in the user table */
export function rowsOfUser(
  { offsets, items, weights, ratings, times }: UserRows,
  user: number,
): HistoryRow[] {
  return Array.from({ length: offsets[user + 1] - offsets[user] }, (_, i) => {
    const row = offsets[user] + i;
    return {
      item: items[row],
      weight: weights?.[row] ?? 1,
      rating: ratings?.[row] ?? NaN,
      time: times?.[row] ?? NaN,
    };
  });
}
