/**
 * How a file's bytes are to be read; found once, stored with the file, never guessed again. What
 * speaks of lines of text says nothing of a Parquet file or a workbook.
 */
export interface Dialect {
  /** "csv" where it is missing. */
  format?: Format;
  encoding: Encoding;
  /** One character or several; a blank stands for any run of blanks and tabs. */
  delimiter: string;
  /** Empty where quotes are plain text. */
  quote: Quote;
  /** What stands before a quote within quotes, beside a doubled quote, which always may. */
  escape?: "\\";
  newline: Newline;
  /** So many lines of the file come before its table; 0 where it is missing. */
  skip?: number;
  /** Lines that begin so are no rows. */
  comment?: Comment;
  /** Whether the first line names the columns. */
  header: boolean;
  /** How a table with a column for each item is made one of a row for each rating. */
  unpivot?: Unpivot;
  /** A column without which a row says nothing: such rows are passed over. */
  filled?: string;
}

/** A wide table as rows: of each cell that is filled one, with its row's key and its column's name. */
export type Unpivot = {
  /** The column that says whose a row is; all others hold values. */
  key: string;
  /** What the columns of the names and of the values are called. */
  name: string;
  value: string;
  /** A value that says nothing, as a blank does. */
  none?: string;
};

/** What is written here, and by most programs. */
export const COMMON: Dialect = {
  encoding: "utf-8",
  delimiter: ",",
  quote: '"',
  newline: "\n",
  header: true,
};

/** A file of lines of cells, of a JSON value a line, of one array of them, of Parquet, or a workbook. */
export const formats = ["csv", "jsonl", "json", "parquet", "xlsx"] as const;

/** Whether a file is read by its places rather than from its first byte to its last. */
export function isBinary({ format }: Pick<Dialect, "format">): boolean {
  return format === "parquet" || format === "xlsx";
}

/** Names as `TextDecoder` knows them. A byte order mark is dropped in decoding, so it needs none. */
export const encodings = [
  "utf-8",
  "utf-16le",
  "utf-16be",
  "windows-1252",
  "gb18030",
  "big5",
  "shift_jis",
  "euc-jp",
  "euc-kr",
  "windows-1250",
  "windows-1251",
  "windows-1253",
  "windows-1254",
  "windows-1255",
  "windows-1256",
  "windows-1257",
  "windows-1258",
  "windows-874",
  "iso-8859-2",
  "iso-8859-5",
  "iso-8859-6",
  "iso-8859-7",
  "iso-8859-8",
  "iso-8859-15",
  "koi8-r",
  "koi8-u",
] as const;
/** Delimiters that are found, the usual ones first. */
export const delimiters = [",", "\t", ";", "|"] as const;
/** Those that are found where they divide a file better than any of the usual ones. */
export const rareDelimiters = ["::", "\x01", "^", "~", " - ", " "] as const;
export const comments = ["#", "%", "//"] as const;
export const quotes = ['"', "'", ""] as const;
/** `\n` and `\r\n` are read alike (mixed files are common); `\r` alone ends lines only where it is the file's own. */
export const newlines = ["\n", "\r\n", "\r"] as const;

export type Format = typeof formats[number];
export type Encoding = typeof encodings[number];
export type Comment = typeof comments[number];
export type Quote = typeof quotes[number];
export type Newline = typeof newlines[number];
