import { CsvError } from "../csv_error.ts";
import { type Encoding, encodings } from "../dialect.ts";

/** Number of bytes examined; more take time without changing the result. */
const SAMPLED = 1 << 15;
/** Minimum number of non-ASCII bytes that are significant. */
export const LEAST_LETTERS = 6;
/** Minimum number of distinct words: a repeated word is no further evidence. */
const LEAST_DISTINCT = 3;

/** Encodings of the detector that `TextDecoder` knows by another name. */
const READ_AS: Record<string, Encoding> = {
  "cp932": "shift_jis",
  "cp949": "euc-kr",
  "big5-hkscs": "big5",
  "iso-8859-1": "windows-1252",
  "iso-8859-9": "windows-1254",
  "cp874": "windows-874",
  "tis-620": "windows-874",
  "macroman": "macintosh",
  "maccyrillic": "x-mac-cyrillic",
};

/** Minimum ratio of confidences for choosing another encoding than windows-1252. */
const MARGIN = 1.6;
/** Minimum confidence for a few letters. */
const LEAST_SHORT = 0.1;

/**
 * Detects the encoding of non-Unicode text: windows-1252, unless another encoding decodes it
 * differently, with clearly higher confidence and to plausible words. A few letters are refused if
 * they are hardly western and no encoding is clearly likelier than the others.
 * @throws {CsvError} `not_csv` if no encoding decodes it to plausible words.
 */
export async function detectAlphabet(head: Uint8Array): Promise<Encoding> {
  const letters = beyondAscii(head);
  const beyond = letters.filter((byte) => byte >= 0x80);
  const read = (encoding: Encoding) => new TextDecoder(encoding).decode(letters);
  const asWestern = read("windows-1252");
  if (isLatin9(beyond, asWestern)) return "iso-8859-15";
  const isShort = beyond.length < LEAST_LETTERS;
  if (isShort && !isForeign(asWestern)) return "windows-1252";
  if (!isShort && new Set(beyond).size < LEAST_DISTINCT) {
    if (areInWords([DASHED], asWestern)) throw unknownAlphabet();
    return "windows-1252";
  }
  // Loaded on demand: it is large and few files need it.
  const { chardet } = await import("jschardet");
  const options = { includeEncodings: CANDIDATES, ignoreThreshold: true };
  const results = chardet.detectAll(letters, options).flatMap(({ encoding, confidence }) => {
    const name = encoding?.toLowerCase() ?? "";
    const found = READ_AS[name] ?? encodings.find((known) => known === name);
    return found ? [{ found, confidence }] : [];
  });
  const western = results.find(({ found }) => found === "windows-1252")?.confidence ?? 0;
  const decoded = results.map((result) => ({ ...result, text: read(result.found) }));
  const end = decoded.findIndex(({ text }) => text === asWestern);
  const likely = decoded.slice(0, end < 0 ? undefined : end)
    .filter(({ found, text }) => isPlausible(text, found));
  const [best] = likely;
  if (isShort) {
    const next = likely.find(({ text }) => text !== best.text)?.confidence ?? 0;
    if (best && best.confidence >= Math.max(LEAST_SHORT, MARGIN * next)) return best.found;
    throw unknownAlphabet();
  }
  if (best && best.confidence >= MARGIN * western) return best.found;
  if (areInWords(ODD, asWestern)) throw unknownAlphabet();
  return "windows-1252";
}

/**
 * Whether western text is ISO 8859-15: it has the sign of currencies where a price has that of the
 * euro, or a fraction within a word as in `c½ur`, and none of the bytes that only windows-1252 uses.
 */
function isLatin9(beyond: Uint8Array, asWestern: string): boolean {
  const shows = /\d ?¤(?=[\s,;"]|$)|(?<=[\s,;"]|^)¤ ?\d|\p{Ll}½\p{Ll}/mu.test(asWestern);
  return shows && beyond.every((byte) => byte >= 0xa0) &&
    !areInWords(ODD, asWestern.replaceAll("¤", "€").replaceAll("½", "œ"));
}

/** Returns the error for text whose encoding cannot be determined. */
export function unknownAlphabet(): CsvError {
  return new CsvError(
    "not_csv",
    "The file is not UTF-8, and its encoding was not recognised: save it as UTF-8, or choose its " +
      "encoding.",
  );
}

