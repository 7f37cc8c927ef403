import { diversify, poolSize } from "../../functions/recommender/model/diversify.ts";
import type { Model, SparseRows } from "../../functions/recommender/model/model.ts";
import { rank } from "../../functions/recommender/model/rank.ts";
import { RowsBuilder } from "../linalg/sparse_rows.ts";

/** Users, and options of their lists. */
export interface Lists {
  model: Model;
  /** Indices of users of the model. */
  users: Uint32Array;
  /** Length of a list; shorter if fewer items are allowed. */
  n: number;
  /** 1 for each item excluded from the lists. */
  excluded?: Uint8Array;
  /** Diversity of a list, 0 to 1. */
  diversity: number;
  /** Whether items of the history may be listed, too. */
  includeSeen?: boolean;
}

/**
 * Returns the lists a model would serve to the users `from` (inclusive) to `to` (exclusive): one
 * row per user, whose columns are items in the order of the list and whose values are their scores.
 */
export function lists(
  { model, users, n, excluded, diversity, includeSeen }: Lists,
  { from, to } = { from: 0, to: users.length },
): SparseRows {
  const { offsets, columns, values } = model.users!.histories;
  const built = new RowsBuilder(to - from, Math.max(1, (to - from) * n));
  for (const user of users.subarray(from, to)) {
    const [start, end] = [offsets[user], offsets[user + 1]];
    const history = { items: columns.subarray(start, end), weights: values.subarray(start, end) };
    const longer = diversity > 0 ? poolSize(n) : n;
    const ranked = rank(model, { history, n: longer, excluded, includeSeen });
    const list = diversity > 0 ? diversify(model, ranked, { n, diversity }) : ranked;
    for (const { item, score } of list) built.add(item, score);
    built.endRow();
  }
  return built.build();
}

/** Returns the estimated multiplications of computing the lists. */
export function listsCost({ model: { weights, users: known }, users }: Lists): number {
  const { offsets } = known!.histories;
  let rows = 0;
  for (const user of users) rows += offsets[user + 1] - offsets[user];
  return rows * weights.columns.length / Math.max(weights.offsets.length - 1, 1);
}
