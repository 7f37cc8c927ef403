/** Validates events as they are sent, each by itself: a malformed one never fails the others. */
import { parseId } from "../files/values/blank_words.ts";
import { parseTime } from "../files/values/times.ts";
import { eventType, LONGEST_TYPE } from "../model/history/event_types.ts";
import { visibleId } from "../text/visible.ts";
import type { NewEvent } from "./live_events.ts";
import { readProducts } from "./products.ts";
import { ROW_FAULTS, RowFault } from "./row_fault.ts";

/** How rows of a call are read. */
export interface EventRules {
  /** Time of the call, in ms since 1970. */
  receivedAt: number;
  /** Time of the call by the sender's clock; null if it was not sent. */
  sentAt: number | null;
  /** Whether a page sent them: its past is limited to 7 days. */
  fromPage: boolean;
}

/** A valid event with the index of its row. */
export type ReadEvent = Omit<NewEvent, "known"> & {
  index: number;
  /** Id of the list of recommendations that it followed, as sent. */
  recommendationId: string | null;
};

/** A row that was not accepted. */
export interface RejectedRow {
  index: number;
  code: typeof ROW_FAULTS[number];
  detail: string;
  /** Type and item as sent, if they are texts; for the owner's view of rejected rows. */
  type: string | null;
  itemId: string | null;
}

/** The rows of a call. A row of several products has several events. */
export interface ReadEvents {
  events: ReadEvent[];
  rejected: RejectedRow[];
  /** Number of events whose time was moved into the accepted range. */
  moved: number;
}

/** Members of a row. */
const MEMBERS: ReadonlySet<string> = new Set([
  ...["id", "type", "item_id", "products", "items", "at", "value"],
  ...["recommendation_id", "position", "placement"],
]);

const DAY = 86_400_000;
/** Past that a page's event may have, in ms. */
const PAGE_PAST = 7 * DAY;
/** Earliest time of a server's event: no shop is older, and 1970 is a clock that was not set. */
const EARLIEST = Date.UTC(1990, 0, 1);
/** Future that counts as a fast clock, in ms; later times are rejected. */
const FAST = DAY;

/** Maximum lengths: ids in UTF-8 bytes, as an index of Postgres holds them; others in characters. */
export const MOST_ID_BYTES = 1_000;
const MOST_EVENT_ID = 100;
const MOST_RECOMMENDATION_ID = 512;
const MOST_PLACEMENT = 64;
const MOST_POSITION = 10_000;
/** Maximum amount of a value, also of a product: sums of them stay finite. */
const MOST_VALUE = 1e12;

const utf8 = new TextEncoder();

/** Reads the rows of a call. */
export function readEvents(rows: readonly unknown[], rules: EventRules): ReadEvents {
  const read: ReadEvents = { events: [], rejected: [], moved: 0 };
  rows.forEach((row, index) => {
    try {
      const { events, isMoved } = readRow(row, rules);
      for (const event of events) read.events.push({ index, ...event });
      if (isMoved) read.moved += events.length;
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      read.rejected.push({ index, code: error.code, detail: error.message, ...shownOf(row) });
    }
  });
  return read;
}

function readRow(
  given: unknown,
  rules: EventRules,
): { events: Omit<ReadEvent, "index">[]; isMoved: boolean } {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new RowFault("malformed", "An event must be an object");
  }
  const row = given as Record<string, unknown>;
  for (const name of Object.keys(row)) {
    if (!MEMBERS.has(name)) throw RowFault.unknownField(name, MEMBERS);
  }
  const id = optionalText("id", row.id, MOST_EVENT_ID);
  const type = typeOf(row.type);
  const { at, isMoved } = timeOf(row.at, rules);
  const shared = {
    type,
    at,
    recommendationId: optionalText(
      "recommendation_id",
      row.recommendation_id,
      MOST_RECOMMENDATION_ID,
    ),
    position: positionOf(row.position),
    placement: optionalText("placement", row.placement, MOST_PLACEMENT),
  };
  const list = row.products != null ? "products" : row.items != null ? "items" : undefined;
  if (list === undefined) {
    const value = valueOf(row.value, type);
    return { events: [{ id, itemId: itemIdOf(row.item_id), value, ...shared }], isMoved };
  }
  if (row.item_id != null) {
    throw new RowFault("invalid_field", `item_id and ${list} exclude each other`);
  }
  if (row.products != null && row.items != null) {
    throw new RowFault("invalid_field", "products and items exclude each other");
  }
  amountOf(row.value);
  const events = readProducts(list, row[list]).map((product, n) => ({
    ...shared,
    id: id && `${id}#${n}`,
    itemId: itemIdOf(product.itemId),
    value: valueOf(product.value, type),
  }));
  return { events, isMoved };
}

