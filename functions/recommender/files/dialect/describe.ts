import { cellText, isObject } from "../formats/cell_text.ts";
import { CsvError } from "../csv_error.ts";
import { LEAST_LETTERS } from "../formats/detect_alphabet.ts";
import { detectDialect } from "./detect_dialect.ts";
import { COMMON, type Dialect, type Encoding, type Unpivot } from "../dialect.ts";
import { headRecords } from "./divide_lines.ts";
import { binaryFormat, detectEncoding, detectLetters, isGzip } from "../formats/encoding.ts";
import type { FileBytes } from "../file_bytes.ts";
import { columnNames, detectHeader } from "../formats/header.ts";
import { foreignFormat } from "./foreign_formats.ts";
import { firstRows } from "./first_rows.ts";
import { findMelted, isOneColumn, mayBeMelted, type Melted } from "./find_melted.ts";
import { findWide, lacksKey } from "./find_shape.ts";
import { JsonArray, JsonLines } from "../formats/json_elements.ts";
import { checkColumns } from "../limits.ts";
import { openRecords } from "../formats/open_records.ts";
import { parseJson } from "../formats/parse_json.ts";
import { type TakeTurn, turn as nextTurn } from "../turn.ts";
import { readingNotes } from "../formats/reading_notes.ts";
import { rowsBefore } from "../formats/read_xlsx.ts";
import { fit, isOpenEnded } from "../formats/read_records.ts";
import { unpack } from "../formats/unpack.ts";

/** Number of bytes that suffice to describe a file; more are not harmful. */
export const headBytes = 256 * 1024;

/** Description of a file by its first bytes. */
export interface FileDescription {
  dialect: Dialect;
  /** Whether the file is compressed by gzip; all readers decompress it. */
  gzip: boolean;
  /** Unique column names, in order. */
  columns: string[];
  /** The first data rows, as wide as `columns`. */
  sampleRows: string[][];
  /** Notes on how the file is read, as sentences. */
  notes?: string[];
  /** Suggested unpivoting, if the table has one column per item or user. */
  wide?: Unpivot;
  /** Whether the table has one column per item or user, and none that names its rows. */
  isKeyless?: boolean;
}

/** Maximum number of sample rows. */
const SHOWN = 100;

/**
 * Describes a file of any format, by its first bytes or by its footer.
 * @param options.dialect dialect to use instead of detecting it.
 * @param options.turn awaited before each stretch of some milliseconds.
 * @throws {CsvError} as `describeCsv`.
 */
export async function describeFile(
  file: FileBytes,
  options: { dialect?: Dialect; turn?: TakeTurn } = {},
): Promise<FileDescription> {
  const head = await file.slice(0, headBytes);
  let found = await describeHead(file, head, options);
  if (!options.dialect) {
    const melted = await meltedColumn(file, found);
    const dialect = { ...found.dialect, ...melted };
    if (melted) found = await describeRecords(file, dialect, found.gzip);
  }
  const { dialect, columns, sampleRows } = found;
  const wide = dialect.unpivot ? undefined : findWide(columns, sampleRows);
  const isKeyless = !wide && !dialect.unpivot && lacksKey(columns, sampleRows);
  const { notes = [] } = found.notes ? found : { notes: readingNotes({ dialect, columns }) };
  return { ...found, notes, ...(wide && { wide }), ...(isKeyless && { isKeyless }) };
}

/** Describes a file as the first bytes say, or by the given dialect. */
async function describeHead(
  file: FileBytes,
  head: Uint8Array,
  options: { dialect?: Dialect; turn?: TakeTurn },
): Promise<FileDescription> {
  const typed = options.dialect ?? await binaryDialect(file, head);
  if (typed && !isPlainCsv(typed)) return await describeRecords(file, typed, isGzip(head));
  const decoded = await headText(head, {
    dialect: typed,
    complete: file.size <= headBytes,
    late: () => lateBytes(file, head),
  });
  const json = typed ? undefined : jsonDialect(decoded);
  return json
    ? await describeRecords(file, json, decoded.gzip)
    : await describeText(decoded, options);
}

