/** Evaluation of lists that may hold items of the history again, as `include_seen` asks for. */
import type { UserRows } from "../../functions/recommender/model/model.ts";
import type { Repeats } from "../../functions/recommender/report/report.ts";
import { type Fitted, rankableModel } from "../algorithms/assemble.ts";
import { type HistoryWeighting, trainingSet } from "../algorithms/training_set.ts";
import type { Interactions } from "../dataset/dataset.ts";
import type { Split } from "../dataset/split/split.ts";
import type { RowPool } from "../threads/row_pool.ts";
import { evaluate } from "./evaluate.ts";

/** Minimum share of the held-out interactions that repeat an item, to be worth reporting. */
const MIN_SHARE = 0.01;

/**
 * Returns the metrics of lists with and without items of the history, where users have held-out
 * items that they had before; undefined where hardly any have, or rows have no times.
 * @param rows all rows of the users, repeats included, of the same users as the split.
 */
export async function repeatMetrics(
  fitted: Fitted,
  { rows, split, weighting, pool }: {
    rows: UserRows;
    split: Split;
    weighting: HistoryWeighting;
    pool: RowPool;
  },
): Promise<Repeats | undefined> {
  const { held } = split;
  const { interactions, share } = withEarlier(rows, split);
  if (share < MIN_SHARE) return undefined;
  const { histories } = trainingSet(interactions, { items: fitted.popularity.length, weighting });
  const model = rankableModel({ ...fitted, histories });
  const figures = async (includeSeen: boolean) => {
    const { users, metrics: { recall, ndcg } } = await evaluate(
      model,
      { held, short: true, includeSeen },
      pool,
    );
    return { users: users.length, recall, ndcg };
  };
  const { users, ...withSeen } = await figures(true);
  const { users: _, ...withoutSeen } = await figures(false);
  const [own, other] = [withSeen.recall, withoutSeen.recall];
  return {
    users,
    share,
    with_seen: withSeen,
    without_seen: withoutSeen,
    says:
      `${percent(share)} of what users liked later was something that they had before. Of all ` +
      `they liked later, lists of ten with include_seen hold ${
        percent(own)
      } on average, and lists ` +
      `of new items ${percent(other)}.`,
  };
}

function percent(share: number): string {
  return `${+(100 * share).toPrecision(2)} %`;
}

/**
 * Returns the training part with the held-out items that a user had before the first held-out row,
 * at their last row before it, and their share of the held-out interactions that users liked. An
 * interaction knows its last row only, so that the split leaves these items out of the history.
 */
export function withEarlier(
  { offsets, items, times }: UserRows,
  { train, held }: Split,
): { interactions: Interactions; share: number } {
  if (!times || !train.times || !held.times) return { interactions: train, share: 0 };
  const users = train.offsets.length - 1;
  const starts = new Uint32Array(users + 1);
  const entries: { item: number; time: number; weight: number; rating: number }[] = [];
  let [repeated, liked] = [0, 0];
  for (let u = 0; u < users; u++) {
    const own: typeof entries = [];
    for (let e = train.offsets[u]; e < train.offsets[u + 1]; e++) {
      own.push({
        item: train.items[e],
        time: train.times[e],
        weight: train.weights[e],
        rating: train.ratings?.[e] ?? NaN,
      });
    }
    const later = new Map<number, number>();
    let first = Infinity;
    for (let e = held.offsets[u]; e < held.offsets[u + 1]; e++) {
      later.set(held.items[e], held.weights[e]);
      if (held.times[e] < first) first = held.times[e];
    }
    const earlier = new Map<number, number>();
    for (let r = offsets[u]; later.size > 0 && r < offsets[u + 1]; r++) {
      if (later.has(items[r]) && times[r] < first) earlier.set(items[r], times[r]);
    }
    for (const weight of later.values()) if (weight > 0) liked++;
    for (const [item, time] of earlier) {
      if (later.get(item)! > 0) repeated++;
      // As a plain row: its weight among the interactions counts later rows, too.
      own.push({ item, time, weight: 1, rating: NaN });
    }
    // Missing times come first, as in the histories; the sort is stable.
    if (earlier.size > 0) own.sort((a, b) => (a.time || -Infinity) - (b.time || -Infinity) || 0);
    for (const entry of own) entries.push(entry);
    starts[u + 1] = entries.length;
  }
  return {
    interactions: {
      offsets: starts,
      items: Uint32Array.from(entries, ({ item }) => item),
      weights: Float32Array.from(entries, ({ weight }) => weight),
      times: Float64Array.from(entries, ({ time }) => time),
      ...(train.ratings && { ratings: Float32Array.from(entries, ({ rating }) => rating) }),
    },
    share: liked > 0 ? repeated / liked : 0,
  };
}
