/**
 * How to read a file's bytes: detected once, stored with the file, and never detected again.
 * Options of text lines do not apply to Parquet files and workbooks.
 */
export interface Dialect {
  /** "csv" if missing. */
  format?: Format;
  encoding: Encoding;
  /** One or more characters; a space means any run of spaces and tabs. */
  delimiter: string;
  /** Empty if quotes are plain text. */
  quote: Quote;
  /** Escapes a quote inside quotes and a delimiter outside; a doubled quote is always accepted. */
  escape?: "\\";
  newline: Newline;
  /** Number of lines before the table; 0 if missing. */
  skip?: number;
  /** Prefix of lines to skip. */
  comment?: Comment;
  /** Whether the first line names the columns. */
  header: boolean;
  /** Whether rows begin with a name for which the header has no cell, as R writes them. */
  indexed?: true;
  /**
   * Whether a row with an empty cell after the last column is at fault: an unquoted delimiter has
   * shifted its cells. Such cells are dropped if missing.
   */
  exact?: true;
  /** How to unpivot a table with one column per item or user into one row per rating. */
  unpivot?: Unpivot;
  /** Column that must not be blank: rows without a value are skipped. */
  filled?: string;
  /** Value of `filled` that is treated as blank, as in `Unpivot`. */
  none?: string;
}

/** Unpivots a wide table: one row per non-blank cell, with the row's key and column's name. */
export type Unpivot = {
  /** Column that identifies the row; all others contain values, except those `without`. */
  key: string;
  /** Names of the resulting columns. */
  name: string;
  value: string;
  /** Value that is treated as blank: a number, or a word in any case. */
  none?: string;
  /** Columns that are left out. */
  without?: string[];
};

/** The dialect of files written here, and by most programs. */
export const COMMON: Dialect = {
  encoding: "utf-8",
  delimiter: ",",
  quote: '"',
  newline: "\n",
  header: true,
};

/** Delimited text, JSON Lines, a JSON array, Parquet, Excel workbook. */
export const formats = ["csv", "jsonl", "json", "parquet", "xlsx"] as const;

/** Whether a format needs random access instead of a stream. */
export function isBinary({ format }: Pick<Dialect, "format">): boolean {
  return format === "parquet" || format === "xlsx";
}

/** Names for `TextDecoder`. A byte order mark is dropped when decoding. */
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
  "ibm866",
  "macintosh",
  "x-mac-cyrillic",
] as const;
/** Delimiters to detect, most common first. */
export const delimiters = [",", "\t", ";", "|"] as const;
/** Rare delimiters, detected if they split a file better than all common ones. */
export const rareDelimiters = [
  "::",
  "||",
  "\t\t",
  ";;",
  "\x01",
  "^",
  "~",
  ":",
  " - ",
  " ",
] as const;
export const comments = ["#", "%", "//"] as const;
export const quotes = ['"', "'", ""] as const;
/** `\n` and `\r\n` are read alike, since files mix them; `\r` ends lines only without `\n`. */
export const newlines = ["\n", "\r\n", "\r"] as const;

export type Format = typeof formats[number];
export type Encoding = typeof encodings[number];
export type Comment = typeof comments[number];
export type Quote = typeof quotes[number];
export type Newline = typeof newlines[number];
