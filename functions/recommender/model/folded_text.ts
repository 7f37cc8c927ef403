/** A table's strings in one text, folded for search: scanned at once instead of string by string. */
import { stringAt, stringCount, type StringTable } from "./string_table.ts";

/** Folded strings, one after the other, each followed by `SEPARATOR`. */
export interface FoldedText {
  text: string;
  /** Length n + 1: string i is `text.slice(starts[i], starts[i + 1] - 1)`. */
  starts: Uint32Array;
}

/** Stands between strings; `fold` takes it out of them. */
const SEPARATOR = "\0";

const texts = new WeakMap<StringTable, FoldedText>();

/** The folded text of a table: made at the first question, kept as long as the table. */
export function foldedText(table: StringTable): FoldedText {
  const known = texts.get(table);
  if (known) return known;
  const count = stringCount(table);
  const starts = new Uint32Array(count + 1);
  const parts: string[] = [];
  for (let i = 0; i < count; i++) {
    const folded = fold(stringAt(table, i));
    parts.push(folded, SEPARATOR);
    starts[i + 1] = starts[i] + folded.length + 1;
  }
  const made = { text: parts.join(""), starts };
  texts.set(table, made);
  return made;
}

/** Lower case without accents: "Amélie" and "amelie" are one. */
export function fold(string: string): string {
  const lower = string.toLowerCase().replaceAll(SEPARATOR, " ");
  return ASCII.test(lower) ? lower : lower.normalize("NFKD").replace(/\p{M}/gu, "");
}

const ASCII = /^[ -~]*$/;
