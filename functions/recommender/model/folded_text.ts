/** Folds the strings of a table into long texts for search: one scan instead of one per string. */
import { stringAt, stringCount, type StringTable } from "./string_table.ts";
import { withoutMarks } from "../text/marks.ts";
import type { Steps } from "./steps.ts";
import { COST } from "./work.ts";

/** Consecutive strings of a table, folded and concatenated, each followed by `SEPARATOR`. */
export interface FoldedText {
  text: string;
  /** Index of its first string in the table. */
  first: number;
  /** Length n + 1: string `first + i` is `text.slice(starts[i], starts[i + 1] - 1)`. */
  starts: Uint32Array;
}

/** Separates strings; `fold` removes it from them. */
const SEPARATOR = "\0";

/** Size limits of one text in strings and characters: it is folded, and searched, in one step. */
const TEXT_STRINGS = 8_192;
const TEXT_CHARACTERS = 256 * 1024;

const texts = new WeakMap<StringTable, FoldedText[]>();
/** Tables by another that begins with the same strings. */
const beginnings = new WeakMap<StringTable, StringTable>();

/** Notes that a table begins with the strings of another, whose folded texts it then shares. */
export function beginsAs(table: StringTable, beginning: StringTable): void {
  if (table !== beginning) beginnings.set(table, beginning);
}

/** Returns the folded texts of a table in order; built on first use and cached with the table. */
export function* foldedTexts(table: StringTable): Steps<FoldedText[]> {
  const beginning = texts.has(table) ? undefined : beginnings.get(table);
  const shared = beginning ? yield* foldedTexts(beginning) : [];
  const built = texts.get(table) ?? [...shared];
  texts.set(table, built);
  const count = stringCount(table);
  const next = () => built.length === 0 ? 0 : built.at(-1)!.first + built.at(-1)!.starts.length - 1;
  while (next() < count) {
    yield TEXT_STRINGS * COST.folded + TEXT_CHARACTERS * COST.foldedCharacter;
    // Another caller may have built it meanwhile.
    if (next() < count) built.push(foldedFrom(table, next()));
  }
  return built;
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

/** Lower-cases and removes accents: "Amélie" and "amelie" are equal. */
export function fold(string: string): string {
  const lower = string.toLowerCase().replaceAll(SEPARATOR, " ");
  return ASCII.test(lower) ? lower : withoutMarks(lower);
}

const ASCII = /^[ -~]*$/;
