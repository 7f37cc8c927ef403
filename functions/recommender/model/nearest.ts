/** Approximate string search, for suggestions of similar titles. */
import { fold, type FoldedText, foldedTexts } from "./folded_text.ts";
import { finished, type Steps } from "./steps.ts";
import type { StringTable } from "./string_table.ts";
import { COST } from "./work.ts";

/** Number of hash buckets of character pairs; a collision only affects the order of suggestions. */
const BUCKETS = 1 << 16;

/**
 * Returns the indices of the `n` strings nearest to `wanted`, best first, by the Sørensen–Dice
 * coefficient of their character bigrams, including the edges, ignoring case and accents.
 *
 *     s(a, b) = 2 · |pairs(a) ∩ pairs(b)| / (|pairs(a)| + |pairs(b)|)
 *
 * Ties are ordered by `precedes`, a comparator of indices; strings without a common bigram are
 * omitted.
 */
export function nearestStrings(table: StringTable, wanted: string, options: Nearest): number[] {
  return finished(nearestSteps(table, wanted, options));
}

/** Number of results, and the comparator for ties. */
export interface Nearest {
  n: number;
  precedes: (a: number, b: number) => number;
}

/** `nearestStrings`, in steps. */
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
      const position = best.findIndex((other) =>
        found.similarity > other.similarity ||
        (found.similarity === other.similarity && precedes(found.index, other.index) < 0)
      );
      if (position >= 0) best.splice(position, 0, found);
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

/** Bigrams of the query: their number, and the count per bucket. */
interface Query {
  pairs: number;
  left: Uint8Array;
  /** Buffer for the bigrams that a string has in common with the query. */
  taken: Uint16Array;
}

function queryOf(wanted: string): Query {
  const query = ` ${fold(wanted).trim().slice(0, 200)} `;
  const left = new Uint8Array(BUCKETS);
  for (let i = 1; i < query.length; i++) left[pair(query.charCodeAt(i - 1), query.charCodeAt(i))]++;
  return { pairs: query.length - 1, left, taken: new Uint16Array(query.length) };
}

/** Yields the strings of a text that have a bigram in common with the query. */
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
      // Each bigram of the query is counted at most once.
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
