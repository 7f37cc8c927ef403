/** Columns of a project's items, and their values as calls send them and as models have them. */
import type { Choices } from "../files/mapping.ts";
import { parseText } from "../files/values/blank_words.ts";
import { listFormOf } from "../files/values/list_forms.ts";
import { parseNumber, PLAIN_NUMBERS } from "../files/values/numbers.ts";
import { parseTime, PLAIN_TIMES } from "../files/values/times.ts";
import type { Cell } from "../model/changed_items.ts";
import type { Column, Manifest } from "../model/model.ts";
import { longestCell } from "../files/limits.ts";
import { RowFault } from "./row_fault.ts";

/** Kind of a column by name; null if it cannot be filtered by, so that its values are texts. */
export type ItemColumns = ReadonlyMap<string, Column["kind"] | null>;

/** Returns the columns of a version's items. */
export function itemColumns(
  { columns = [], unfilterable = [] }: Pick<Manifest, "columns" | "unfilterable">,
): ItemColumns {
  return new Map([
    ...columns.map(({ name, kind }) => [name, kind] as const),
    ...unfilterable.map(({ name }) => [name, null] as const),
  ]);
}

/** Maximum members of a list. */
const MOST_MEMBERS = 1_000;

/** Column of a value, for its reading and for errors. */
interface Place {
  name: string;
  kind: Column["kind"] | null;
  choices?: Choices;
}

/**
 * Reads a value as it is stored: numbers as such, dates as ISO 8601, a text or a list as texts, and
 * null for an empty one. A text is read as a cell of the column.
 * @throws {RowFault} if the column cannot have it.
 */
export function readCell(given: unknown, { name, kind, choices = {} }: Place): Cell {
  if (given === null) return null;
  const fault = (detail: string) => new RowFault("invalid_field", `"${name}" ${detail}`);
  if (Array.isArray(given)) {
    if (kind === "number" || kind === "date") {
      throw fault(`takes a ${kind}, and this is a list`);
    }
    if (given.length > MOST_MEMBERS) {
      throw new RowFault("too_long", `"${name}" takes at most ${MOST_MEMBERS} texts`);
    }
    const members = given.map((member) => {
      if (typeof member !== "string") throw fault("takes a list of texts");
      return parseText(text(member, name));
    }).filter((member) => member !== "");
    return members.length > 0 ? members : null;
  }
  if (typeof given === "boolean") return kind === "number" ? Number(given) : String(given);
  if (typeof given !== "string" && typeof given !== "number") {
    throw fault("takes a number, a text, true, false, null or a list of texts");
  }
  if (kind === "number") {
    const form = { ...PLAIN_NUMBERS, decimal: choices.decimal_sign ?? null };
    const number = typeof given === "number" ? given : parseNumber(text(given, name), form);
    if (number === null || Number.isFinite(number)) return number;
    throw fault(`takes numbers, and ${shown(given)} is none`);
  }
  if (kind === "date") {
    const form = { ...PLAIN_TIMES, order: choices.date_order ?? null };
    const seconds = parseTime(text(String(given), name), form);
    if (seconds === null) return null;
    const ms = Math.round(seconds * 1000);
    // As of Postgres and ISO 8601: up to the year 9999.
    if (Math.abs(ms) <= MOST_MS) return new Date(ms).toISOString();
    throw fault(`takes dates such as "1999-05-03", and ${shown(given)} is none`);
  }
  const cell = parseText(text(String(given), name));
  if (kind !== "list") return cell === "" ? null : cell;
  const members = listFormOf([cell]).read(cell);
  return members.length > 0 ? members : null;
}

const MOST_MS = 253_402_300_799_000;

/** Returns a stored value as a model has it: dates in seconds since 1970. */
export function modelCell(stored: Cell, kind: Column["kind"] | null): Cell {
  if (kind !== "date" || typeof stored !== "string") return stored;
  return Date.parse(stored) / 1000;
}

/** Returns a text that Postgres can store. @throws {RowFault} */
function text(given: string, name: string): string {
  if (given.length > longestCell) {
    throw new RowFault("too_long", `"${name}" takes at most ${longestCell} characters`);
  }
  if (given.includes("\0") || !given.isWellFormed()) {
    throw new RowFault("invalid_field", `"${name}" has characters that cannot be stored as text`);
  }
  return given;
}

function shown(given: string | number): string {
  return JSON.stringify(typeof given === "string" ? given.slice(0, 100) : given);
}
