import type { Steps } from "./steps.ts";
import { stringCount, type StringTable } from "./string_table.ts";
import { COST } from "./work.ts";

/** Changes of a table of strings. */
export interface StringChanges {
  /** Strings to append. */
  added: readonly string[];
  /** New strings by index. */
  replaced?: ReadonlyMap<number, string>;
  /** Indices that look-ups no longer find; their strings stay. */
  left?: ReadonlySet<number>;
}

const encoder = new TextEncoder();

/**
 * Returns a table with changed strings, which equals one built anew, but copies what is unchanged.
 * @param options.precedes comparator of the indices of equal strings, as for `stringTable`.
 */
export function* changedStrings(
  table: StringTable,
  { added, replaced = new Map(), left = new Set() }: StringChanges,
  { precedes = (a, b) => a - b }: { precedes?: (a: number, b: number) => number } = {},
): Steps<StringTable> {
  if (added.length === 0 && replaced.size === 0 && left.size === 0) return table;
  const count = stringCount(table);
  const changes = added.length + replaced.size;
  yield count * COST.copied + table.bytes.length * COST.copiedByte + changes * COST.changed;
  const changed = { ...withBytes(table, added, replaced), order: table.order };
  yield count * COST.copied;
  const kept = without(table.order, [...left, ...replaced.keys()]);
  yield count * COST.copied + changes * COST.changed;
  const compare = (a: number, b: number) => compareEntries(changed, a, b) || precedes(a, b);
  const entering = [
    ...[...replaced.keys()].filter((index) => !left.has(index)),
    ...added.map((_, place) => count + place),
  ].sort(compare);
  const order = new Uint32Array(kept.length + entering.length);
  let [from, to] = [0, 0];
  for (const index of entering) {
    const end = firstAfter(kept, from, (other) => compare(other, index) > 0);
    order.set(kept.subarray(from, end), to);
    to += end - from;
    order[to++] = index;
    from = end;
  }
  order.set(kept.subarray(from), to);
  return { ...changed, order };
}

/** Returns the indices of an order without some of them. */
export function without(order: Uint32Array, indices: readonly number[]): Uint32Array {
  if (indices.length === 0) return order;
  const isGone = new Uint8Array(Math.max(...indices) + 1);
  for (const index of indices) isGone[index] = 1;
  // A loop, since `filter` of a typed array takes ten times as long.
  const kept = new Uint32Array(order.length);
  let count = 0;
  for (let place = 0; place < order.length; place++) {
    if (!isGone[order[place]]) kept[count++] = order[place];
  }
  return kept.slice(0, count);
}

function withBytes(
  { bytes, offsets }: StringTable,
  added: readonly string[],
  replaced: ReadonlyMap<number, string>,
): Pick<StringTable, "bytes" | "offsets"> {
  if (added.length === 0 && replaced.size === 0) return { bytes, offsets };
  const count = offsets.length - 1;
  const own = new Map([...replaced].map(([index, text]) => [index, encoder.encode(text)] as const));
  added.forEach((text, place) => own.set(count + place, encoder.encode(text)));
  const kept = [...replaced.keys()].reduce(
    (sum, index) => sum - (offsets[index + 1] - offsets[index]),
    offsets[count],
  );
  const size = [...own.values()].reduce((sum, { length }) => sum + length, kept);
  const newBytes = new Uint8Array(size);
  const newOffsets = new Uint32Array(count + added.length + 1);
  let start = 0;
  /** Copies the strings from `start` to `end`, exclusive. */
  const copy = (end: number) => {
    if (start >= end) return;
    const shift = newOffsets[start] - offsets[start];
    newBytes.set(bytes.subarray(offsets[start], offsets[end]), newOffsets[start]);
    for (let i = start + 1; i <= end; i++) newOffsets[i] = offsets[i] + shift;
    start = end;
  };
  for (const index of [...own.keys()].sort((a, b) => a - b)) {
    copy(Math.min(index, count));
    newBytes.set(own.get(index)!, newOffsets[index]);
    newOffsets[index + 1] = newOffsets[index] + own.get(index)!.length;
    start = index + 1;
  }
  copy(count);
  return { bytes: newBytes, offsets: newOffsets };
}

/** Returns the first place from `from` on whose index `isAfter`; places are sorted by it. */
function firstAfter(
  order: Uint32Array,
  from: number,
  isAfter: (index: number) => boolean,
): number {
  let [low, high] = [from, order.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isAfter(order[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}

function compareEntries({ bytes, offsets }: StringTable, a: number, b: number): number {
  const [startA, startB] = [offsets[a], offsets[b]];
  const [lengthA, lengthB] = [offsets[a + 1] - startA, offsets[b + 1] - startB];
  for (let i = 0; i < lengthA && i < lengthB; i++) {
    const difference = bytes[startA + i] - bytes[startB + i];
    if (difference !== 0) return difference;
  }
  return lengthA - lengthB;
}
