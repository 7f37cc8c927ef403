/** A model small enough to compute its rankings by hand, for tests. */
import type { Model, ModelType, SparseRows } from "../functions/recommender/model/model.ts";
import { stringTable } from "../functions/recommender/model/string_table.ts";

/**
 * Five films, two of them titled "Solaris". User "ann" has films 1 and 2, "7" has film 3, and "cy"
 * has none; a CONTENT model has no users.
 */
export function exampleModel(model_type: ModelType): Model {
  const popularity = new Uint32Array([3, 2, 5, 1, 4]);
  const precedes = (a: number, b: number) => popularity[b] - popularity[a] || a - b;
  return {
    manifest: {
      format: "airec-model",
      format_version: 1,
      model_type,
      algorithm: "by hand",
      parameters: {},
      gamma: 0.5,
      dataset_fingerprint: "",
      items: 5,
      users: 3,
      interactions: 3,
      sha256: {},
    },
    items: {
      ids: stringTable(["1", "2", "3", "04", "five"]),
      titles: stringTable(["Heat", "Solaris", "Solaris", "Alien", "Amélie"], precedes),
      popularity,
      popularOrder: Uint32Array.from([2, 4, 0, 1, 3]),
    },
    weights: sparseRows([
      [[1, 1], [3, 0.5]],
      [[0, 1], [4, 0.25]],
      [[4, 0.5]],
      [[0, 0.5], [2, 0.1]],
      [[1, 0.25]],
    ]),
    users: model_type === "CONTENT" ? undefined : {
      ids: stringTable(["ann", "7", "cy"]),
      histories: sparseRows([[[0, 1], [1, 1]], [[2, 1]], []]),
    },
  };
}

function sparseRows(entries: [column: number, value: number][][]): SparseRows {
  const offsets = new Uint32Array(entries.length + 1);
  entries.forEach((row, r) => offsets[r + 1] = offsets[r] + row.length);
  return {
    offsets,
    columns: Uint32Array.from(entries.flat().map(([column]) => column)),
    values: Float32Array.from(entries.flat().map(([, value]) => value)),
  };
}
