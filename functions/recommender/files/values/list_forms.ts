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
  { name: "prefixes", example: "[u'Drama', u'Crime']" },
  { name: "constructors", example: "frozenset({'Drama', 'Crime'})" },
  { name: "arrays", example: "array(['Drama', 'Crime'], dtype=object)" },
  { name: "vectors", example: 'c("Drama", "Crime")' },
  { name: "objects", example: "[{'id': 18, 'name': 'Drama'}, {'id': 80, 'name': 'Crime'}]" },
  { name: "Postgres", example: "{Drama,Crime}" },
  { name: "angles", example: "<Drama><Crime>" },
  { name: "hashtags", example: "#Drama #Crime" },
  { name: "quotes", example: '"Drama", "Crime"' },
  { name: "bars", example: "Drama|Crime" },
  { name: "semicolons", example: "Drama;Crime" },
  { name: "commas", example: "Drama, Crime" },
  { name: "slashes", example: "Drama/Crime" },
  { name: "carets", example: "Drama^Crime" },
  { name: "bullets", example: "Drama•Crime" },
  { name: "middle dots", example: "Drama · Crime" },
  { name: "tildes", example: "Drama~Crime" },
  { name: "backslashes", example: "Drama\\Crime" },
  { name: "enumeration commas", example: "Drama、Crime" },
  { name: "wide commas", example: "Drama，Crime" },
  { name: "wide semicolons", example: "Drama；Crime" },
  { name: "wide bars", example: "Drama｜Crime" },
];

/** Returns the members of a list in a cell; none if it is empty. */
export type ListReader = (cell: string) => string[];

/** List notation of a column. */
export interface ListNotation {
  /** Signs around lists or their members: brackets, `<a><b>` or `#a #b`, or quotes. */
  marks: "brackets" | "tags" | "quotes" | "none";
  /** Characters that each separate members of a list without marks. */
  separators: string;
  /** Text written between members. */
  joint: string;
  /** Whether members of lists without marks have quotes, which are left out. */
  isQuoted: boolean;
  /** Whether members that denote a missing value are left out. */
  omitsUnknown: boolean;
}

/** Reader and writer of a list notation. */
export interface ListForm {
  read: ListReader;
  /** Formats members so that `read` returns them. */
  write(members: string[]): string;
  /** Whether every list is enclosed in brackets, and so is unambiguous. */
  isNotation: boolean;
}

const NEARLY_ALL = 0.95;
const SEPARATED: ListNotation = {
  marks: "none",
  separators: "|,;",
  joint: "|",
  isQuoted: false,
  omitsUnknown: false,
};
/** Rarer separators, which separate members only where the column shows it (`showsMembers`). */
const RARE_SIGNS = ["/", "^", "•", "·", "~", "\\", "、", "，", "；", "｜", "\n"];
/** Keys for the name of an object, in order of precedence. */
const NAMES = ["name", "title", "label", "value", "text", "tag", "genre"];

/**
 * Returns the list notation of a column; by default members are separated by bars, commas and
 * semicolons.
 */
export function listFormOf(values: readonly string[]): ListForm {
  return listForm(listNotationOf(values));
}

/** Returns the list notation of a column as plain data. */
export function listNotationOf(values: readonly string[]): ListNotation {
  const filled = values.filter((value) => value.trim() !== "" && !isUnknown(value));
  const found = notationOf(filled);
  const { read, isNotation } = listForm(found);
  const hasLists = isNotation || filled.some((value) => read(value).length > 1);
  return hasLists ? { ...found, omitsUnknown: true } : found;
}

/** Returns the reader and writer of a notation. */
export function listForm(
  { marks, separators, joint, isQuoted, omitsUnknown }: ListNotation,
): ListForm {
  const pattern = separators.length === 1 ? separators : new RegExp(`[${separators}]`);
  const plain: ListReader = isQuoted
    ? (cell) => split(cell, pattern).map(unquoted).filter((member) => member !== "")
    : (cell) => split(cell, pattern);
  const marked = MARKED[marks];
  const read: ListReader = marked ? (cell) => marked(cell) ?? plain(cell) : plain;
  return {
    read: omitsUnknown ? (cell) => read(cell).filter((member) => !isUnknown(member)) : read,
    write: (members) => marked ? JSON.stringify(members) : members.join(joint),
    isNotation: marks === "brackets" || marks === "tags",
  };
}

