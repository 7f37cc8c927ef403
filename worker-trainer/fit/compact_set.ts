/** Leaving out the items that nobody had, for algorithms whose cost grows with the items. */
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { transpose } from "../linalg/sparse_rows.ts";
import type { TrainingSet } from "./training_set.ts";

/** The interactions of the items that have some; the others' weights are all zero. */
export interface CompactSet {
  x: SparseRows;
  xt: SparseRows;
  /** The item that each column stands for, ascending. */
  active: Uint32Array;
  items: number;
  keep: number;
}

/** How many items somebody had. */
export function activeItems({ xt, items }: Pick<TrainingSet, "xt" | "items">): number {
  let active = 0;
  for (let i = 0; i < items; i++) if (xt.offsets[i + 1] > xt.offsets[i]) active++;
  return active;
}

/** The set without the items that nobody had. */
export function compactItems({ x, xt, items, users, keep }: TrainingSet): CompactSet {
  const active = Uint32Array.from(xt.offsets.subarray(0, items).keys())
    .filter((i) => xt.offsets[i + 1] > xt.offsets[i]);
  const place = new Uint32Array(items);
  active.forEach((item, p) => place[item] = p);
  const compact = {
    offsets: x.offsets,
    columns: x.columns.map((item) => place[item]),
    values: x.values,
  };
  const transposed = transpose(compact, active.length);
  // Transposed twice, columns ascend: sums then run along memory.
  return { x: transpose(transposed, users), xt: transposed, active, items, keep };
}

/** Rows among the active items as rows among all. */
export function atPlaces(
  { active, items }: CompactSet,
  { offsets, columns, values }: SparseRows,
): SparseRows {
  const places = new Uint32Array(items + 1);
  for (let i = 0, a = 0; i < items; i++) {
    if (active[a] === i) a++;
    places[i + 1] = offsets[a];
  }
  return { offsets: places, columns: columns.map((column) => active[column]), values };
}
