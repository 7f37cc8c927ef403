/** Models of configurable size: long rows, long histories, many column values. */
import type { Column, Model, SparseRows } from "../functions/recommender/model/model.ts";
import { stringTable } from "../functions/recommender/model/string_table.ts";

export interface WideModelOptions {
  items: number;
  /** Entries of each item's row. */
  row: number;
  users?: number;
  /** Items of each user's history. */
  history?: number;
  columns?: Column[];
}

/**
 * Returns a COLLABORATIVE model of items "i0", "i1" … titled "Item 0 of many" …, and users "u0",
 * "u1" …: row `i` has the items after `i`, with decreasing weights, and user `u` the items from `u
 * · history` on. The last items are the most popular.
 */
export function wideModel(
  { items, row, users = 100, history = 20, columns }: WideModelOptions,
): Model {
  const each = Math.min(row, items - 1);
  const weights = cyclicRows(items, each);
  const histories = {
    offsets: evenOffsets(users, history),
    columns: Uint32Array.from({ length: users * history }, (_, e) => e % items),
    values: new Float32Array(users * history).fill(1),
  };
  const popularity = Uint32Array.from({ length: items }, (_, item) => item);
  return {
    manifest: {
      format: "airec-model",
      format_version: 1,
      model_type: "COLLABORATIVE",
      algorithm: "made for a test",
      parameters: {},
      gamma: 0.5,
      dataset_fingerprint: "",
      items,
      users,
      interactions: users * history,
      ...(columns && { columns: columns.map(({ name, kind }) => ({ name, kind })) }),
      sha256: {},
    },
    items: {
      ids: stringTable(Array.from({ length: items }, (_, i) => `i${i}`)),
      titles: stringTable(Array.from({ length: items }, (_, i) => `Item ${i} of many`)),
      popularity,
      popularOrder: popularity.toReversed(),
    },
    weights,
    users: {
      ids: stringTable(Array.from({ length: users }, (_, u) => `u${u}`)),
      histories,
    },
    columns,
  };
}

/** Returns a matrix whose row `r` has the `each` columns after `r`, cyclically. */
function cyclicRows(rows: number, each: number): SparseRows {
  const columns = new Uint32Array(rows * each);
  const values = new Float32Array(rows * each);
  let e = 0;
  for (let row = 0; row < rows; row++) {
    const first = row + 1;
    const wrapped = Math.max(0, first + each - rows);
    for (let column = 0; column < wrapped; column++) columns[e++] = column;
    for (let column = first; column < first + each - wrapped; column++) columns[e++] = column;
    for (let at = row * each; at < e; at++) {
      values[at] = 1 / (1 + (columns[at] - first + rows) % rows);
    }
  }
  return { offsets: evenOffsets(rows, each), columns, values };
}

function evenOffsets(rows: number, each: number): Uint32Array {
  return Uint32Array.from({ length: rows + 1 }, (_, row) => row * each);
}
