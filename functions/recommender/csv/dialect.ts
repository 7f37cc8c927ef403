/** How a file's bytes are to be read; found once, stored with the file, never guessed again. */
export interface Dialect {
  encoding: Encoding;
  delimiter: Delimiter;
  /** Empty where quotes are plain text. */
  quote: Quote;
  newline: Newline;
  /** Whether the first line names the columns. */
  header: boolean;
}

/** What is written here, and by most programs. */
export const COMMON: Dialect = {
  encoding: "utf-8",
  delimiter: ",",
  quote: '"',
  newline: "\n",
  header: true,
};

/** Names as `TextDecoder` knows them. A byte order mark is dropped in decoding, so it needs none. */
export const encodings = ["utf-8", "utf-16le", "utf-16be", "windows-1252"] as const;
export const delimiters = [",", "\t", ";", "|"] as const;
export const quotes = ['"', "'", ""] as const;
/** `\n` and `\r\n` are read alike (mixed files are common); `\r` alone ends lines only where it is the file's own. */
export const newlines = ["\n", "\r\n", "\r"] as const;

export type Encoding = typeof encodings[number];
export type Delimiter = typeof delimiters[number];
export type Quote = typeof quotes[number];
export type Newline = typeof newlines[number];
