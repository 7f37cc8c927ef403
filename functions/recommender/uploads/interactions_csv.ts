/** Serializes JSON rows of interactions to the CSV file they are stored as; keys become columns. */
import { COMMON, type Dialect } from "../files/dialect.ts";
import type { InteractionMapping } from "../files/mapping.ts";
import { writeRecord } from "../files/formats/write_record.ts";
import type { Steps } from "../../http/load/lane.ts";

/** A row of the request. */
export interface InteractionRow {
  user_id: string | number;
  /** Takes precedence over `item_title`; one of the two is present. */
  item_id?: string | number | null;
  item_title?: string | null;
  rating?: number | null;
  timestamp?: string | number | null;
  event_type?: string | null;
}

const COLUMNS = ["user_id", "item_id", "item_title", "rating", "timestamp", "event_type"] as const;

/** A CSV file of rows, and how to read it. */
export interface InteractionsCsv {
  /** Its bytes, in chunks. */
  pieces: Uint8Array<ArrayBuffer>[];
  rows: number;
  dialect: Dialect;
  mapping: InteractionMapping;
}

/** Rows serialized per step. */
const ROWS_PER_CHUNK = 500;

/** Serializes rows, in steps of about a millisecond. */
export function* interactionsCsvSteps(rows: InteractionRow[]): Steps<InteractionsCsv> {
  const present = COLUMNS.filter((column) => rows.some((row) => (row[column] ?? "") !== ""));
  const encoder = new TextEncoder();
  const pieces = [encoder.encode(writeRecord([...present], ","))];
  for (let at = 0; at < rows.length; at += ROWS_PER_CHUNK) {
    const some = rows.slice(at, at + ROWS_PER_CHUNK);
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

/** Cost in units of half a millisecond; a row takes four microseconds. */
const COST = { row: 4e-3 / 0.5 };
