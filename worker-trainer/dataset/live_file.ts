/**
 * The file format of live events: a CSV file in UTF-8 with fixed columns, which needs no mapping to
 * be read.
 */
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { COMMON } from "../../functions/recommender/files/dialect.ts";
import type { FileBytes } from "../../functions/recommender/files/file_bytes.ts";
import { openRecords } from "../../functions/recommender/files/formats/open_records.ts";
import { writeRecord } from "../../functions/recommender/files/formats/write_record.ts";
import type { InteractionMapping } from "../../functions/recommender/files/mapping.ts";

/** A live event as trainings read it. */
export interface LiveEvent {
  /** The user's id, or that of an anonymous visitor as models store it. */
  user: string;
  item: string;
  /** Its normalised type, such as "view". */
  type: string;
  /** Of a rating; otherwise NaN. */
  rating: number;
  /** Seconds since 1970. */
  time: number;
  /** Its place in the order of storage. */
  seq: number;
  /** When it was received, in seconds since 1970. */
  received: number;
}

export const LIVE_COLUMNS = [
  ...["user_id", "item_id", "event_type", "rating", "timestamp", "seq", "received_at"],
];

/** The mapping under which the file is listed and cleaned of erased users. */
export const LIVE_MAPPING: InteractionMapping = {
  user_id: "user_id",
  item_id: "item_id",
  event_type: "event_type",
  rating: "rating",
  timestamp: "timestamp",
};

export const LIVE_DIALECT = COMMON;

/** Returns the header line. */
export function liveHeader(): string {
  return writeRecord(LIVE_COLUMNS, COMMON.delimiter);
}

/** Returns an event's line. */
export function liveLine(
  { user, item, type, rating, time, seq, received }: LiveEvent,
): string {
  const cells = [user, item, type, Number.isNaN(rating) ? "" : String(rating), String(time)];
  return writeRecord([...cells, String(seq), String(received)], COMMON.delimiter);
}

/** Yields the events of a file, in batches. */
export async function* liveEvents(file: FileBytes): AsyncGenerator<LiveEvent[]> {
  const { batches } = await openRecords(file, LIVE_DIALECT);
  for await (const batch of batches()) {
    yield Array.from(batch, ({ cells: [user, item, type, rating, time, seq, received] }) => ({
      ...{ user, item, type },
      rating: rating === "" ? NaN : Number(rating),
      time: Number(time),
      seq: Number(seq),
      received: Number(received),
    }));
  }
}

/** Yields the lines of a stored file without its header, in pieces. A missing file has none. */
export async function* liveLines(blobs: Blobs, name: string): AsyncGenerator<string> {
  const blob = await blobs.get(name);
  if (!blob) return;
  let isHeader = true;
  let rest = "";
  for await (const text of blob.stream.pipeThrough(new TextDecoderStream())) {
    rest += text;
    if (isHeader) {
      const end = rest.indexOf("\n");
      if (end < 0) continue;
      rest = rest.slice(end + 1);
      isHeader = false;
    }
    yield rest;
    rest = "";
  }
}
