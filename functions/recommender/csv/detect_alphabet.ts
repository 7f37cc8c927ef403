import { type Encoding, encodings } from "./dialect.ts";

/** Number of bytes examined; more cost time and change nothing. */
const SAMPLED = 1 << 15;
/** Least number of non-ASCII bytes that are significant. */
const LEAST = 6;

/** Encodings of the detector that `TextDecoder` knows by another name. */
const READ_AS: Record<string, Encoding> = {
  "cp932": "shift_jis",
  "cp949": "euc-kr",
  "big5-hkscs": "big5",
  "iso-8859-1": "windows-1252",
  "iso-8859-9": "windows-1254",
  "cp874": "windows-874",
  "tis-620": "windows-874",
};

/** Least ratio of confidences for choosing another encoding than windows-1252. */
const MARGIN = 1.6;

/**
 * Detects the encoding of non-Unicode text: windows-1252, unless another encoding decodes it
 * differently, with clearly higher confidence and to plausible words.
 */
export async function detectAlphabet(head: Uint8Array): Promise<Encoding> {
  const letters = beyondAscii(head);
  if (letters.filter((byte) => byte >= 0x80).length < LEAST) return "windows-1252";
  // Loaded on demand: it is large and few files need it.
  const { chardet } = await import("jschardet");
  const options = { includeEncodings: CANDIDATES, ignoreThreshold: true };
  const read = (encoding: Encoding) => new TextDecoder(encoding).decode(letters);
  const results = chardet.detectAll(letters, options).flatMap(({ encoding, confidence }) => {
    const name = encoding?.toLowerCase() ?? "";
    const found = READ_AS[name] ?? encodings.find((known) => known === name);
    return found ? [{ found, confidence }] : [];
  });
  const western = results.find(({ found }) => found === "windows-1252")?.confidence ?? 0;
  const asWestern = read("windows-1252");
  for (const { found, confidence } of results) {
    if (found === "windows-1252" || confidence < MARGIN * western) break;
    const text = read(found);
    if (text === asWestern) break;
    if (isPlausible(text)) return found;
  }
  return "windows-1252";
}

/**
 * Whether everything decodes and words do not switch to capitals inside, as they do in a wrong
 * encoding.
 */
function isPlausible(text: string): boolean {
  if (text.includes("\ufffd") && !isCutOff(text)) return false;
  const words = text.match(/[^\W\d_]*[^\p{ASCII}\P{L}]\p{L}*/gu) ?? [];
  const odd = words.filter((word) => /\p{Ll}\p{Lu}/u.test(word)).length;
  return odd * 4 <= words.length;
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
