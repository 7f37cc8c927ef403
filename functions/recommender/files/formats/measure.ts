/** Measures a file's unpacked size and lines as it streams, without parsing cells. */
import { binaryFormat } from "./encoding.ts";
import { longestId } from "../limits.ts";
import { type TakeTurn, TURN, turn as nextTurn } from "../turn.ts";
import { unpack } from "./unpack.ts";

/** Measure of a file, or of its beginning. */
export interface Measure {
  /** Whether it is compressed by gzip. */
  packed: boolean;
  /** Unpacked size in bytes. */
  bytes: number;
  /** Number of non-empty lines, including a header: at least the number of rows. */
  lines: number;
  /**
   * Whether no line is longer than an id may be or has a `"`, so no cell is too long, and all text
   * is UTF-8.
   */
  isPlain: boolean;
}

/**
 * Measures a file in constant memory.
 * @param options.check called with the measure so far; throws to stop.
 * @param options.turn awaited after each `TURN` bytes.
 * @throws {CsvError} `damaged` if the gzip stream is invalid or incomplete.
 */
export async function measure(
  stream: ReadableStream<Uint8Array>,
  { check = () => {}, turn = nextTurn }: {
    check?: (soFar: Measure) => void;
    turn?: TakeTurn;
  } = {},
): Promise<Measure> {
  const { packed, pieces } = await unpack(stream);
  // Binary formats have no lines.
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

/** Counts lines in the bytes of any supported encoding; approximately in UTF-16. */
class LineCounter {
  count = 0;
  isPlain = true;
  /** Length of the current line, in bytes. */
  #length = 0;
  /** Undefined while all is ASCII. */
  #decoder?: TextDecoder;

  add(bytes: Uint8Array): void {
    let length = this.#length;
    let bits = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      bits |= byte;
      // The other byte of a UTF-16 character.
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
    if (bits >= 0x80) this.#decoder ??= new TextDecoder("utf-8", { fatal: true });
    if (this.isPlain && this.#decoder) this.isPlain = this.#isUtf8(bytes);
  }

  #isUtf8(bytes: Uint8Array): boolean {
    try {
      this.#decoder!.decode(bytes, { stream: true });
      return true;
    } catch {
      return false;
    }
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
