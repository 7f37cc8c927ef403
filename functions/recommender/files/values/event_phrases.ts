/** Phrases in event names, matched at word boundaries. */
import { withoutMarks } from "../../text/marks.ts";

/**
 * Returns a function that returns whether one of the phrases occurs in an event's words, which
 * follow each other. `a/b` is either word, `a*` any word that begins so.
 */
export function phrases(list: readonly string[]): (words: readonly string[]) => boolean {
  const known = list.map((phrase) =>
    phrase.split(" ").map((part) => {
      const either = part.split("/").map(wordPattern).join("|");
      return new RegExp(`^(?:${either})$`, "u");
    })
  );
  return (words) =>
    known.some((parts) =>
      words.some((_, start) => parts.every((part, i) => part.test(words[start + i] ?? "")))
    );
}

function wordPattern(word: string): string {
  const plain = withoutAccents(word);
  return plain.endsWith("*") ? `${plain.slice(0, -1)}.*` : plain;
}

/** Splits an event into words in lower case, without accents: "Don't-Play" ▶ "dont", "play". */
export function eventWords(event: string): string[] {
  return withoutAccents(event.toLowerCase()).replace(/['’]/gu, "")
    .split(/[\p{Z}\p{P}\p{Cc}$+<>=|~^`]+/u).filter((word) => word !== "");
}

/** Returns a text without its accents, so that "gefällt" is "gefallt". */
export function withoutAccents(text: string): string {
  return withoutMarks(text).normalize("NFC")
    .replaceAll("ı", "i").replaceAll("ł", "l");
}
