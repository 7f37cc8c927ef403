/**
 * Replaces `jschardet` in programs limited to 1 MB, as on Workers: it distinguishes fewer
 * languages, treats the others as western, and refuses text that may be of one of them.
 */
import { analyse } from "chardet";
import { unknownAlphabet } from "./detect_alphabet.ts";

/** Western letters whose bytes are frequent letters of Turkish and of the Baltic languages. */
const SHARED = /[þðýÞÐÝ]/g;
/** Maximum ratio of these to all letters beyond ASCII in text that is taken as western. */
const MOST_SHARED = 0.1;

export const chardet = {
  /**
   * Same interface as `jschardet`: likeliest encoding first.
   * @throws {CsvError} `not_csv` if the text is western, Turkish or Baltic but ambiguous.
   */
  detectAll(bytes: Uint8Array): { encoding: string; confidence: number }[] {
    const found = analyse(bytes).map(({ name, confidence }) => ({ encoding: name, confidence }));
    if (/^(ISO-8859-1|windows-1252)$/.test(found[0]?.encoding ?? "")) {
      const letters = new TextDecoder("windows-1252").decode(bytes).match(/[\u00c0-\uffff]/g) ?? [];
      const shared = letters.join("").match(SHARED)?.length ?? 0;
      if (shared > MOST_SHARED * letters.length) throw unknownAlphabet();
    }
    return found;
  },
};
