/** A table's strings in texts, folded for search: scanned at once instead of string by string. */
import { stringAt, stringCount, type StringTable } from "./string_table.ts";
import type { Steps } from "./steps.ts";
import { COST } from "./work.ts";

/** Some of a table's strings, folded, one after the other, each followed by `SEPARATOR`. */
export interface FoldedText {
  text: string;
  /** The table's index of its first string. */
  first: number;
  /** Length n + 1: string `first + i` is `text.slice(starts[i], starts[i + 1] - 1)`. */
  starts: Uint32Array;
}

/** Stands between strings; `fold` takes it out of them. */
const SEPARATOR = "\0";

/** A text is closed once it has so many strings or characters: folded, and searched, in a step. */
const TEXT_STRINGS = 8_192;
const TEXT_CHARACTERS = 256 * 1024;

const texts = new WeakMap<StringTable, FoldedText[]>();

/** The folded texts of a table, in its order: made at the first question, kept as long as the table. */
export function* foldedTexts(table: StringTable): Steps<FoldedText[]> {
  const made = texts.get(table) ?? [];
  texts.set(table, made);
  const count = stringCount(table);
  const next = () => made.length === 0 ? 0 : made.at(-1)!.first + made.at(-1)!.starts.length - 1;
  while (next() < count) {
    yield TEXT_STRINGS * COST.folded + TEXT_CHARACTERS * COST.foldedCharacter;
    // Another that waits for the same table may have made it meanwhile.
    if (next() < count) made.push(foldedFrom(table, next()));
  }
  return made;
}

function foldedFrom(table: StringTable, first: number): FoldedText {
  const end = Math.min(first + TEXT_STRINGS, stringCount(table));
  const parts: string[] = [];
  const starts = [0];
  for (let i = first; i < end && starts.at(-1)! < TEXT_CHARACTERS; i++) {
    const folded = fold(stringAt(table, i));
    parts.push(folded, SEPARATOR);
    starts.push(starts.at(-1)! + folded.length + 1);
  }
  return { text: parts.join(""), first, starts: Uint32Array.from(starts) };
}

/** Lower case without accents: "Amélie" and "amelie" are one. */
export function fold(string: string): string {
  const lower = string.toLowerCase().replaceAll(SEPARATOR, " ");
  return ASCII.test(lower) ? lower : lower.normalize("NFKD").replace(/\p{M}/gu, "");
}

const ASCII = /^[ -~]*$/;
