/**
 * The members of a gzip file (RFC 1952, section 2.2), which are several where packed files were
 * joined. The runtimes unpack one alone, so that each is cut out before.
 */

/** A member's header, without what is optional, and what stands behind its data. */
const [HEADER, TRAILER] = [10, 8];
/** Bits of the flags that are zero, and how hard it was packed (section 2.3.1). */
const [RESERVED, XFL] = [0xe0, [0, 2, 4]];
/** Systems are numbered to 13; 255 is an unknown one. */
const [LAST_SYSTEM, UNKNOWN_SYSTEM] = [13, 255];
/** So many bytes may be unpacked and not be counted yet: of some pieces, a thousandfold. */
const UNCOUNTED = 1 << 25;

/** Cuts packed bytes into members, each to be gone through before the next one. */
export class GzipMembers {
  /** Bytes that were read and not given yet, of the member that goes on or the next one. */
  #held: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #isOver = false;

  /** @param pieces the file's bytes, some thousand at a time. */
  constructor(readonly pieces: AsyncGenerator<Uint8Array>) {}

  /** Whether nothing follows the member that was gone through. */
  get isOver(): boolean {
    return this.#isOver && this.#held.length === 0;
  }

  /**
   * The bytes of one member.
   * @param unpacked how many bytes were made of it so far, or up to `UNCOUNTED` fewer.
   */
  async *member(unpacked: () => number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    // A header begins no other member before a trailer can stand behind it.
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
      // What may be the beginning of another header, and the trailer before it, is kept back.
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

  /** Where the next member's header begins; −1 where none does so far. */
  #nextHeader(from: number, unpacked: () => number): number {
    const bytes = this.#held;
    for (let at = bytes.indexOf(0x1f, from); at >= 0; at = bytes.indexOf(0x1f, at + 1)) {
      if (at + HEADER > bytes.length) return -1;
      if (isHeader(bytes, at) && this.#isLength(at, unpacked())) return at;
    }
    return -1;
  }

  /** Whether the four bytes before are the length, modulo 2³², of what was unpacked. */
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
