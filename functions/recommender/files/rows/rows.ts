import { literalOf } from "../values/literal.ts";
import { isSum, isTotal } from "../values/totals.ts";
import { longestId, longestTitle, tooLong } from "../limits.ts";
import type { ContentMapping, InteractionMapping } from "../mapping.ts";
import type { CsvRecord } from "../records.ts";
import { parseId, parseText } from "../values/blank_words.ts";
import { type ColumnForms, PLAIN_FORMS } from "../columns/column_forms.ts";
import { type IdSpelling, withoutFraction } from "../values/float_ids.ts";
import { htmlText } from "../values/html_text.ts";
import { type NumberForm, parseNumber } from "../values/numbers.ts";
import { RATING_WORDS } from "../values/rating_words.ts";
import { interactionPlaces, placeOf } from "../columns/places.ts";
import { plainNumber, plainTime } from "../values/plain_values.ts";
import { reasonOfNumber } from "../values/number_words.ts";
import { reasonOfTime } from "../values/time_words.ts";
import { fromDays, parseTime, type TimeForm } from "../values/times.ts";

/** A rejected row with the reason. */
export interface Rejection {
  line: number;
  reason: string;
}

export interface ContentRow {
  /** The title if the row has no id. */
  id: string;
  /** Whether the file has no ids: then rows with the same title are the same item. */
  isByTitle: boolean;
  /** The id if the row has no title. */
  title: string;
  /** Texts of all columns of the file. */
  cells: string[];
}

export interface InteractionRow {
  user: string;
  /** Empty if the row identifies its item only by title. */
  item: string;
  title: string;
  /** Null if blank or not mapped. */
  rating: number | null;
  /** Seconds since 1970; null if blank or not mapped. */
  time: number | null;
  /** Lower case; empty if blank or not mapped. */
  event: string;
}

/**
 * Returns a function that reads or rejects rows of a content file; a row needs an id or a title.
 * The function throws a CsvError if one exceeds limits.ts.
 */
export function contentRows(
  mapping: ContentMapping,
  columns: readonly string[],
  { html, spelling }: ColumnForms = PLAIN_FORMS,
): (record: CsvRecord) => ContentRow | Rejection {
  const [id, title] = [mapping.item_id, mapping.item_title].map((name) => placeOf(name, columns));
  return ({ line, cells, fault }) => {
    if (fault) return { line, reason: fault };
    const ownId = idIn(cells, id, spelling.item);
    const ownTitle = text(cells, title);
    checkNames({ item: ownId, title: ownTitle }, line);
    const shownTitle = html.includes(title) ? parseText(htmlText(ownTitle)) : ownTitle;
    if (ownId === "" && shownTitle === "") return { line, reason: "the row has no item" };
    if (broken(ownId || shownTitle)) return { line, reason: undecodable("item") };
    return {
      id: ownId || shownTitle,
      isByTitle: id < 0,
      title: shownTitle || ownId,
      cells: cells.map((cell, place) =>
        html.includes(place) ? parseText(htmlText(cell)) : parseText(cell)
      ),
    };
  };
}

/**
 * Returns a function that reads or rejects rows of an interaction file; a row needs a user, an item
 * and valid values. The function throws a CsvError if an id or title exceeds limits.ts.
 */
