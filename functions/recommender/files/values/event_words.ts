/** Meanings of words for events, in several languages. */
import { eventWords, phrases, withoutAccents } from "./event_phrases.ts";

/** Statement of an event about its item. `withdrawn` cancels the user's earlier rows of the item. */
export type EventMeaning = "seen" | "liked" | "bought" | "rejected" | "taken back" | "withdrawn";

/** Events stronger than a view; words without accents, joined. */
const MORE: Readonly<Record<string, EventMeaning>> = {
  like: "liked",
  liked: "liked",
  love: "liked",
  thumbsup: "liked",
  upvote: "liked",
  gefallt: "liked",
  gefalltmir: "liked",
  meinteresa: "liked",
  megusta: "liked",
  favorite: "liked",
  favourite: "liked",
  wishlist: "liked",
  addtowishlist: "liked",
  cart: "liked",
  addtocart: "liked",
  addedtocart: "liked",
  buy: "bought",
  bought: "bought",
  purchase: "bought",
  purchased: "bought",
  order: "bought",
  transaction: "bought",
  // Segment's names.
  productadded: "liked",
  productaddedtowishlist: "liked",
  ordercompleted: "bought",
  // Also the live event that cancels all before it.
  retract: "withdrawn",
  retracted: "withdrawn",
};

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
  "不喜欢|不喜歡|不感兴趣|不感興趣|踩|隐藏|隱藏|屏蔽|封鎖|拉黑|跳过|跳過|低評価|嫌い|興味なし|興味がない|非表示|ブロック|スキップ",
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

/** Phrases for rejections, where parts of longer words would mislead. */
const isRejectingPhrase = phrases([
  "spam",
  "poor/terrible/awful/horrible/worst/boring/disagree*",
  "schlecht/mauvais/mauvaise/malo/pesimo/pessimo/cattivo/slecht/ruim/плохо/ужасно",
  "complain*",
  "disinterest*",
  "downrank*",
  "show/see/shows/seen fewer",
  "showfewer/seefewer",
  "no thanks/thank",
  "left swipe*",
  "leftswipe*",
  "swipe*/swiping left",
  "hasse/hassen/gehasst",
  "weggewischt/wegwischen",
  "reklamier*/reklamation*/reklamac*",
  "detest*/odio/odia/odiado",
  "signaler/signale/signalee",
  "descart*/scart*",
]);
const isRejectingAlone = phrases(["pass/passed/flag/flagged/bury/buried"]);

/** Phrases for undoing; see above. */
const isUndoingPhrase = phrases([
  "charge/charged back",
  "chargedback/clearcart/emptycart/dropfromcart",
  "clear/cleared/empty/emptied cart/basket/bag",
  "cart/basket/bag clear/cleared/empty/emptied/decrement*/decrease*",
  "drop/dropped from cart/basket/bag/wishlist",
  "take/taken/took out",
  "uninstall*/deinstall*",
  "return/returns request*",
  "rma",
  "exchange* request*",
  "abbestell*",
  "enlev*",
  "desabonn*",
  "borrado/borrada/borrar",
]);
const isUndoingAlone = phrases(["void/voided/exchange/exchanged"]);

/** Words that turn the meaning of the others around. */
const isNegation = phrases([
  "no/not/non/never/dont/didnt/doesnt/cannot",
  "nicht/kein/keine",
  "pas",
  "nao",
  "inte/ikke/niet",
]);
/** Words that a negation turns into a rejection: an opinion, or a wish for more of it. */
const isOpinion = phrases([
  "like*/love*/enjoy*/interest*/recommend*/relevant/helpful/suggest*/want*",
  "interes*/minteress*/intresser*",
  "gefall*/mag/mogen/empfehl*",
  "gusta*/gosto*/gostei/aime/plait",
]);
const isRequest = phrases(["dont/never show/play", "do not show/play"]);

