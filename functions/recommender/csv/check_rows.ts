/** A stored file, gone through once by the trainer's reader and rules, to see that they can read it. */
import { longestId } from "./limits.ts";
import { LineCells } from "./line_cells.ts";
import type { MappedBytes } from "./forecast.ts";
import type { ContentMapping, InteractionMapping } from "./mapping.ts";
import { openRecords } from "./open_records.ts";
import { contentRows, interactionRows } from "./rows.ts";
import { type TakeTurn, TURN, turn as nextTurn } from "./turn.ts";

/** A line takes as long as so many characters, however short it is. */
const ROW = 20;

/** What was counted of a file. */
export interface Counted {
  rows: number;
  /** Of a format that packs by itself; 0 of all others. */
  unpackedBytes: number;
}

/**
 * Reads a file to its end and counts its rows, in memory of a few pieces.
 * @param options.turn is awaited after each stretch of some milliseconds.
 * @param check is shown what was counted so far of a format that packs by itself, and ends it by an
 * error.
 * @throws {CsvError} where it cannot be read, or has what limits.ts forbids
 */
export async function checkRows(
  { bytes, kind, dialect, mapping, turn = nextTurn }: Omit<MappedBytes, "signal"> & {
    turn?: TakeTurn;
  },
  check: (soFar: Counted) => void = () => {},
): Promise<Counted> {
  let unpackedBytes = 0;
  let sinceTurn = 0;
  const unpacked = (length: number) => {
    unpackedBytes += length;
    sinceTurn += length;
  };
  const { columns, batches } = await openRecords(bytes, dialect, { unpacked });
  const judge = kind === "CONTENT"
    ? contentRows(mapping as ContentMapping, columns)
    : interactionRows(mapping as InteractionMapping, columns);
  const cells = new LineCells(dialect, columns.length);
  let rows = 0;
  // What is as short as an id may be has none that is too long: it need not be cut.
  const short = (text: string, start: number, end: number) => {
    // What is not taken comes as a record, after which others can have their turn.
    if (sinceTurn >= TURN) return false;
    sinceTurn += end - start + ROW;
    const isShort = end - start <= longestId && cells.find(text, start, end);
    if (isShort) rows++;
    return isShort;
  };
  for await (const batch of batches(short)) {
    for (const record of batch) {
      rows++;
      judge(record);
      if (unpackedBytes > 0) check({ rows, unpackedBytes });
      sinceTurn += ROW;
      if (sinceTurn < TURN) continue;
      sinceTurn = 0;
      await turn();
    }
  }
  return { rows, unpackedBytes };
}
