/** Words for no and yes, as ratings: exports of booleans, thumbs and questions. */

/** Lower-case words for no and yes, in pairs. */
export const ANSWERS: readonly (readonly [no: string, yes: string])[] = [
  ["false", "true"],
  ["f", "t"],
  ["no", "yes"],
  ["n", "y"],
  ["nein", "ja"],
  ["non", "oui"],
  ["falsch", "wahr"],
  ["faux", "vrai"],
  ["falso", "verdadero"],
  ["нет", "да"],
  ["dislike", "like"],
  ["disliked", "liked"],
  ["down", "up"],
  ["bad", "good"],
  ["👎", "👍"],
];

const YES: ReadonlyMap<string, number> = new Map(
  ANSWERS.flatMap(([no, yes]) => [[no, 0], [yes, 1]]),
);

/** Returns 1 for a word that means yes, 0 for one that means no, NaN for any other. */
export function answerOf(cell: string): number {
  return YES.get(cell.trim().toLowerCase()) ?? NaN;
}
