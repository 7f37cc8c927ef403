import { z } from "zod";
import { emptyRows } from "../linalg/sparse_rows.ts";
import { type Algorithm, defineAlgorithm } from "./algorithm.ts";

/** It has no hyperparameters. */
export type PopularityParameters = Record<never, never>;

/** The most popular items for every user: no weights, so that ranking falls back to popularity. */
export const popularity: Algorithm<PopularityParameters> = defineAlgorithm<PopularityParameters>({
  name: "popularity",
  family: "popularity",
  schema: z.object({}),
  configurations: [{}],
  cost: () => ({ seconds: 0, bytes: 0 }),
  fit: ({ items }) => Promise.resolve(emptyRows(items)),
});

/** Returns item indices from most to least popular; ties by index. */
export function popularOrder(popularity: Uint32Array): Uint32Array {
  const items = popularity.length;
  // A numeric key per item, because sorting numbers is many times faster than by a function.
  const keys = Float64Array.from(popularity, (count, item) => item - count * items).sort();
  return Uint32Array.from(keys, (key) => (key % items + items) % items);
}
