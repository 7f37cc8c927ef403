/** For tests: candidates of test users, and a model with a column to rule by. */
import { chanceModel } from "../artifact.ts";
import type { Model, Rehearsal, SparseRows } from "../../functions/recommender/model/model.ts";
import { stringTable } from "../../functions/recommender/model/string_table.ts";

/**
 * Returns a rehearsal in which each user has the same candidates, the items from 0 in their order, and
 * liked one item later.
 * @param options.liked that item of each user; the first candidate if absent.
 */
export function rehearsalOf(
  ids: string[],
  { liked = ids.map(() => 0), candidates = 20 }: { liked?: number[]; candidates?: number } = {},
): Rehearsal {
  const rows = (row: (user: number) => [item: number, score: number][]): SparseRows => {
    const all = ids.map((_, user) => row(user));
    const offsets = new Uint32Array(ids.length + 1);
    all.forEach((row, user) => offsets[user + 1] = offsets[user] + row.length);
    return {
      offsets,
      columns: Uint32Array.from(all.flat(), ([item]) => item),
      values: Float32Array.from(all.flat(), ([, score]) => score),
    };
  };
  const listed = () =>
    rows(() => Array.from({ length: candidates }, (_, i): [number, number] => [i, candidates - i]));
  const last = (n: number) =>
    rows(() => Array.from({ length: n }, (_, i): [number, number] => [candidates + i, 1]));
  return {
    users: stringTable(ids),
    held: rows((user) => [[liked[user], 1]]),
    requests: {
      history: { asked: last(0), candidates: listed() },
      item: { asked: last(1), candidates: listed() },
      cart: { asked: last(3), candidates: listed() },
    },
  };
}

/** Returns a random model whose items from the sixteenth on are of the brand Own. */
export function branded(): Model {
  const model = chanceModel("COLLABORATIVE", 5);
  const items = model.items.popularity.length;
  const brand = {
    name: "brand",
    kind: "text" as const,
    terms: stringTable(["Other", "Own"]),
    offsets: Uint32Array.from({ length: items + 1 }, (_, i) => i),
    codes: Uint16Array.from({ length: items }, (_, i) => i < 15 ? 0 : 1),
  };
  return { ...model, columns: [brand] };
}
