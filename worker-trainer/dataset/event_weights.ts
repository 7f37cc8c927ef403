/** Weights of rows by the word for their event. */

import { TAKEN_BACK } from "../../functions/recommender/model/liking.ts";

/** Cancels the user's earlier rows of the same item and carries no preference itself. */
export const WITHDRAWN = NaN;

/** Weights of events stronger than a view; words as returned by `plainWord`. */
const MORE: Readonly<Record<string, number>> = {
  like: 3,
  liked: 3,
  love: 3,
  thumbsup: 3,
  upvote: 3,
  favorite: 3,
  favourite: 3,
  wishlist: 3,
  addtowishlist: 3,
  cart: 3,
  addtocart: 3,
  addedtocart: 3,
  buy: 5,
  bought: 5,
  purchase: 5,
  purchased: 5,
  order: 5,
  transaction: 5,
};

const REJECTION = -1;

/** Stems of words for rejections, in several languages. */
const REJECTING = pattern([
  // English
  "dislike|^hate|^hide|hidden|dismiss|^(?:item)?block(?:ed|user|item|author)*$|^mute|^ban(?:ned)?$",
  "^report(?:ed)?(?:item|content|spam|abuse)?$",
  "thumbs?down|downvote|votedown|notinterested|nointerest|notforme|dontlike|dontshow|donotshow|seeless",
  "showless|skip|reject|declin|swipeleft|negative|disapprov|lessl?ikethis|stopshowing|never(?:show|play)",
  "^(?:down|bad|no|nope)$",
  // German
  "gefalltnicht|gefaelltnicht|(?:mag|magich)nicht|nichtinteress|keininteresse|ausblend|ausgeblend",
  "verberg|verborgen|versteck|blockier|ubersprung|ueberspr|uberspring|abgelehnt|ablehn|daumenrunter",
  // French
  "naimepas|pasinteresse|masqu(?!erade)|cacher|bloqu|ignor|^passer$|rejet|refus",
  // Spanish, Portuguese, Italian
  "nomegusta|nogusta|ocult|^omit|^salt(?:ar|ad|a$)|rechaz|naogost|naocurt|^pul(?:ar|ad|ou)|rejeit|recus",
  "descurt|nonmipiace|nascond|nascost|blocca|rifiut|noninteress|sinteresse",
  // Dutch, Polish, Swedish
  "nietleuk|geblokk|overgeslagen|overslaan|afgewez|nielubi|ukry|zablok|pomin|odrzu|ogilla|dolj",
  // Russian, Ukrainian
  "дизлайк|ненрав|неинтерес|скры|пропус|заблок|блокир|отклон|неподоба|прихов",
  // Turkish, Indonesian
  "begenme|gizle|engelle|^atla(?!s|nt)|tidaksuka|sembunyi|lewati",
  // Chinese, Japanese, Korean
  "不喜欢|不喜歡|不感兴趣|不感興趣|踩|隐藏|隱藏|屏蔽|封鎖|拉黑|跳过|跳過|低評価|嫌い|興味なし|非表示|ブロック|スキップ",
  "싫어요|숨기|숨김|차단|건너|관심없",
  "👎|🚫",
]);

/** Stems of words for undoing a rejection. */
const FORGIVING = /^un(?:hide|hid|block|mute|dismiss|skip|reject|dislike|downvote)/;

/** Stems of words for undoing a purchase, a like or a similar event, in several languages. */
const UNDOING = pattern([
  // English
  "remov|delet|cancel|refund|chargeback|discard|abandon|withdr[ae]w|revok|^und(?:o|id)|putback|sentback",
  "return(?:s|ed|item|order|purchase|product)?$|returned|^(?:product|item|order|purchase)return",
  "^un(?:lik|lov|fav|follow|subscrib|sav|bookmark|star|pin|watch|wish|cart|upvot|vot|add|buy|purchas|order|rat|collect|heart|thumb|play)",
  // German
  "entfern|gelosch|geloesch|losch|loesch|stornier|storno|ruckgab|rueckgab|retour|zuruckg|zurueckg|erstatt|widerruf",
  // French
  "supprim|retir|annul|rembours|renvoy",
  // Spanish, Portuguese, Italian
  "elimin|quit(?:ar|ad)|devuel|devol|reembols|anulad|estorn|rimoss|rimuov|rimbors|annull|^reso$|restitu",
  // Dutch, Polish, Swedish
  "verwijder|geannul|terugbet|teruggestuurd|usun|anulow|zwrot|zwroc|tabort|borttag|avbryt|aterbet|returner",
  // Russian, Ukrainian
  "удал|убра|возвра|возмещ|отмен|поверн|видал|скасов",
  // Turkish, Indonesian
  "cikar|kaldir|iptal|iade|hapus|batal|kembali",
  // Chinese, Japanese, Korean
  "移除|删除|刪除|取消|退货|退貨|退款|移出|削除|キャンセル|返品|返金|取り消|取消し|삭제|취소|반품|환불|제거",
]);

/** Return visits do not undo anything: "return visit", "returning user". */
const VISITING = /^return(?:ing|ed)?(?:to)?(?:visit|view|user|customer|session|page)/;

/**
 * Returns a function from an event, in lower case, to the weight of its row: positive for a
 * preference, negative for a rejection, 0 for neither, `WITHDRAWN` to cancel earlier rows; 1
 * without a word, or for any other word.
 * @param own the owner's weights, by event in lower case, which override the defaults.
 * @throws {RangeError} if one of them is not a finite number.
 */
export function eventWeights(
  own: Readonly<Record<string, number>> = {},
): (event: string) => number {
  const known = new Map(Object.entries(own));
  for (const [event, weight] of known) {
    if (Number.isFinite(weight)) continue;
    throw new RangeError(`The event "${event}" must weigh a number, not ${weight}.`);
  }
  return (event) => {
    const found = known.get(event);
    if (found !== undefined) return found;
    const weight = usualWeight(event);
    known.set(event, weight);
    return weight;
  };
}

/** Returns the weight of an event that no setting names. */
function usualWeight(event: string): number {
  const word = plainWord(event);
  if (word === "" || VISITING.test(word)) return 1;
  if (Object.hasOwn(MORE, word)) return MORE[word];
  if (FORGIVING.test(word)) return WITHDRAWN;
  if (UNDOING.test(word)) return TAKEN_BACK;
  return REJECTING.test(word) ? REJECTION : 1;
}

/** Strips accents, spaces and punctuation: "Remove-From_Cart" ▶ "removefromcart". */
function plainWord(event: string): string {
  return withoutAccents(event.toLowerCase()).replace(/[\p{Z}\p{P}\p{Cc}$+<>=|~^`]/gu, "");
}

function withoutAccents(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC")
    .replaceAll("ı", "i").replaceAll("ł", "l");
}

function pattern(stems: string[]): RegExp {
  return new RegExp(withoutAccents(stems.join("|")), "u");
}
