/** Substring search in string tables, for pickers. */
import { fold, type FoldedText, foldedTexts } from "./folded_text.ts";
import { finished, type Steps } from "./steps.ts";
import { stringCount, type StringTable } from "./string_table.ts";
import { COST } from "./work.ts";

/** Query and page. */
export interface Search {
  /** Substring to find, ignoring case; empty matches all. */
  q: string;
  offset: number;
  limit: number;
  /** The indices to search, in order of preference; by default all, in the table's order. */
  order?: ArrayLike<number>;
}

/** Match quality, higher first. */
const EXACT = 3;
const PREFIX = 2;
const PART = 1;

/** Number of strings processed per step. */
const STRINGS_PER_STEP = 65_536;

/**
 * Returns the indices of the strings that contain `q`: exact matches, then prefix matches, then
 * others, each group in `order`.
 */
export function searchStrings(table: StringTable, search: Search): number[] {
  return finished(searchSteps(table, search));
}

/** `searchStrings`, in steps. */
export function* searchSteps(
  table: StringTable,
  { q, offset, limit, order }: Search,
): Steps<number[]> {
  const count = order?.length ?? stringCount(table);
  const at = (position: number) => order ? order[position] : position;
  const end = offset + limit;
  if (q === "") {
    return Array.from(
      { length: Math.max(0, Math.min(end, count) - offset) },
      (_, i) => at(offset + i),
    );
  }
  const matches = yield* matchesOf(table, fold(q));
  // By match quality; a group is cut at the end of the page.
  const groups: number[][] = [[], [], [], []];
  for (let start = 0; start < count; start += STRINGS_PER_STEP) {
    const stop = Math.min(start + STRINGS_PER_STEP, count);
    yield (stop - start) * COST.checked;
    for (let position = start; position < stop; position++) {
      const match = matches[at(position)];
      if (match > 0 && groups[match].length < end) groups[match].push(at(position));
    }
  }
  return [...groups[EXACT], ...groups[PREFIX], ...groups[PART]].slice(offset, end);
}

/** Returns the match quality of each string, 0 if it does not match. */
function* matchesOf(table: StringTable, wanted: string): Steps<Uint8Array> {
  const matches = new Uint8Array(stringCount(table));
  for (const part of yield* foldedTexts(table)) {
    yield part.text.length * COST.searched + part.starts.length * COST.found;
    matchPart(part, { wanted, matches });
  }
  return matches;
}

function matchPart(
  { text, first, starts }: FoldedText,
  { wanted, matches }: { wanted: string; matches: Uint8Array },
): void {
  const count = starts.length - 1;
  let string = 0;
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, starts[string])) {
    if (at >= starts[string + 1]) string = stringAround(starts, at);
    const isWhole = starts[string + 1] - 1 - starts[string] === wanted.length;
    matches[first + string] = at > starts[string] ? PART : isWhole ? EXACT : PREFIX;
    if (++string === count) break;
  }
}

/** Returns the index of the string that contains a position of the text. */
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
