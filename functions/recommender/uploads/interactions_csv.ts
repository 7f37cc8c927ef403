/** Rows of interactions as the CSV file that they are stored as: the app's keys are the columns. */
import { COMMON, type Dialect } from "../csv/dialect.ts";
import type { InteractionMapping } from "../csv/mapping.ts";
import { writeRecord } from "../csv/write_record.ts";
import type { Steps } from "../../http/lane.ts";

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

/** A file of such rows, and how it is to be read. */
export interface InteractionsCsv {
  /** Its bytes, in pieces. */
  pieces: Uint8Array<ArrayBuffer>[];
  rows: number;
  dialect: Dialect;
  mapping: InteractionMapping;
}

/** Rows that are written in one step. */
const TOGETHER = 500;

/** The file of these rows, in steps of a millisecond or so. */
export function* interactionsCsvSteps(rows: InteractionRow[]): Steps<InteractionsCsv> {
  const present = COLUMNS.filter((column) => rows.some((row) => (row[column] ?? "") !== ""));
  const encoder = new TextEncoder();
  const pieces = [encoder.encode(writeRecord([...present], ","))];
  for (let at = 0; at < rows.length; at += TOGETHER) {
    const some = rows.slice(at, at + TOGETHER);
    yield some.length * COST.row;
    const cells = (row: InteractionRow) => present.map((column) => String(row[column] ?? ""));
    pieces.push(encoder.encode(some.map((row) => writeRecord(cells(row), ",")).join("")));
  }
  return {
    pieces,
    rows: rows.length,
    dialect: COMMON,
    mapping: Object.fromEntries(present.map((c) => [c, c])) as unknown as InteractionMapping,
  };
}

/** Units of half a millisecond, of four microseconds a row. */
const COST = { row: 4e-3 / 0.5 };
