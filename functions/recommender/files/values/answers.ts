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
  ["no", "sí"],
  ["no", "sì"],
  ["no", "si"],
  ["não", "sim"],
  ["nao", "sim"],
  ["nee", "ja"],
  ["nie", "tak"],
  ["nej", "ja"],
  ["nei", "ja"],
  ["hayır", "evet"],
  ["hayir", "evet"],
  ["нет", "да"],
  ["ні", "так"],
  ["όχι", "ναι"],
  ["لا", "نعم"],
  ["לא", "כן"],
  ["否", "是"],
  ["いいえ", "はい"],
  ["아니요", "예"],
  ["아니오", "예"],
  ["dislike", "like"],
  ["disliked", "liked"],
  ["down", "up"],
  ["bad", "good"],
  ["fail", "pass"],
  ["failed", "passed"],
  ["👎", "👍"],
  ["thumbs down", "thumbs up"],
  ["thumbs_down", "thumbs_up"],
  ["thumbsdown", "thumbsup"],
  ["not recommended", "recommended"],
  ["nicht empfohlen", "empfohlen"],
  ["non recommandé", "recommandé"],
  ["no recomendado", "recomendado"],
  ["não recomendado", "recomendado"],
  ["не рекомендую", "рекомендую"],
  ["negative", "positive"],
  ["不推荐", "推荐"],
];

/**
 * Words for no that reject an item, as the same event words do; others may mean that nothing was
 * done.
 */
const REJECTING = /^(disliked?|👎|thumbs[ _]?down)$/u;

const YES: ReadonlyMap<string, number> = new Map(
  ANSWERS.flatMap(([no, yes]) => [[no, REJECTING.test(no) ? -1 : 0], [yes, 1]]),
);

/** Returns 1 for a word that means yes, 0 or −1 for one that means no, NaN for any other. */
export function answerOf(cell: string): number {
  return YES.get(cell.trim().toLowerCase()) ?? NaN;
}
