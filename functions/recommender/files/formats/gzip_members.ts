/**
 * Splits a gzip file into its members (RFC 1952, section 2.2); it has several if compressed files
 * were concatenated. `DecompressionStream` decompresses only one.
 */

/** Sizes of a member's header without optional fields, and of its trailer, in bytes. */
const [HEADER, TRAILER] = [10, 8];
/** Flag bits that must be zero, and valid values of XFL (section 2.3.1). */
const [RESERVED, XFL] = [0xe0, [0, 2, 4]];
/** Highest OS number, and that of an unknown OS. */
const [LAST_SYSTEM, UNKNOWN_SYSTEM] = [13, 255];
/** Maximum bytes decompressed but not yet counted: some chunks, expanded a thousandfold. */
const UNCOUNTED = 1 << 25;

/** Splits compressed bytes into members, each to be read before the next. */
export class GzipMembers {
  /** Bytes read but not yet yielded. */
  #held: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #isOver = false;

  /** @param pieces the file's bytes, in chunks of some thousand. */
  constructor(readonly pieces: AsyncGenerator<Uint8Array>) {}

  /** Whether no member follows the last one. */
  get isOver(): boolean {
    return this.#isOver && this.#held.length === 0;
  }

  /**
   * Yields the bytes of one member.
   * @param unpacked returns the number of bytes decompressed so far, or up to `UNCOUNTED` fewer.
   */
  async *member(unpacked: () => number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    // The next header cannot begin before this member's header and trailer.
    let least = HEADER + TRAILER;
    for (;;) {
      const next = this.#nextHeader(least, unpacked);
      if (next >= 0) {
        const last = this.#held.subarray(0, next);
        this.#held = this.#held.slice(next);
        yield last;
        return;
      }
      if (this.#isOver) {
        const last = this.#held;
        this.#held = new Uint8Array(0);
        yield last;
        return;
      }
      // Hold back bytes that could be a trailer and the beginning of another header.
      const given = this.#held.length - HEADER - TRAILER;
      if (given > 0) {
        yield this.#held.subarray(0, given);
        this.#held = this.#held.slice(given);
        least = Math.max(TRAILER, least - given);
      }
      const { done, value } = await this.pieces.next();
      if (done) this.#isOver = true;
      else this.#held = joined(this.#held, value);
    }
  }

  /** Returns the index of the next member's header, or −1 if none is found so far. */
  #nextHeader(from: number, unpacked: () => number): number {
    const bytes = this.#held;
    for (let at = bytes.indexOf(0x1f, from); at >= 0; at = bytes.indexOf(0x1f, at + 1)) {
      if (at + HEADER > bytes.length) return -1;
      if (isHeader(bytes, at) && this.#isLength(at, unpacked())) return at;
    }
    return -1;
  }

  /** Whether the four bytes before `at` are the decompressed length modulo 2³². */
  #isLength(at: number, unpacked: number): boolean {
    const { buffer, byteOffset } = this.#held;
    const length = new DataView(buffer, byteOffset).getUint32(at - 4, true);
    return ((length - unpacked) >>> 0) <= UNCOUNTED;
  }
}

function isHeader(bytes: Uint8Array, at: number): boolean {
  const [flags, packing, system] = [bytes[at + 3], bytes[at + 8], bytes[at + 9]];
  return bytes[at + 1] === 0x8b && bytes[at + 2] === 8 && (flags & RESERVED) === 0 &&
    XFL.includes(packing) && (system <= LAST_SYSTEM || system === UNKNOWN_SYSTEM);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
