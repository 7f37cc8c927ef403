/** Reads a stored file once with the trainer's reader and rules, to check that they can read it. */
import { longestId } from "../limits.ts";
import { LineCells } from "./line_cells.ts";
import type { MappedBytes } from "./forecast.ts";
import type { ContentMapping, InteractionMapping } from "../mapping.ts";
import { openRecords } from "../formats/open_records.ts";
import { contentRows, interactionRows } from "./rows.ts";
import { type TakeTurn, TURN, turn as nextTurn } from "../turn.ts";

/** Cost of a row in characters, in addition to its length, and of one that is parsed. */
const [ROW, PARSED] = [20, 80];

/** Totals of a file. */
export interface Counted {
  rows: number;
  /** Unpacked size of a format with built-in compression, in bytes; otherwise 0. */
  unpackedBytes: number;
  /** A sentence if much of the text does not fit the encoding. */
  undecodable?: string;
}

/**
 * Reads a file to its end and counts its rows, in constant memory.
 * @param options.turn awaited after each stretch of some milliseconds.
 * @param check called with the totals so far of a format with built-in compression; throws to stop.
 * @throws {CsvError} if the file cannot be read or violates limits.ts.
 */
export async function checkRows(
  { bytes, kind, dialect, mapping, turn = nextTurn }: Omit<MappedBytes, "signal"> & {
    turn?: TakeTurn;
  },
  check: (soFar: Counted) => void = () => {},
): Promise<Counted> {
  let unpackedBytes = 0;
  let sinceTurn = 0;
  let rows = 0;
  const unpacked = (length: number) => {
    unpackedBytes += length;
    sinceTurn += length;
    check({ rows, unpackedBytes });
  };
  const { columns, batches, undecoded } = await openRecords(bytes, dialect, { unpacked, turn });
  const parse = kind === "CONTENT"
    ? contentRows(mapping as ContentMapping, columns)
    : interactionRows(mapping as InteractionMapping, columns);
  const cells = new LineCells(dialect, columns.length);
  // A line no longer than the limit of ids contains no cell that is too long, so it is not split.
  const short = (text: string, start: number, end: number) => {
    // A line that is not taken becomes a record, after which the turn is yielded.
    if (sinceTurn >= TURN) return false;
    sinceTurn += end - start + ROW;
    const isShort = end - start <= longestId && cells.find(text, start, end);
    if (isShort) rows++;
    return isShort;
  };
  for await (const batch of batches(short)) {
    // Unpacking and parsing such a batch takes some milliseconds, whatever its number of rows.
    if (unpackedBytes > 0) await turn();
    for (const record of batch) {
      rows++;
      parse(record);
      sinceTurn += PARSED;
      if (sinceTurn < TURN) continue;
      sinceTurn = 0;
      await turn();
    }
  }
  const [undecodable] = undecoded?.isMuch ? undecoded.notes(dialect.encoding) : [];
  return { rows, unpackedBytes, ...(undecodable && { undecodable }) };
}