/** Readers of marked lists, which return undefined for any other cell. */
const MARKED: { [Marks in ListNotation["marks"]]?: (cell: string) => string[] | undefined } = {
  brackets: bracketMembers,
  tags: (cell) => bracketMembers(cell) ?? markedMembers(cell),
  quotes: (cell) => bracketMembers(cell) ?? quotedMembers(cell),
};

function notationOf(filled: readonly string[]): ListNotation {
  const isNearlyAll = (count: number) => count > 0 && count >= NEARLY_ALL * filled.length;
  const notated = filled.filter((value) => bracketMembers(value) !== undefined).length;
  if (isNearlyAll(notated)) return { ...SEPARATED, marks: "brackets" };
  for (const [marks, members] of [["tags", markedMembers], ["quotes", quotedMembers]] as const) {
    const lists = filled.map(members);
    const found = lists.filter((members) => members !== undefined);
    if (!isNearlyAll(found.length) || found.every(({ length }) => length < 2)) continue;
    return { ...SEPARATED, marks };
  }
  return withQuotes(separatorOf(filled), filled);
}

/** Returns the notation of lists without marks. */
function separatorOf(filled: readonly string[]): ListNotation {
  if (areInvertedNames(filled)) return { ...SEPARATED, separators: "|;", joint: ";" };
  const sign = ["|", ";", ","].find((sign) => filled.some((value) => value.includes(sign)));
  if (sign) return { ...SEPARATED, joint: sign === "," ? ", " : sign };
  const rare = RARE_SIGNS.find((sign) => showsMembers(filled, sign));
  return rare ? { ...SEPARATED, separators: rare, joint: rare } : SEPARATED;
}

function split(cell: string, pattern: RegExp | string): string[] {
  return cell.split(pattern).map((piece) => piece.trim()).filter((piece) => piece !== "");
}

const INVERTED = /^\p{Lu}[^,;|\d]{0,40},\s\p{Lu}[^,;|\d]{0,40}$/u;
/** Minimum number of different names, and of different given names to them. */
const [FEWEST_NAMES, GIVEN_NAMES] = [8, 0.5];

/**
 * Whether cells have names with the surname first, `Mann, Thomas; King, Stephen`: all have one
 * comma, and what is before it is never behind it, as members of lists are.
 */
function areInvertedNames(filled: readonly string[]): boolean {
  const names = new Set<string>();
  for (const value of filled) {
    for (const part of split(value, /[|;]/)) {
      if (!INVERTED.test(part)) return false;
      names.add(part);
    }
  }
  const [surnames, given] = [0, 1].map((place) =>
    new Set([...names].map((name) => name.split(",")[place].trim()))
  );
  return names.size >= FEWEST_NAMES && given.size >= GIVEN_NAMES * names.size &&
    surnames.size >= GIVEN_NAMES * names.size && surnames.isDisjointFrom(given);
}

/** Words for "none is known" that are no members where other cells are lists. */
const UNKNOWN = new RegExp(
  "^[(\\[]?(?:" + [
    "(?:no|not|none)(?: \\p{L}+)? (?:listed|specified|available|known|applicable|given|assigned|set|data)",
    "no (?:genres?|tags?|categor(?:y|ies)|data|values?|info(?:rmation)?)",
    "unknown(?: genres?| categor(?:y|ies))?|unspecified|uncategori[sz]ed|untagged|n/d",
    "unbekannt|keine angaben?|inconnue?|non renseign(?:é|ée)|desconocid[oa]|sin especificar|desconhecid[oa]",
    "sconosciut[oa]|onbekend|okänd|nieznan[ye]|неизвестно|не указано|невідомо|bilinmiyor|未知|不明|미상",
  ].join("|") + ")[)\\]]?$",
  "iu",
);
const LONGEST_UNKNOWN = 32;

/** Returns whether a cell denotes a missing value: `Unknown`, `(no genres listed)`. */
function isUnknown(cell: string): boolean {
  return cell.length <= LONGEST_UNKNOWN && UNKNOWN.test(cell.trim());
}

const IN_QUOTES = /^(?:"(.*)"|'(.*)'|“(.*)”|«(.*)»)$/s;

