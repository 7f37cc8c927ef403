import { historyOf } from "./history.ts";
import { eventWeight, type Reading } from "./reading.ts";
import { secondsOf } from "./sent_time.ts";

/** A row of a history in a request; null counts as missing. */
export interface SentRow {
  /** Weight of the item, below 0 if the visitor rejected it: used as it is. */
  weight?: number | null;
  rating?: number | null;
  /** Such as "view" or "purchase", in any case. */
  event_type?: string | null;
  /** Seconds since 1970, or a date in ISO 8601. */
  timestamp?: number | string | null;
}

/**
 * Returns the history of sent rows, oldest first. Rows with a weight count as often as they were
 * sent, in their order and before the others, which are read like those of a training.
 */
export function sentHistory(
  rows: readonly { item: number; sent: SentRow }[],
  reading: Reading,
): { items: number[]; weights: number[] } {
  const isWeighed = ({ sent }: { sent: SentRow }) => typeof sent.weight === "number";
  const weighed = rows.filter(isWeighed);
  const read = historyOf(
    rows.filter((row) => !isWeighed(row)).map(({ item, sent }) => ({
      item,
      weight: eventWeight(reading, sent.event_type ?? ""),
      rating: sent.rating ?? NaN,
      time: secondsOf(sent.timestamp),
    })),
    reading,
  );
  return {
    items: [...weighed.map(({ item }) => item), ...read.items],
    weights: [...weighed.map(({ sent }) => sent.weight!), ...read.weights],
  };
}