function typeOf(given: unknown): string {
  if (given === undefined || given === null || given === "") {
    throw new RowFault("missing_field", "type must be given, such as view, cart or purchase");
  }
  const type = eventType(text("type", given, LONGEST_TYPE));
  if (visibleId(type) === "") throw new RowFault("missing_field", "type must not be empty");
  return type;
}

/** Returns an item's id as files have it. @throws {RowFault} */
function itemIdOf(given: unknown): string {
  if (given === undefined || given === null) {
    throw new RowFault("missing_field", "item_id must be given");
  }
  const isNumber = typeof given === "number" && Number.isFinite(given);
  const id = parseId(isNumber ? String(given) : text("item_id", given, MOST_ID_BYTES));
  if (id === "") {
    throw new RowFault(
      "invalid_field",
      "item_id must not be empty or a word for a missing value",
    );
  }
  if (id.length * 3 > MOST_ID_BYTES && utf8.encode(id).length > MOST_ID_BYTES) {
    throw new RowFault("too_long", `item_id must have at most ${MOST_ID_BYTES} bytes`);
  }
  return id;
}

function valueOf(given: unknown, type: string): number | null {
  const value = amountOf(given);
  if (value !== null || type !== "rating") return value;
  throw new RowFault("missing_field", "value must be given: a rating is its value");
}

function amountOf(given: unknown): number | null {
  if (given === undefined || given === null) return null;
  if (typeof given === "number" && Math.abs(given) <= MOST_VALUE) return given;
  throw new RowFault("invalid_field", "value must be a number, and at most 1e12");
}

function positionOf(given: unknown): number | null {
  if (given === undefined || given === null) return null;
  if (Number.isInteger(given) && (given as number) >= 0 && (given as number) <= MOST_POSITION) {
    return given as number;
  }
  throw new RowFault("invalid_field", `position must be a whole number from 0 to ${MOST_POSITION}`);
}

/**
 * Returns the time of an event in ms since 1970, moved by the difference of the clocks, and into
 * the accepted range. @throws {RowFault} if it is not a time, or a server's is far out of range.
 */
function timeOf(
  given: unknown,
  { receivedAt, sentAt, fromPage }: EventRules,
): { at: number; isMoved: boolean } {
  const sent = sentTime(given);
  if (sent === null) return { at: receivedAt, isMoved: false };
  const at = sentAt === null ? sent : sent + receivedAt - sentAt;
  if (!fromPage && (at < EARLIEST || at > receivedAt + FAST)) {
    throw new RowFault(
      "time_out_of_range",
      "at must lie between 1990 and now; check the clock, and send sent_at",
    );
  }
  const earliest = fromPage ? receivedAt - PAGE_PAST : EARLIEST;
  const accepted = Math.min(receivedAt, Math.max(earliest, at));
  // A difference of a minute is how clocks are.
  return { at: accepted, isMoved: Math.abs(accepted - at) > 60_000 };
}

/**
 * Returns a time in ms since 1970 from a number of seconds or milliseconds, or ISO 8601; null if it
 * is missing. @throws {RowFault} if it is not a time.
 */
export function sentTime(given: unknown, name = "at"): number | null {
  if (given === undefined || given === null || given === "") return null;
  const isTime = typeof given === "number" || (typeof given === "string" && given.length <= 64);
  const seconds = isTime ? parseTime(String(given)) : NaN;
  if (seconds === null) return null;
  const ms = Math.round(seconds * 1000);
  // As of Postgres: up to the year 9999, as ISO 8601.
  if (Math.abs(ms) <= 253_402_300_799_000) return ms;
  throw new RowFault(
    "invalid_field",
    `${name} must be ISO 8601, or seconds or milliseconds since 1970`,
  );
}

function optionalText(name: string, given: unknown, most: number): string | null {
  if (given === undefined || given === null || given === "") return null;
  return text(name, given, most);
}

/** Returns a text that Postgres can store. @throws {RowFault} */
function text(name: string, given: unknown, most: number): string {
  if (typeof given === "number" && Number.isFinite(given)) return String(given);
  if (typeof given !== "string") throw new RowFault("invalid_field", `${name} must be a text`);
  if (given.length > most) {
    throw new RowFault("too_long", `${name} must have at most ${most} characters`);
  }
  if (given.includes("\0") || !given.isWellFormed()) {
    throw new RowFault("invalid_field", `${name} has characters that cannot be stored as text`);
  }
  return given;
}

/** Returns what identifies a rejected row to its owner. */
function shownOf(given: unknown): Pick<RejectedRow, "type" | "itemId"> {
  const { type, item_id } = (typeof given === "object" && given) as Record<string, unknown> || {};
  const shown = (value: unknown) =>
    typeof value === "string" || typeof value === "number"
      ? String(value).slice(0, 100).replaceAll("\0", "").toWellFormed()
      : null;
  return { type: shown(type), itemId: shown(item_id) };
}
