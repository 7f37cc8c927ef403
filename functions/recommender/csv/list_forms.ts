/** Lists in a single cell: detects a column's notation, and parses the members. */
import { isBlank } from "./blank_words.ts";
import { type Literal, literalOf } from "./literal.ts";

/** List notations; each example has the members Drama and Crime. */
export const LIST_NOTATIONS: readonly { name: string; example: string }[] = [
  { name: "JSON", example: '["Drama","Crime"]' },
  { name: "Python", example: "['Drama', 'Crime']" },
  { name: "numpy", example: "['Drama' 'Crime']" },
  { name: "tuples", example: "('Drama', 'Crime')" },
  { name: "sets", example: "{'Drama', 'Crime'}" },
  { name: "objects", example: "[{'id': 18, 'name': 'Drama'}, {'id': 80, 'name': 'Crime'}]" },
  { name: "Postgres", example: "{Drama,Crime}" },
  { name: "bars", example: "Drama|Crime" },
  { name: "semicolons", example: "Drama;Crime" },
  { name: "commas", example: "Drama, Crime" },
  { name: "slashes", example: "Drama/Crime" },
];

/** Returns the members of a list in a cell; none if it is empty. */
export type ListReader = (cell: string) => string[];

/** List notation of a column. */
export interface ListForm {
  read: ListReader;
  /** Formats members so that `read` returns them. */
  write(members: string[]): string;
  /** Whether every list is enclosed in brackets, and so is unambiguous. */
  isNotation: boolean;
}

const NEARLY_ALL = 0.95;
const SIGNS = /[|,;]/;
/** Keys for the name of an object, in order of precedence. */
const NAMES = ["name", "title", "label", "value", "text", "tag", "genre"];

/** Returns the list notation of a column; by default bars, commas and semicolons. */
export function listFormOf(values: readonly string[]): ListForm {
  const filled = values.filter((value) => value.trim() !== "");
  const notated = filled.filter((value) => notation(value) !== undefined).length;
  if (notated > 0 && notated >= NEARLY_ALL * filled.length) {
    const read = (cell: string) => notation(cell) ?? split(cell, SIGNS);
    return { read, write: (members) => JSON.stringify(members), isNotation: true };
  }
  if (showsSlashes(filled)) return separated("/", /\//);
  const sign = ["|", ";", ","].find((sign) => filled.some((value) => value.includes(sign)));
  return separated(sign === "," ? ", " : sign ?? "|", SIGNS);
}

function separated(sign: string, pattern: RegExp): ListForm {
  return {
    read: (cell) => split(cell, pattern),
    write: (members) => members.join(sign),
    isNotation: false,
  };
}

function split(cell: string, pattern: RegExp): string[] {
  return cell.split(pattern).map((piece) => piece.trim()).filter((piece) => piece !== "");
}

/**
 * Whether slashes separate members: then most members occur in several combinations, as in
 * Drama/Crime and Crime/War, unlike in Hip-Hop/Rap.
 */
function showsSlashes(filled: readonly string[]): boolean {
  if (filled.some((value) => SIGNS.test(value) || value.includes("://"))) return false;
  const different = new Set(filled);
  const partners = new Map<string, number>();
  let slashed = 0;
  for (const value of different) {
    const members = split(value, /\//);
    if (members.length > 1) slashed++;
    for (const member of members) partners.set(member, (partners.get(member) ?? 0) + 1);
  }
  const shared = [...partners.values()].filter((count) => count > 1).length;
  const named = [...partners.keys()].filter((member) => /\p{L}/u.test(member)).length;
  return slashed > 1 && named === partners.size && 2 * shared >= partners.size;
}

/** Returns the members of a list in brackets, or undefined if the cell is not one. */
function notation(cell: string): string[] | undefined {
  const text = cell.trim();
  if (!/^(\[.*\]|\{.*\}|\(\s*['"].*\))$/s.test(text)) return undefined;
  const literal = literalOf(text);
  if (literal === undefined || typeof literal === "string") return undefined;
  if (!Array.isArray(literal)) {
    const name = nameOf(literal);
    return name === undefined ? undefined : [name];
  }
  return literal.flatMap((member) => memberOf(member)).filter((member) => !isBlank(member));
}

function memberOf(member: Literal): string[] {
  if (typeof member === "string") return [member.trim()];
  if (Array.isArray(member)) return member.flatMap(memberOf);
  const name = nameOf(member);
  return name === undefined ? [] : [name];
}

function nameOf(object: ReadonlyMap<string, Literal>): string | undefined {
  const named = NAMES.map((name) => object.get(name)).find((value) => typeof value === "string");
  const other = [...object.values()].find((value) =>
    typeof value === "string" && !/^-?[\d.]+$/.test(value)
  );
  return (named ?? other) as string | undefined;
}
