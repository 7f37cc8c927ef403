/** Which known strings look most like one that is not known. */
import { fold, type FoldedText, foldedTexts } from "./folded_text.ts";
import { finished, type Steps } from "./steps.ts";
import type { StringTable } from "./string_table.ts";
import { COST } from "./work.ts";

/** Pairs of characters are counted by hash: a collision only shifts a suggestion's place. */
const BUCKETS = 1 << 16;

/**
 * The `n` strings nearest to `wanted`, best first: by the Sørensen–Dice coefficient of their pairs
 * of adjacent characters, edges included, case and accents ignored.
 *
 *     s(a, b) = 2 · |pairs(a) ∩ pairs(b)| / (|pairs(a)| + |pairs(b)|)
 *
 * Equally near ones come by `precedes`, a comparison of indices; what shares no pair never comes.
 */
export function nearestStrings(table: StringTable, wanted: string, options: Nearest): number[] {
  return finished(nearestSteps(table, wanted, options));
}

/** How many are wanted, and which of two equally near ones comes first. */
export interface Nearest {
  n: number;
  precedes: (a: number, b: number) => number;
}

/** Finds what `nearestStrings` finds, in steps. */
export function* nearestSteps(
  table: StringTable,
  wanted: string,
  { n, precedes }: Nearest,
): Steps<number[]> {
  const query = queryOf(wanted);
  const best: Found[] = [];
  for (const part of yield* foldedTexts(table)) {
    yield part.text.length * COST.paired + part.starts.length * COST.found;
    for (const found of similarIn(part, query)) {
      const place = best.findIndex((other) =>
        found.similarity > other.similarity ||
        (found.similarity === other.similarity && precedes(found.index, other.index) < 0)
      );
      if (place >= 0) best.splice(place, 0, found);
      else if (best.length < n) best.push(found);
      if (best.length > n) best.pop();
    }
  }
  return best.map(({ index }) => index);
}

interface Found {
  index: number;
  similarity: number;
}

/** The pairs of what is looked for: how many, and how often each comes. */
interface Query {
  pairs: number;
  left: Uint8Array;
  /** Room for those that a string shares. */
  taken: Uint16Array;
}

function queryOf(wanted: string): Query {
  const query = ` ${fold(wanted).trim().slice(0, 200)} `;
  const left = new Uint8Array(BUCKETS);
  for (let i = 1; i < query.length; i++) left[pair(query.charCodeAt(i - 1), query.charCodeAt(i))]++;
  return { pairs: query.length - 1, left, taken: new Uint16Array(query.length) };
}

/** The strings of a text that share a pair with the query. */
function* similarIn(
  { text, first, starts }: FoldedText,
  { pairs, left, taken }: Query,
): Generator<Found> {
  for (let string = 0; string < starts.length - 1; string++) {
    const end = starts[string + 1] - 1;
    let shared = 0;
    let before = SPACE;
    for (let at = starts[string]; at <= end; at++) {
      const now = at === end ? SPACE : text.charCodeAt(at);
      const bucket = pair(before, now);
      // Each pair of the query counts once.
      if (left[bucket] > 0) {
        left[bucket]--;
        taken[shared++] = bucket;
      }
      before = now;
    }
    if (shared === 0) continue;
    for (let t = 0; t < shared; t++) left[taken[t]]++;
    const similarity = 2 * shared / (end - starts[string] + 1 + pairs);
    yield { index: first + string, similarity };
  }
}

const SPACE = 32;

function pair(a: number, b: number): number {
  return (a * 251 + b) & (BUCKETS - 1);
}