/** Number of bytes read in the middle and at the end of a file whose head has few letters. */
const LATE_BYTES = 1 << 16;

/** Returns whole lines of the middle and the end of a file, unless it is compressed. */
async function lateBytes({ size, slice }: FileBytes, head: Uint8Array): Promise<Uint8Array> {
  if (size <= headBytes || isGzip(head)) return new Uint8Array();
  const starts = [Math.floor(size / 2), Math.max(headBytes, size - LATE_BYTES)];
  const parts = await Promise.all(starts.map((start) => slice(start, start + LATE_BYTES)));
  const lines = parts.map((part) =>
    part.subarray(part.indexOf(0x0a) + 1, part.lastIndexOf(0x0a) + 1)
  );
  return await new Blob(lines).bytes();
}

/** Whether the head suffices to describe the file. */
function isPlainCsv(dialect: Dialect | undefined): boolean {
  return (dialect?.format ?? "csv") === "csv" && !dialect?.unpivot && !dialect?.filled;
}

/** Describes a file by its first records. */
async function describeRecords(
  file: FileBytes,
  dialect: Dialect,
  gzip: boolean,
): Promise<FileDescription> {
  const { columns, notes } = await openRecords(file, dialect);
  return { dialect, gzip, columns, sampleRows: await firstRows(file, dialect, SHOWN), notes };
}

/** Numbers of rows checked for a melted users × items table; the second if the first are of one item. */
const [TABLE_ROWS, LONG_TABLE_ROWS] = [5_000, 200_000];

/** Returns the rating column of a melted table, or undefined if the file is not one. */
async function meltedColumn(
  file: FileBytes,
  { dialect, columns, sampleRows }: FileDescription,
): Promise<Melted | undefined> {
  if (!mayBeMelted(columns, sampleRows)) return undefined;
  const rows = await firstRows(file, dialect, TABLE_ROWS);
  const isLong = rows.length === TABLE_ROWS && isOneColumn(rows);
  return findMelted(columns, isLong ? await firstRows(file, dialect, LONG_TABLE_ROWS) : rows);
}

/** Returns the dialect of a Parquet file or workbook, or undefined if the file is text. */
async function binaryDialect(file: FileBytes, head: Uint8Array): Promise<Dialect | undefined> {
  const binary = binaryFormat(head);
  if (binary === "parquet") return { ...COMMON, format: binary };
  return binary === "xlsx" ? await workbookDialect(file) : undefined;
}

/** Returns the dialect of JSON, or undefined if the text is not JSON. */
function jsonDialect({ text, encoding }: HeadText): Dialect | undefined {
  const format = jsonFormat(text);
  if (!format) return undefined;
  const dialect: Dialect = { ...COMMON, format, encoding };
  const splitter = format === "jsonl" ? new JsonLines() : new JsonArray();
  const lists = [...splitter.push(text)].map(({ text }) => parseJson(text))
    .filter((value) => Array.isArray(value));
  return lists.length > 0
    ? { ...dialect, header: detectHeader(lists.map((cells) => cells.map(cellText))) }
    : dialect;
}

/** Returns the dialect of a workbook: where its table begins, and whether it has a header. */
async function workbookDialect(file: FileBytes): Promise<Dialect> {
  const skip = await rowsBefore(file);
  const dialect: Dialect = { ...COMMON, format: "xlsx", ...(skip > 0 && { skip }) };
  const rows = await firstRows(file, { ...dialect, header: false }, SHOWN);
  return { ...dialect, header: detectHeader(rows) };
}

