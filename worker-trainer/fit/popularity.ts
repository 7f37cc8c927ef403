import { emptyRows } from "../linalg/sparse_rows.ts";
import type { Algorithm } from "./algorithm.ts";

/** Everybody is recommended what most others had: no weights, so that popularity alone ranks. */
export const popularity: Algorithm = {
  name: "popularity",
  family: "popularity",
  recipes: [{}],
  cost: () => ({ seconds: 0, bytes: 0 }),
  fit: ({ items }) => Promise.resolve(emptyRows(items)),
};

/** Item indices from most to least popular, ties by place in the file. */
export function popularOrder(popularity: Uint32Array): Uint32Array {
  const items = popularity.length;
  // One number an item, since numbers sort many times faster than by a function.
  const keys = Float64Array.from(popularity, (count, item) => item - count * items).sort();
  return Uint32Array.from(keys, (key) => (key % items + items) % items);
}
