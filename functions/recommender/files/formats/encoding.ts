import { CsvError } from "../csv_error.ts";
import { detectAlphabet } from "./detect_alphabet.ts";
import type { Encoding } from "../dialect.ts";

/** Magic numbers of files often uploaded instead of a CSV. */
const foreign: [bytes: number[], name: string][] = [
  [[0x50, 0x4b, 0x03, 0x04], "a ZIP archive or an Excel workbook"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF document"],
  [[0x89, 0x50, 0x4e, 0x47], "a PNG image"],
  [[0xff, 0xd8, 0xff], "a JPEG image"],
  [[0x47, 0x49, 0x46, 0x38], "a GIF image"],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file"],
  [[0x37, 0x7a, 0xbc, 0xaf], "a 7-Zip archive"],
  [[0x52, 0x61, 0x72, 0x21], "a RAR archive"],
  // Seen after decompression: the file was compressed twice.
  [[0x1f, 0x8b, 0x08], "packed by gzip twice"],
  [[0x42, 0x5a, 0x68], "a bzip2 archive"],
  [[0xfd, 0x37, 0x7a, 0x58], "an xz archive"],
  [[0x28, 0xb5, 0x2f, 0xfd], "a Zstandard archive"],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66], "an SQLite database"],
];

/** Returns the format of a binary file by its magic number, or undefined. */
export function binaryFormat(head: Uint8Array): "parquet" | "xlsx" | undefined {
  if (startsWith(head, [0x50, 0x41, 0x52, 0x31])) return "parquet";
  if (startsWith(head, [0x50, 0x4b, 0x03, 0x04])) return "xlsx";
}

/** Whether the bytes begin a gzip stream (RFC 1952, section 2.3.1). */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

/**
 * Detects the encoding by the first bytes: by the byte order mark, then by the position of zeros in
 * UTF-16, then UTF-8 if valid, then by `detectAlphabet`.
 * @throws {CsvError} `not_csv` if the bytes are not text.
 */
export async function detectEncoding(head: Uint8Array): Promise<Encoding> {
  if (startsWith(head, [0xef, 0xbb, 0xbf])) return "utf-8";
  if (isUtf32(head)) {
    throw new CsvError("not_csv", "The file is UTF-32, which is not read: save it as UTF-8.");
  }
  if (startsWith(head, [0xff, 0xfe])) return "utf-16le";
  if (startsWith(head, [0xfe, 0xff])) return "utf-16be";
  const named = foreign.find(([bytes]) => startsWith(head, bytes));
  if (named && !(named[1].includes("bzip2") && !hasControls(head))) {
    throw new CsvError("not_csv", `The file is ${named[1]}; upload CSV, JSON, Parquet or xlsx.`);
  }
  const zeros = [0, 0];
  for (let i = 0; i < head.length; i++) if (head[i] === 0) zeros[i & 1]++;
  const half = head.length / 2;
  if (zeros[1] > 0.3 * half && zeros[0] < 0.02 * half) return "utf-16le";
  if (zeros[0] > 0.3 * half && zeros[1] < 0.02 * half) return "utf-16be";
  if (hasControls(head)) {
    throw new CsvError(
      "not_csv",
      "The file has bytes that no text has; upload CSV, JSON, Parquet or xlsx.",
    );
  }
  return await detectLetters(head);
}

/** Detects the encoding of bytes that are no UTF-16. */
export async function detectLetters(bytes: Uint8Array): Promise<Encoding> {
  return isUtf8(bytes) ? "utf-8" : await detectAlphabet(bytes);
}

/** Whether three of four bytes are zero in nearly all characters, as in UTF-32 of either order. */
function isUtf32(head: Uint8Array): boolean {
  const whole = head.subarray(0, 4 * Math.floor(Math.min(head.length, 4096) / 4));
  const zeros = [0, 0, 0, 0];
  for (let i = 0; i < whole.length; i++) if (whole[i] === 0) zeros[i & 3]++;
  const least = 0.9 * whole.length / 4;
  return whole.length > 0 &&
    (zeros[3] >= least && zeros[2] >= least || zeros[0] >= least && zeros[1] >= least);
}

/** Maximum ratio of invalid sequences to valid characters beyond ASCII in UTF-8. */
const MOST_INVALID = 0.05;

/**
 * Whether nearly all characters beyond ASCII are valid: single bytes of another encoding damage
 * cells, not the file. A head may be truncated inside a character, so an incomplete one at the end
 * is valid.
 */
function isUtf8(head: Uint8Array): boolean {
  const text = new TextDecoder("utf-8").decode(head, { stream: true });
  const [invalid, all] = [/\ufffd/g, /[\u0080-\uffff]/g].map((kind) =>
    text.match(kind)?.length ?? 0
  );
  return invalid <= MOST_INVALID * (all - invalid);
}

/** Cell separator of Hive tables. */
const HIVE = 1;

/** Whether there are zeros, or many control characters other than white space. */
function hasControls(head: Uint8Array): boolean {
  let controls = 0;
  for (const byte of head) {
    if (byte === 0) return true;
    if (byte < 0x20 && byte !== HIVE && (byte < 9 || byte > 13)) controls++;
  }
  return controls > 0.01 * head.length;
}

function startsWith(head: Uint8Array, bytes: number[]): boolean {
  return head.length >= bytes.length && bytes.every((byte, i) => head[i] === byte);
}
