/** Which known strings look most like one that is not known. */
import { fold, foldedText } from "./folded_text.ts";
import type { StringTable } from "./string_table.ts";

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
export function nearestStrings(
  table: StringTable,
  wanted: string,
  { n, precedes }: { n: number; precedes: (a: number, b: number) => number },
): number[] {
  const query = ` ${fold(wanted).trim().slice(0, 200)} `;
  const left = new Uint8Array(BUCKETS);
  for (let i = 1; i < query.length; i++) left[pair(query.charCodeAt(i - 1), query.charCodeAt(i))]++;

  const { text, starts } = foldedText(table);
  const best: { index: number; similarity: number }[] = [];
  const taken = new Uint16Array(query.length);
  for (let index = 0; index < starts.length - 1; index++) {
    const end = starts[index + 1] - 1;
    const pairs = end - starts[index] + 1 + query.length - 1;
    let shared = 0;
    let before = SPACE;
    for (let at = starts[index]; at <= end; at++) {
      const now = at === end ? SPACE : text.charCodeAt(at);
      const bucket = pair(before, now);
      // Each pair of the query counts once.
      if (left[bucket] > 0) {
        left[bucket]--;
        taken[shared++] = bucket;
      }
      before = now;
    }
    for (let t = 0; t < shared; t++) left[taken[t]]++;
    const similarity = 2 * shared / pairs;
    if (shared === 0) continue;
    const place = best.findIndex((other) =>
      similarity > other.similarity ||
      (similarity === other.similarity && precedes(index, other.index) < 0)
    );
    if (place >= 0) best.splice(place, 0, { index, similarity });
    else if (best.length < n) best.push({ index, similarity });
    if (best.length > n) best.pop();
  }
  return best.map(({ index }) => index);
}

const SPACE = 32;

function pair(a: number, b: number): number {
  return (a * 251 + b) & (BUCKETS - 1);
}
