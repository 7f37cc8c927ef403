/** Validates items as they are sent, each by itself: a malformed one never fails the others. */
import { nearestName } from "../../http/nearest_name.ts";
import { longestTitle } from "../files/limits.ts";
import { parseId, parseText } from "../files/values/blank_words.ts";
import type { Choices } from "../files/mapping.ts";
import type { Cell } from "../model/changed_items.ts";
import { type ItemColumns, readCell } from "./item_columns.ts";
import { ITEM_FAULTS, RowFault } from "./row_fault.ts";

/** An item as sent: what is not named keeps its value. */
export interface SentItem {
  itemId: string;
  title?: string;
  cells: ReadonlyMap<string, Cell>;
}

/** A row that was not accepted. */
export interface RejectedItem {
  index: number;
  code: typeof ITEM_FAULTS[number];
  detail: string;
}

export interface ReadItems {
  items: SentItem[];
  rejected: RejectedItem[];
}

/** Columns of the project's items, and their formats as the file's mapping chooses them. */
export interface ItemRules {
  columns: ItemColumns;
  choices?: Choices;
  /** The file's column of titles, which has the title of a call, too. */
  titleColumn?: string;
}

/** Maximum of an id, in UTF-8 bytes, as an index of Postgres holds it. */
const MOST_ID_BYTES = 1_000;
/** Maximum of an item's values together, in UTF-8 bytes as JSON. */
const MOST_ITEM_BYTES = 64 * 1024;

const MEMBERS: ReadonlySet<string> = new Set(["item_id", "item_title", "columns"]);
const utf8 = new TextEncoder();

/** Reads the rows of a call. */
export function readItems(rows: readonly unknown[], rules: ItemRules): ReadItems {
  const read: ReadItems = { items: [], rejected: [] };
  rows.forEach((row, index) => {
    try {
      read.items.push(readItem(row, rules));
    } catch (error) {
      if (!(error instanceof RowFault)) throw error;
      read.rejected.push({ index, code: error.code, detail: error.message });
    }
  });
  return read;
}

function readItem(given: unknown, { columns, choices, titleColumn }: ItemRules): SentItem {
  const row = objectOf(given, "An item must be an object");
  for (const name of Object.keys(row)) {
    if (!MEMBERS.has(name)) throw RowFault.unknownField(name, MEMBERS);
  }
  const itemId = readItemId(row.item_id);
  const title = titleOf(row.item_title, itemId);
  const sent = row.columns === undefined ? {} : objectOf(row.columns, "columns must be an object");
  if (utf8.encode(JSON.stringify(sent)).length > MOST_ITEM_BYTES) {
    throw new RowFault("too_long", `columns must have at most ${MOST_ITEM_BYTES} bytes as JSON`);
  }
  const cells = new Map<string, Cell>();
  for (const [name, value] of Object.entries(sent)) {
    const kind = columns.get(name);
    if (kind === undefined) throw unknownColumn(name, columns);
    cells.set(name, readCell(value, { name, kind, choices }));
  }
  if (title !== undefined && titleColumn !== undefined && !cells.has(titleColumn)) {
    const kind = columns.get(titleColumn);
    // Of titles that are numbers or dates, another title is no value.
    if (kind === "text" || kind === "list") {
      cells.set(titleColumn, readCell(title, { name: titleColumn, kind }));
    }
  }
  return { itemId, ...(title !== undefined && { title }), cells };
}

function objectOf(given: unknown, fault: string): Record<string, unknown> {
  if (typeof given === "object" && given !== null && !Array.isArray(given)) {
    return given as Record<string, unknown>;
  }
  throw new RowFault("malformed", fault);
}

/** Returns an item's id as files have it. @throws {RowFault} */
export function readItemId(given: unknown): string {
  if (given === undefined || given === null) {
    throw new RowFault("missing_field", "item_id must be given");
  }
  if (typeof given !== "string" && !(typeof given === "number" && Number.isFinite(given))) {
    throw new RowFault("invalid_field", "item_id must be a string or a number");
  }
  const sent = String(given);
  if (sent.length > MOST_ID_BYTES || utf8.encode(sent).length > MOST_ID_BYTES) {
    throw new RowFault("too_long", `item_id must have at most ${MOST_ID_BYTES} bytes`);
  }
  const id = parseId(sent);
  if (id === "") {
    throw new RowFault("invalid_field", "item_id must not be empty or a word for a missing value");
  }
  if (id.includes("\0") || !id.isWellFormed()) {
    throw new RowFault("invalid_field", "item_id has characters that cannot be stored as text");
  }
  return id;
}

/** Returns the title, or the id for an empty one, as files without a title have it. */
function titleOf(given: unknown, id: string): string | undefined {
  if (given === undefined) return undefined;
  if (given === null) return id;
  if (typeof given !== "string" && typeof given !== "number") {
    throw new RowFault("invalid_field", "item_title must be a text");
  }
  const title = parseText(String(given));
  if (title.length > longestTitle) {
    throw new RowFault("too_long", `item_title must have at most ${longestTitle} characters`);
  }
  if (title.includes("\0") || !title.isWellFormed()) {
    throw new RowFault("invalid_field", "item_title has characters that cannot be stored as text");
  }
  return title === "" ? id : title;
}

function unknownColumn(name: string, columns: ItemColumns): RowFault {
  const shown = JSON.stringify(name.slice(0, 100).toWellFormed());
  const nearest = nearestName(name, columns.keys());
  const hint = nearest !== undefined
    ? `did you mean "${nearest}"?`
    : columns.size > 0
    ? "a new column comes with a new file."
    : "they have none.";
  return new RowFault("unknown_column", `The items have no column ${shown}: ${hint}`);
}