/** Returns the format of a JSON text, or undefined if it is not JSON. */
function jsonFormat(text: string): "jsonl" | "json" | undefined {
  const begin = text.trimStart();
  // Dictionaries of Python.
  if (/^\[?\s*\{\s*[uUbB]?'/.test(begin)) return undefined;
  if (!/^(\{\s*"|\[\s*[\[{"\d])/.test(begin)) return undefined;
  const [line, next = ""] = begin.split("\n", 2);
  const first = parseJson(line.trim());
  if (begin.startsWith("{")) return first === undefined ? "json" : "jsonl";
  if (Array.isArray(first) && !first.some(isObject) && next.trimStart().startsWith("[")) {
    return "jsonl";
  }
  return /^\[\s*[\[{]/.test(begin) ? "json" : undefined;
}

/**
 * Describes a CSV file by its first `headBytes` bytes, or the whole file if shorter.
 * @param options.complete whether `head` is the whole file; by default if it is shorter than
 * `headBytes`.
 * @param options.dialect dialect to use instead of detecting it.
 * @param options.turn awaited before each stretch of some milliseconds.
 * @throws {CsvError} `empty`, `not_csv`, `damaged` if gzip cannot be decompressed, `too_large` for
 * the header.
 */
export async function describeCsv(
  head: Uint8Array,
  options: { complete?: boolean; dialect?: Dialect; turn?: TakeTurn } = {},
): Promise<FileDescription> {
  return await describeText(await headText(head, options), options);
}

/** Describes CSV by its decoded head. */
async function describeText(
  { text, gzip, encoding, complete }: HeadText,
  options: { dialect?: Dialect; turn?: TakeTurn },
): Promise<FileDescription> {
  const foreign = foreignFormat(text);
  if (foreign) throw new CsvError("not_csv", foreign);
  const { turn = nextTurn } = options;
  const dialect = options.dialect ?? await detectDialect(text, { encoding, complete, turn });
  await turn();
  let records = headRecords(text, dialect, complete).filter((record) => !record.fault);
  // The first record is longer than the head: its beginning still names the columns.
  if (records.length === 0) records = headRecords(text, dialect, true);
  if (records.length === 0) throw new CsvError("empty", "The file has no row that can be read.");
  checkColumns(records[0], dialect.header);
  const columns = columnNames(records[0].cells, dialect.header);
  const to = {
    delimiter: dialect.delimiter,
    isOpen: dialect.header && isOpenEnded(records[0].cells),
    exact: dialect.exact,
    repeated: dialect.header ? records[0].cells : undefined,
  };
  const sampleRows = records.slice(dialect.header ? 1 : 0)
    .map((record) => fit(record, columns.length, to))
    .filter(({ fault }) => !fault).map(({ cells }) => cells).slice(0, SHOWN);
  return { dialect, gzip, columns, sampleRows };
}

/** The decoded head of a file. */
interface HeadText {
  text: string;
  gzip: boolean;
  encoding: Encoding;
  /** Whether it is the whole file. */
  complete: boolean;
}

/**
 * Decodes the first bytes of a file.
 * @param options.late returns further bytes, which decide the encoding if the head has few letters.
 * @throws {CsvError} if the bytes are empty or not text.
 */
async function headText(
  head: Uint8Array,
  options: { complete?: boolean; dialect?: Dialect; late?: () => Promise<Uint8Array> },
): Promise<HeadText> {
  if (head.length === 0) throw new CsvError("empty", "The file is empty; it needs at least a row.");
  let complete = options.complete ?? head.length < headBytes;
  const gzip = isGzip(head);
  const bytes = gzip ? await unpackHead(head) : head;
  if (gzip && bytes.length >= headBytes) complete = false;
  let encoding = options.dialect?.encoding ?? await detectEncoding(bytes);
  const isOpen = options.dialect === undefined && /^(utf-8|windows-1252)$/.test(encoding);
  if (isOpen && options.late && bytes.filter((byte) => byte >= 0x80).length < LEAST_LETTERS) {
    // A truncated head comes last, since its end may be incomplete.
    const all = await new Blob([await options.late(), bytes] as BlobPart[]).bytes();
    encoding = await detectLetters(all);
  }
  const text = new TextDecoder(encoding).decode(bytes, { stream: !complete });
  if (text.trim() === "") {
    throw new CsvError("empty", "The file holds blanks only; it needs at least a row.");
  }
  return { text, gzip, encoding, complete };
}

/** Decompresses a truncated gzip stream, up to `headBytes`, so a decompression bomb stays small. */
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
    // The stream fails since the rest is missing; the bytes before are valid.
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
