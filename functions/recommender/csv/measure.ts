/** A file's size when it is unpacked, counted on its way, before anything is known of its cells. */
import { binaryFormat } from "./encoding.ts";
import { longestId } from "./limits.ts";
import { type TakeTurn, TURN, turn as nextTurn } from "./turn.ts";
import { unpack } from "./unpack.ts";

/** What was counted of a file, or of its beginning. */
export interface Measure {
  /** Whether it is packed by gzip. */
  packed: boolean;
  /** Unpacked. */
  bytes: number;
  /** Lines that are not empty: no fewer than there are rows, a header line among them. */
  lines: number;
  /** Whether no line is longer than an id may be, or has a `"`: then no cell is too long. */
  isPlain: boolean;
}

/**
 * Counts a file's bytes and lines, in memory of a few pieces.
 * @param options.check is shown what was counted so far, and ends it by an error.
 * @param options.turn is awaited after each `TURN` bytes.
 * @throws {CsvError} `damaged` where gzip cannot be unpacked to its end
 */
export async function measure(
  stream: ReadableStream<Uint8Array>,
  { check = () => {}, turn = nextTurn }: {
    check?: (soFar: Measure) => void;
    turn?: TakeTurn;
  } = {},
): Promise<Measure> {
  const { packed, pieces } = await unpack(stream);
  // What is no text has no lines.
  let lines: LineCounter | undefined = new LineCounter();
  let bytes = 0;
  let sinceTurn = 0;
  const soFar = () => ({
    packed,
    bytes,
    lines: lines?.count ?? 0,
    isPlain: lines?.isPlain ?? false,
  });
  for await (const piece of pieces) {
    if (bytes === 0 && binaryFormat(piece)) lines = undefined;
    lines?.add(piece);
    bytes += piece.length;
    check(soFar());
    sinceTurn += piece.length;
    if (sinceTurn < TURN) continue;
    sinceTurn = 0;
    await turn();
  }
  lines?.end();
  check(soFar());
  return soFar();
}

const [NEWLINE, RETURN, QUOTE] = [0x0a, 0x0d, 0x22];

/** Counts lines in the bytes of any encoding that files come in; in UTF-16 nearly. */
class LineCounter {
  count = 0;
  isPlain = true;
  /** Bytes of the line that goes on. */
  #length = 0;

  add(bytes: Uint8Array): void {
    let length = this.#length;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      // The other half of a character of UTF-16.
      if (byte === 0) continue;
      if (byte !== NEWLINE && byte !== RETURN) {
        if (byte === QUOTE) this.isPlain = false;
        length++;
        continue;
      }
      if (length > 0) this.#endLine(length);
      length = 0;
    }
    if (length > longestId) this.isPlain = false;
    this.#length = length;
  }

  end(): void {
    if (this.#length > 0) this.#endLine(this.#length);
    this.#length = 0;
  }

  #endLine(length: number): void {
    this.count++;
    if (length > longestId) this.isPlain = false;
  }
}
