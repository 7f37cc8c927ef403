/** Sentences for a file's owner on a column of items whose cells have several items each. */
import type { InteractionMapping } from "../mapping.ts";
import { isBlank } from "../values/blank_words.ts";
import { listFormOf } from "../values/list_forms.ts";
import { placeOf } from "./places.ts";

/** Minimum fraction of the cells with several members. */
const MANY = 0.5;
/** Maximum fraction of distinct members: products are in several baskets, parts of names are not. */
const RECURRING = 0.5;
/** Codes between blanks, as in `A17 B4 A9`. */
const CODES = /^\S*\d\S*(?:\s+\S*\d\S*)*$/;

/**
 * Returns a note if the item ids look like baskets, `a1|b7|c2`: each is read as one item. Ids of
 * parts, such as a shop's and a product's, always have the same number of them.
 */
export function notesOfSeveral(
  columns: readonly string[],
  rows: readonly string[][],
  mapping: InteractionMapping,
): string[] {
  const { item_id } = mapping;
  const place = placeOf(item_id, columns);
  const cells = [...new Set(rows.map((row) => (row[place] ?? "").trim()))]
    .filter((cell) => !isBlank(cell));
  if (place < 0 || cells.length < 2) return [];
  const areCodes = cells.every((cell) => CODES.test(cell));
  const membersOf = areCodes && cells.some((cell) => /\s/.test(cell))
    ? (cell: string) => cell.split(/\s+/)
    : listFormOf(cells).read;
  const lists = cells.map(membersOf);
  const members = lists.flat();
  const several = lists.filter(({ length }) => length > 1).length;
  const areBaskets = several >= MANY * cells.length &&
    new Set(lists.map(({ length }) => length)).size > 1 &&
    new Set(members).size <= RECURRING * members.length;
  if (!areBaskets) return [];
  return [
    `The column "${item_id}" looks like lists of items, and each list is read as one item: write a ` +
    "row for each item.",
  ];
}
