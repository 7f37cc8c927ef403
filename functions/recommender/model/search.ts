/** Looking strings up by a part of them, for pickers. */
import { fold, foldedText } from "./folded_text.ts";
import type { StringTable } from "./string_table.ts";

/** What to look for, and which part of the result is wanted. */
export interface Search {
  /** A part of the string, in any case; empty finds everything. */
  q: string;
  offset: number;
  limit: number;
  /** All indices, the most wanted first; by default in the table's own order. */
  order?: ArrayLike<number>;
}

/** How well a string matches: the better come first. */
const EXACT = 3;
const PREFIX = 2;
const PART = 1;

/**
 * Indices of the strings that contain `q`: the equal ones, then those that start with it, then the
 * others, each group in `order`.
 */
export function searchStrings(table: StringTable, { q, offset, limit, order }: Search): number[] {
  const count = table.offsets.length - 1;
  const at = (place: number) => order ? order[place] : place;
  const end = offset + limit;
  if (q === "") {
    return Array.from(
      { length: Math.max(0, Math.min(end, count) - offset) },
      (_, i) => at(offset + i),
    );
  }
  const matches = matchesOf(table, fold(q));
  const found: number[] = [];
  for (const match of [EXACT, PREFIX, PART]) {
    for (let place = 0; place < count && found.length < end; place++) {
      if (matches[at(place)] === match) found.push(at(place));
    }
  }
  return found.slice(offset);
}

/** For each string how it matches, 0 where it does not. */
function matchesOf(table: StringTable, wanted: string): Uint8Array {
  const { text, starts } = foldedText(table);
  const count = starts.length - 1;
  const matches = new Uint8Array(count);
  let string = 0;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, starts[string])) {
    string = stringAround(starts, at);
    const whole = starts[string + 1] - 1 - starts[string] === wanted.length;
    matches[string] = at > starts[string] ? PART : whole ? EXACT : PREFIX;
    if (++string === count) break;
  }
  return matches;
}

/** The string in which a position of the text lies. */
function stringAround(starts: Uint32Array, position: number): number {
  let low = 0;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle] <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