export function interactionRows(
  mapping: InteractionMapping,
  columns: readonly string[],
  { rating, missing, turned, time: times, html, spelling }: ColumnForms = PLAIN_FORMS,
): (record: CsvRecord) => InteractionRow | Rejection {
  const at = interactionPlaces(mapping, columns);
  return ({ line, cells, fault }) => {
    if (fault) return { line, reason: fault };
    const user = idIn(cells, at.user, spelling.user);
    const item = idIn(cells, at.item, spelling.item);
    const written = text(cells, at.title);
    checkNames({ user, item, title: written }, line);
    const title = html.includes(at.title) ? parseText(htmlText(written)) : written;
    if (user === "") return { line, reason: "the row has no user" };
    if (item === "" && title === "") return { line, reason: "the row has no item" };
    if (isSeveral(item || title) || isSeveral(user)) {
      const who = isSeveral(item || title) ? "item" : "user";
      return { line, reason: `the ${who} is a list or an object: write a row for each` };
    }
    if (isTotal(user) || isSum(item)) {
      return { line, reason: "the row is a total or an average of others" };
    }
    if (broken(user)) return { line, reason: undecodable("user") };
    if (broken(item || title)) return { line, reason: undecodable("item") };
    const given = at.rating < 0 ? null : ratingIn(cells[at.rating], rating);
    const kept = missing.codes.includes(given ?? NaN) ? null : given;
    const rated = kept === null || !turned ? kept : turned.sum + turned.times * kept;
    // Ratings are stored as float32, in which a number beyond 3.4e38 is infinite.
    if (rated !== null && !Number.isFinite(Math.fround(rated))) {
      const reason = reasonOfNumber(cells[at.rating], rating);
      return { line, reason: `the rating "${shown(cells[at.rating], user)}" ${reason}` };
    }
    const read = at.time < 0 ? null : timeIn(cells[at.time], times);
    const time = times.isZeroNone && (read === 0 || read === -1) ? null : read;
    if (time !== null && !Number.isFinite(time)) {
      const reason = reasonOfTime(cells[at.time], times);
      return { line, reason: `the timestamp "${shown(cells[at.time], user)}" ${reason}` };
    }
    return { user, item, title, rating: rated, time, event: text(cells, at.event).toLowerCase() };
  };
}

/** Parses a rating: a number, or a word of the kind that the column has. */
function ratingIn(cell: string, form: ColumnForms["rating"]): number | null {
  const number = numberIn(cell, form);
  return form.words && Number.isNaN(number) ? RATING_WORDS[form.words](cell) : number;
}

/** `parseNumber`, about ten times faster for plain cells, which are the most frequent. */
function numberIn(cell: string, form: NumberForm): number | null {
  const number = form.decimal === "," ? NaN : plainNumber(cell, 0, cell.length);
  return Number.isNaN(number) ? parseNumber(cell, form) : number;
}

/** `parseTime`, likewise. */
function timeIn(cell: string, form: TimeForm): number | null {
  const time = plainTime(cell, 0, cell.length);
  return Number.isNaN(time) ? parseTime(cell, form) : fromDays(time, form);
}

/** Whether the row was rejected. */
export function isRejection(row: object): row is Rejection {
  return "reason" in row;
}

/** Returns the feature columns as a list. */
export function featureColumns(mapping: ContentMapping): string[] {
  const { feature_col = [] } = mapping;
  return Array.isArray(feature_col) ? feature_col : [feature_col];
}

function idIn(cells: string[], at: number, spelling: IdSpelling): string {
  const id = at < 0 ? "" : parseId(cells[at]);
  return spelling === "joined" ? withoutFraction(id) : id;
}

function text(cells: string[], at: number): string {
  return at < 0 ? "" : parseText(cells[at]);
}

/** @throws {CsvError} `too_large` */
function checkNames(
  { user = "", item, title }: Record<"item" | "title", string> & { user?: string },
  line: number,
): void {
  if (user.length > longestId) {
    throw tooLong("a user id", { line, length: user.length, most: longestId });
  }
  if (item.length > longestId) {
    throw tooLong("an item id", { line, length: item.length, most: longestId });
  }
  if (title.length > longestTitle) {
    throw tooLong("a title", { line, length: title.length, most: longestTitle });
  }
}

/** Quotes a cell in a reason, unless it contains the user's id: reasons are not stored per user. */
function shown(cell: string, user: string): string {
  return cell.includes(user) ? "…" : cell.slice(0, 40);
}

/** Whether an id is a list of several values, or an object, of JSON or Python. */
function isSeveral(id: string): boolean {
  if (!/^(\[.*\]|\{.*\})$/s.test(id)) return false;
  const literal = literalOf(id);
  if (literal === undefined || typeof literal === "string") return false;
  if (!Array.isArray(literal)) return true;
  return literal.length > 1 || literal.length === 1 && /^\[\s*[\[{"']/.test(id);
}

/**
 * Whether an id has a replacement character: it could stand for many ids, so using it would merge
 * different users or items.
 */
function broken(id: string): boolean {
  return id.includes("\ufffd");
}

function undecodable(what: string): string {
  return `the ${what} has bytes that do not fit the file's encoding`;
}
