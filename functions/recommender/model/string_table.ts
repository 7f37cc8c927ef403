/**
 * Strings as bytes and offsets with a sorted permutation, for lookup by binary search: a million
 * ids need no Map and no load time.
 */
export interface StringTable {
  /** UTF-8 of all strings, concatenated. */
  bytes: Uint8Array;
  /** Length n + 1: string i is `bytes[offsets[i] .. offsets[i + 1]]`. */
  offsets: Uint32Array;
  /** Indices in ascending order of the strings' bytes; equal strings in the builder's order. */
  order: Uint32Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Builds a table. Equal strings are ordered by `precedes`, a comparator of their indices, by
 * default by index; `indexOfString` finds the first.
 */
export function stringTable(
  strings: readonly string[],
  precedes: (a: number, b: number) => number = (a, b) => a - b,
): StringTable {
  const encoded = strings.map((s) => encoder.encode(s));
  const offsets = new Uint32Array(strings.length + 1);
  for (let i = 0; i < encoded.length; i++) offsets[i + 1] = offsets[i] + encoded[i].length;
  const bytes = new Uint8Array(offsets[strings.length]);
  encoded.forEach((e, i) => bytes.set(e, offsets[i]));
  const order = Uint32Array.from(strings.keys())
    .sort((a, b) => compareBytes(encoded[a], encoded[b]) || precedes(a, b));
  return { bytes, offsets, order };
}

/** Returns the number of strings. */
export function stringCount(table: StringTable): number {
  return table.offsets.length - 1;
}

/** Maximum length in bytes of a string that is decoded without `TextDecoder`. */
const SHORT = 64;

/** Returns the string at `index`. */
export function stringAt({ bytes, offsets }: StringTable, index: number): string {
  const string = bytes.subarray(offsets[index], offsets[index + 1]);
  // A call of the decoder costs twice as much as all else for a title.
  return string.length <= SHORT && isAscii(string)
    ? String.fromCharCode.apply(null, string as unknown as number[])
    : decoder.decode(string);
}

function isAscii(bytes: Uint8Array): boolean {
  let bits = 0;
  for (let i = 0; i < bytes.length; i++) bits |= bytes[i];
  return bits < 0x80;
}

/** Returns the index of `string`, or −1. Of equal strings the first in `order` is returned. */
export function indexOfString(table: StringTable, string: string): number {
  const wanted = encoder.encode(string);
  const { order } = table;
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareEntry(table, order[middle], wanted) < 0) low = middle + 1;
    else high = middle;
  }
  if (low === order.length) return -1;
  return compareEntry(table, order[low], wanted) === 0 ? order[low] : -1;
}

/** Compares string `index` of the table with bytes, without decoding. */
function compareEntry({ bytes, offsets }: StringTable, index: number, wanted: Uint8Array): number {
  const start = offsets[index];
  const length = offsets[index + 1] - start;
  const shared = Math.min(length, wanted.length);
  for (let i = 0; i < shared; i++) {
    const difference = bytes[start + i] - wanted[i];
    if (difference !== 0) return difference;
  }
  return length - wanted.length;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    if (a[i] !== b[i]) return a[i] - b[i];
  }
  return a.length - b.length;
}
