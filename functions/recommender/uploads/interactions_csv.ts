/** Rows of interactions as the CSV file that they are stored as: the app's keys are the columns. */
import { COMMON, type Dialect } from "../csv/dialect.ts";
import type { InteractionMapping } from "../csv/mapping.ts";
import { writeRecord } from "../csv/write_record.ts";

/** A row as it is sent. */
export interface InteractionRow {
  user_id: string | number;
  /** Decides over `item_title`; one of the two is there. */
  item_id?: string | number | null;
  item_title?: string | null;
  rating?: number | null;
  timestamp?: string | number | null;
  event_type?: string | null;
}

const COLUMNS = ["user_id", "item_id", "item_title", "rating", "timestamp", "event_type"] as const;

/** The file's bytes, and how they are to be read. */
export function interactionsCsv(rows: InteractionRow[]): {
  bytes: Uint8Array<ArrayBuffer>;
  dialect: Dialect;
  mapping: InteractionMapping;
} {
  const present = COLUMNS.filter((column) => rows.some((row) => (row[column] ?? "") !== ""));
  const records = [present, ...rows.map((row) => present.map((c) => String(row[c] ?? "")))];
  return {
    bytes: new TextEncoder().encode(records.map((cells) => writeRecord(cells, ",")).join("")),
    dialect: COMMON,
    mapping: Object.fromEntries(present.map((c) => [c, c])) as unknown as InteractionMapping,
  };
}
