/** Removes items without interactions, for algorithms whose cost grows with the number of items. */
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { sharedFloats, sharedIntegers, transpose } from "../linalg/sparse_rows.ts";
import type { TrainingSet } from "./training_set.ts";

/** The interactions of the items that are learned; the weights of other items are zero. */
export interface CompactSet {
  x: SparseRows;
  xt: SparseRows;
  /** The item of each column, ascending. */
  active: Uint32Array;
  items: number;
  keep: number;
}

/** Number of items up to which a matrix of all pairs is worth its memory, 450 MB. */
export const MAX_PAIRED_ITEMS = 15_000;

/** Returns the number of items with interactions. */
export function activeItems({ xt, items }: Pick<TrainingSet, "xt" | "items">): number {
  let active = 0;
  for (let i = 0; i < items; i++) if (xt.offsets[i + 1] > xt.offsets[i]) active++;
  return active;
}

/** Compact sets by Xᵀ of their training set and by maximum number of items; freed with the set. */
const cache = new WeakMap<SparseRows, Map<number, CompactSet>>();

/**
 * Returns the set without the items that have no interactions. Cached for each set.
 * @param maxItems maximum number of items; those with the most interactions are kept.
 */
export function compactItems(
  set: Pick<TrainingSet, "xt" | "items" | "users" | "keep">,
  maxItems = Infinity,
): CompactSet {
  const sets = cache.get(set.xt) ?? new Map<number, CompactSet>();
  cache.set(set.xt, sets);
  const compact = sets.get(maxItems) ?? compacted(set, maxItems);
  sets.set(maxItems, compact);
  return compact;
}

function compacted(
  { xt, items, users, keep }: Pick<TrainingSet, "xt" | "items" | "users" | "keep">,
  maxItems: number,
): CompactSet {
  const count = (i: number) => xt.offsets[i + 1] - xt.offsets[i];
  const active = Uint32Array.from(xt.offsets.subarray(0, items).keys()).filter((i) => count(i) > 0)
    .sort((a, b) => count(b) - count(a) || a - b).subarray(0, maxItems).sort();
  const offsets = sharedIntegers(active.length + 1);
  active.forEach((item, p) => offsets[p + 1] = offsets[p] + count(item));
  const compact = offsets[active.length] === xt.columns.length
    ? { ...xt, offsets }
    : { offsets, ...entriesOf(xt, active, offsets) };
  // Transposing sorts the columns, so that sums run along memory.
  return { x: transpose(compact, users), xt: compact, active, items, keep };
}

/** Returns the entries of some rows, placed at `offsets`. */
function entriesOf(
  matrix: SparseRows,
  rows: Uint32Array,
  offsets: Uint32Array,
): Pick<SparseRows, "columns" | "values"> {
  const columns = sharedIntegers(offsets[rows.length]);
  const values = sharedFloats(columns.length);
  rows.forEach((row, p) => {
    const [from, to] = [matrix.offsets[row], matrix.offsets[row + 1]];
    columns.set(matrix.columns.subarray(from, to), offsets[p]);
    values.set(matrix.values.subarray(from, to), offsets[p]);
  });
  return { columns, values };
}

/** Returns rows over the active items as rows over all items. */
export function toAllItems(
  { active, items }: CompactSet,
  { offsets, columns, values }: SparseRows,
): SparseRows {
  const ends = sharedIntegers(items + 1);
  for (let i = 0, a = 0; i < items; i++) {
    if (active[a] === i) a++;
    ends[i + 1] = offsets[a];
  }
  const itemsOf = sharedIntegers(columns.length);
  for (let e = 0; e < itemsOf.length; e++) itemsOf[e] = active[columns[e]];
  return { offsets: ends, columns: itemsOf, values };
}