/** A "no" in place of a word, where another row has "yes" or 1. */
const NOES: ReadonlySet<string> = new Set([
  "-1",
  "−1",
  "false",
  "nein",
  "non",
  "нет",
  "nao",
  "não",
]);

/** Objects that precede or follow the verb of an event name. */
const isObject = phrases([
  "item/product/article/song/track/album/artist/video/movie/film/book/game/app/post/user/content",
]);

/** Return visits do not undo anything: "return visit", "returning user". */
const VISITING = /^return(?:ing|ed)?(?:to)?(?:visit|view|user|customer|session|page)/;

/** Words for events by which a user viewed or used an item. */
const PLAIN = new RegExp(
  "^(?:(?:page|item|product|detail|content|video|track|song)*(?:view|click|impression|visit|open|play" +
    "|watch|listen|read|stream|download|detail|consum|display|show|browse|search|see|saw|tap|select)" +
    "(?:s|ed|e|ing|er|up|through|item|page|product|detail|content|video|track|list)*|pv|yes|true|1|x" +
    "|rat(?:e|ed|ing)|review(?:ed)?|shar(?:e|ed)|sav(?:e|ed)|bookmark(?:ed)?|follow(?:ed)?|checkout" +
    "|subscribe[d]?|rent(?:ed)?|borrow(?:ed)?|complete[d]?|finish(?:ed)?|start(?:ed)?)$",
);

/** Returns whether an event in lower case is a known word for seeing or using an item. */
export function isPlainEvent(event: string): boolean {
  const word = eventWords(event).join("");
  return PLAIN.test(word) || VISITING.test(word);
}

/** Returns the meaning of an event in lower case; "seen" for any other word, or none. */
export function eventMeaning(event: string): EventMeaning {
  if (NOES.has(event.trim())) return "rejected";
  const words = eventWords(event);
  const word = words.join("");
  if (word === "" || VISITING.test(word)) return "seen";
  if (Object.hasOwn(MORE, word)) return MORE[word];
  const others = words.filter((one) => !isNegation([one]));
  if (others.length > 0 && others.length < words.length) {
    const negated = negatedMeaning(words, others);
    if (negated !== undefined) return negated;
  }
  if (FORGIVING.test(word) || isForgiving(words)) return "withdrawn";
  const action = words.filter((one) => !isObject([one]));
  if (FORGIVING.test(action.join(""))) return "withdrawn";
  const meaning = plainMeaning(words);
  return meaning === "seen" ? plainMeaning(action) : meaning;
}

/** Returns the meaning of words without a negation, or with one that belongs to them. */
function plainMeaning(words: readonly string[]): EventMeaning {
  const word = words.join("");
  const isAlone = words.length === 1;
  if (UNDOING.test(word) || isUndoingPhrase(words) || (isAlone && isUndoingAlone(words))) {
    return "taken back";
  }
  if (REJECTING.test(word) || isRejectingPhrase(words) || (isAlone && isRejectingAlone(words))) {
    return "rejected";
  }
  return "seen";
}

/**
 * Returns the meaning of negated words: seen for a removal or return, withdrawn for a rejection, and
 * rejected for an opinion; undefined for other words.
 */
function negatedMeaning(
  words: readonly string[],
  others: readonly string[],
): EventMeaning | undefined {
  if (isOpinion(others) || isRequest(words)) {
    return others.some((word) => plainMeaning([word]) === "taken back") ? "withdrawn" : "rejected";
  }
  const meaning = plainMeaning(others);
  if (meaning === "taken back") return "seen";
  return meaning === "rejected" ? "withdrawn" : undefined;
}

/** Returns whether one word undoes what another rejects: "remove dislike", "hide undo". */
function isForgiving(words: readonly string[]): boolean {
  const meanings = words.map((word) => plainMeaning([word]));
  return meanings.includes("taken back") && meanings.includes("rejected");
}

function pattern(stems: string[]): RegExp {
  return new RegExp(withoutAccents(stems.join("|")), "u");
}