/** Adds that members have quotes, if nearly all of them do. */
function withQuotes(found: ListNotation, filled: readonly string[]): ListNotation {
  const { read } = listForm(found);
  let [members, quoted] = [0, 0];
  for (const value of filled) {
    for (const member of read(value)) {
      members++;
      if (IN_QUOTES.test(member)) quoted++;
    }
  }
  return quoted === 0 || quoted < NEARLY_ALL * members ? found : { ...found, isQuoted: true };
}

function unquoted(member: string): string {
  const found = IN_QUOTES.exec(member);
  return found ? found.slice(1).find((text) => text !== undefined)!.trim() : member;
}

/**
 * Whether a sign separates members: then most members occur in several combinations, as in
 * Drama/Crime and Crime/War, unlike in Hip-Hop/Rap.
 */
function showsMembers(filled: readonly string[], sign: string): boolean {
  if (!filled.some((value) => value.includes(sign))) return false;
  if (filled.some((value) => value.includes("://"))) return false;
  const different = new Set(filled);
  const partners = new Map<string, number>();
  let separated = 0;
  for (const value of different) {
    const members = split(value, sign);
    if (members.length > 1) separated++;
    for (const member of members) partners.set(member, (partners.get(member) ?? 0) + 1);
  }
  const shared = [...partners.values()].filter((count) => count > 1).length;
  const named = [...partners.keys()].filter((member) => /\p{L}/u.test(member)).length;
  return separated > 1 && named === partners.size && 2 * shared >= partners.size;
}

/** Returns the members of `<a><b>` or `#a #b`; undefined for any other cell. */
function markedMembers(cell: string): string[] | undefined {
  const text = cell.trim();
  if (/^(?:<[^<>\s/][^<>]*>\s*)+$/.test(text)) return split(text, /[<>]+/);
  return /^#[^\s#,]+(?:[\s,]+#[^\s#,]+)*$/.test(text) ? split(text, /[#\s,]+/) : undefined;
}

/** Returns the members of `"a", "b"`, a list without brackets; undefined for any other cell. */
function quotedMembers(cell: string): string[] | undefined {
  const text = cell.trim();
  if (!/^(["']).*\1$/s.test(text)) return undefined;
  const members = literalOf(`[${text}]`);
  const isTexts = Array.isArray(members) && members.every((member) => typeof member === "string");
  return isTexts ? members.map((member) => member.trim()).filter((m) => !isBlank(m)) : undefined;
}

/** Constructors around lists: of Python, numpy, pandas, R and Scala. */
const CONSTRUCTOR =
  /^(?:(?:np\.)?array|frozenset|set|list|tuple|deque|Index|c|Array|List|Set|Seq|Vector|WrappedArray)\((.*)\)$/s;
/** Numbers that numpy writes with blanks between. */
const NUMBERS = /^-?[\d.]+(?:\s+-?[\d.]+)+$/;

/** Returns the members of a list in brackets, or undefined if the cell is not one. */
function bracketMembers(cell: string): string[] | undefined {
  const text = listText(cell.trim());
  if (!/^(\[.*\]|\{.*\}|\(\s*[uUbBrR]?['"].*\))$/s.test(text)) return undefined;
  const literal = literalOf(text);
  if (literal === undefined || typeof literal === "string") return undefined;
  if (!Array.isArray(literal)) {
    const name = nameOf(literal);
    return name === undefined ? undefined : [name];
  }
  return literal.flatMap((member) => memberOf(member)).filter((member) => !isBlank(member));
}

/** Returns the list in a constructor or in quotes, or the text itself. */
function listText(text: string): string {
  const inside = CONSTRUCTOR.exec(text)?.[1].trim();
  if (inside !== undefined) {
    const list = inside.replace(/,\s*(?:dtype|name|length|maxlen)=.*$/s, "");
    return /^[[{(]/.test(list) ? list : `[${list}]`;
  }
  if (!/^"\s*\[.*\]\s*"$/s.test(text)) return text;
  const literal = literalOf(text);
  return typeof literal === "string" ? literal.trim() : text;
}

function memberOf(member: Literal): string[] {
  if (typeof member === "string") {
    return NUMBERS.test(member) ? member.split(/\s+/) : [member.trim()];
  }
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