/** Spanish words with the bytes of ó and ñ in macintosh: `canci—n`, `ma–ana`. */
const DASHED = /\p{Ll}—n(?!\p{L})|[aeiou]–[aeiou]/u;

/** Signs, control characters and capitals of windows-1252 where no word has them. */
const ODD = [
  /\p{L}[\x80-\x9f‚„†‡ˆ‰‹›˜”\xa1-\xa9\xac\xaf-\xb3\xb5\xb6\xb8\xb9\xbc-\xbf×÷]\p{L}/u,
  /\p{L}[‚„†‡ˆ˜¤¦§¨¬¯¸ƒ]|[†‡ˆ˜¤¦¨¬¯¸ƒ]\p{L}/u,
  /\p{Ll}\p{Lu}|[A-Z][ŠŸŽŒ][a-z]/u,
  DASHED,
];

/** Same, as far as a single word suffices. */
const FOREIGN = [ODD[0], ODD[1], /\p{Ll}[ŠŸŽŒ]|[A-Z][ŠŸŽŒ][a-z]|(?<!\p{L})™\p{L}/u, DASHED];
/** A word without an ASCII letter. */
const ALL_BEYOND = /(?<![\p{L}\p{M}])[^\p{ASCII}\P{L}]{4,}(?![\p{L}\p{M}])/u;

/** Whether a few words are hardly western. */
function isForeign(asWestern: string): boolean {
  return areInWords(FOREIGN, asWestern) || ALL_BEYOND.test(asWestern);
}

/** Whether many of the words with characters beyond ASCII match one of the patterns. */
function areInWords(patterns: readonly RegExp[], text: string): boolean {
  const words = text.split(/(?![a-z'])\p{ASCII}/iu)
    .filter((word) => /[^\p{ASCII}]/u.test(word));
  return 4 * words.filter((word) => patterns.some((pattern) => pattern.test(word))).length >
    words.length;
}

/**
 * Whether everything decodes and words do not switch to capitals or to another alphabet inside, as
 * they do in a wrong encoding.
 */
function isPlausible(text: string, encoding: Encoding): boolean {
  if (text.includes("\ufffd") && !isCutOff(text)) return false;
  // Chinese decodes as Korean, too, but to few of its letters.
  if (encoding === "euc-kr" && count(text, HANGUL) <= count(text, IDEOGRAPH)) return false;
  // From the start of a run of letters: tried from each of its letters, it takes quadratic time.
  const words = text.match(/(?<![^\W\d_])[^\W\d_]*[^\p{ASCII}\P{L}]\p{L}*/gu) ?? [];
  const odd = words.filter((word) => /\p{Ll}\p{Lu}/u.test(word) || MIXED.test(word)).length;
  return odd * 4 <= words.length;
}

/** A Latin letter next to one of another alphabet. */
const MIXED =
  /[a-z][\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}]|[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}][a-z]/iu;

const [HANGUL, IDEOGRAPH] = [/\p{Script=Hangul}/gu, /\p{Script=Han}/gu];

function count(text: string, kind: RegExp): number {
  return text.match(kind)?.length ?? 0;
}

const CANDIDATES = [
  ...encodings.filter((encoding) => !encoding.startsWith("utf-")),
  ...Object.keys(READ_AS),
];

/** Returns the lines with non-ASCII bytes, up to `SAMPLED` bytes. */
function beyondAscii(head: Uint8Array): Uint8Array {
  const lines = new Uint8Array(Math.min(SAMPLED, head.length));
  let length = 0;
  for (let start = 0; start < head.length && length < lines.length;) {
    const feed = head.indexOf(0x0a, start);
    const end = feed < 0 ? head.length : feed + 1;
    const line = head.subarray(start, end);
    if (line.some((byte) => byte >= 0x80)) {
      const part = line.subarray(0, lines.length - length);
      lines.set(part, length);
      length += part.length;
    }
    start = end;
  }
  return lines.subarray(0, length);
}

/** Whether only the last character is undecodable, since the lines were truncated there. */
function isCutOff(text: string): boolean {
  return text.indexOf("\ufffd") >= text.length - 2;
}
