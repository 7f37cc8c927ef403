import { CsvError } from "./csv_error.ts";
import { detectDialect, headRecords } from "./detect_dialect.ts";
import type { Dialect } from "./dialect.ts";
import { detectEncoding, isGzip } from "./encoding.ts";
import { columnNames } from "./header.ts";
import { checkColumns } from "./limits.ts";
import { type TakeTurn, turn as nextTurn } from "./turn.ts";
import { unpack } from "./unpack.ts";

/** How many bytes of a file are enough to describe it; more do no harm. */
export const headBytes = 256 * 1024;

/** What the first bytes of a file say about it. */
export interface CsvDescription {
  dialect: Dialect;
  /** Packed by gzip; all readers unpack. */
  gzip: boolean;
  /** Names of the columns, each once, in order. */
  columns: string[];
  /** The first data rows, as wide as `columns`. */
  sampleRows: string[][];
}

/** Markup and data formats that are text and no CSV, by how they begin. */
const foreign: [pattern: RegExp, name: string][] = [
  [/^\s*(\{\s*"|\[\s*[\[{])/, "JSON"],
  [/^\s*<(\?xml|!doctype|html)/i, "HTML or XML"],
  [/^\{\\rtf/, "a rich text document"],
];

/**
 * Describes a CSV file by its first bytes (`headBytes` of them, or the whole file if shorter).
 * @param options `complete`: whether `head` is the whole file; by default, where it is shorter than `headBytes`
 * @param options `dialect`: known already, so only the columns and rows are read
 * @param options `turn`: awaited before each stretch of some milliseconds
 * @throws {CsvError} `empty`, `not_csv`, `damaged` for gzip that cannot be unpacked, `too_large` for
 * its header
 */
export async function describeCsv(
  head: Uint8Array,
  options: { complete?: boolean; dialect?: Dialect; turn?: TakeTurn } = {},
): Promise<CsvDescription> {
  if (head.length === 0) throw new CsvError("empty", "The file is empty; it needs at least a row.");
  let complete = options.complete ?? head.length < headBytes;
  const gzip = isGzip(head);
  const bytes = gzip ? await unpackHead(head) : head;
  if (gzip && bytes.length >= headBytes) complete = false;
  const encoding = options.dialect?.encoding ?? detectEncoding(bytes);
  const text = new TextDecoder(encoding).decode(bytes, { stream: !complete });
  if (text.trim() === "") {
    throw new CsvError("empty", "The file holds blanks only; it needs at least a row.");
  }
  const other = foreign.find(([pattern]) => pattern.test(text));
  if (other) throw new CsvError("not_csv", `The file is ${other[1]}; a CSV is needed.`);
  const { turn = nextTurn } = options;
  const dialect = options.dialect ?? await detectDialect(text, { encoding, complete, turn });
  await turn();
  let records = headRecords(text, dialect, complete).filter((record) => !record.fault);
  // A first record longer than the head: what there is of it still names the columns.
  if (records.length === 0) records = headRecords(text, dialect, true);
  if (records.length === 0) throw new CsvError("empty", "The file has no row that can be read.");
  checkColumns(records[0], dialect.header);
  const columns = columnNames(records[0].cells, dialect.header);
  const sampleRows = records.slice(dialect.header ? 1 : 0).map((record) => record.cells)
    .filter((cells) => cells.length === columns.length).slice(0, 100);
  return { dialect, gzip, columns, sampleRows };
}

/** Unpacks what a cut-off gzip stream has, at most `headBytes`: a bomb stays small. */
async function unpackHead(head: Uint8Array): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    const { pieces: unpacked } = await unpack(new Blob([head as Uint8Array<ArrayBuffer>]).stream());
    for await (const piece of unpacked) {
      pieces.push(piece);
      length += piece.length;
      if (length >= headBytes) break;
    }
  } catch (error) {
    // The stream complains that the rest is missing; what came before is good.
    if (length === 0) throw error;
  }
  if (length === 0) throw new CsvError("empty", "The gzip file holds nothing.");
  const bytes = new Uint8Array(Math.min(length, headBytes));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece.subarray(0, bytes.length - at), at);
    at += Math.min(piece.length, bytes.length - at);
  }
  return bytes;
}
