/**
 * Evaluates a model's lists by the items users liked later. Lists come from `rank`, the function
 * that serves, over the full catalogue without the user's history, and never over a sample
 * (Krichene and Rendle, KDD 2020).
 */
import type { Model, SparseRows } from "../../functions/recommender/model/model.ts";
import type { Interactions } from "../dataset/dataset.ts";
import type { RowPool } from "../threads/row_pool.ts";
import { RowsBuilder } from "../linalg/sparse_rows.ts";
import { meanInterval } from "./confidence.ts";
import { usersWithLikes } from "./evaluated_users.ts";
import { type Lists, listsCost } from "../threads/lists.ts";
import {
  longTail,
  ndcgCurve,
  novelty,
  precision,
  recallCurve,
  reciprocalRank,
  weightedNdcg,
} from "../../functions/recommender/model/price/metrics.ts";
import type { CurvePoint, Metrics, Segment } from "../../functions/recommender/report/report.ts";

/** Length of the lists that are evaluated. */
export const DEPTH = 50;
/** Cut-off of the single figures. */
export const CUTOFF = 10;

/** Results, as means over the evaluated users. */
export interface Evaluation {
  /** The evaluated users, ascending. */
  users: Uint32Array;
  /** NDCG@10 of each of them. */
  ndcg: Float64Array;
  metrics: Metrics;
  /** At 1 … 50. */
  curve: CurvePoint[];
  segments: Segment[];
}

/** Held-out data and options of an evaluation. */
export interface EvaluateOptions {
  /** Held-out interactions; those with a positive weight are relevant. */
  held: Interactions;
  /** The users to evaluate; users who liked nothing later are excluded. All if absent. */
  users?: Iterable<number>;
  /** 1 for each item excluded from the lists. */
  excluded?: Uint8Array;
  /** Diversity of a list of ten, 0 to 1; above 0, lists are cut at ten. */
  diversity?: number;
  /** Whether lists of ten suffice; figures of longer lists are then not available. */
  short?: boolean;
  /** Whether lists may hold items of the history, except rejected ones. */
  includeSeen?: boolean;
}

/** Evaluates a model on its own users, with the histories it would serve them with. */
export async function evaluate(
  model: Model,
  options: EvaluateOptions,
  pool: RowPool,
): Promise<Evaluation> {
  const { diversity = 0, short = false, excluded, includeSeen } = options;
  const users = evaluatedUsers(options);
  const n = diversity > 0 || short ? CUTOFF : DEPTH;
  const input: Lists = { model, users, n, excluded, diversity, includeSeen };
  const lists = await pool.run({
    kernel: "lists",
    input,
    rows: users.length,
    cost: listsCost(input),
  });
  return evaluateLists(model, { held: options.held, users, lists });
}

/**
 * Evaluates random lists of items outside the user's history: the baseline of every figure.
 * @param random returns numbers in [0, 1).
 */
export function evaluateRandom(
  model: Model,
  options: EvaluateOptions,
  random: () => number,
): Evaluation {
  const { histories } = model.users!;
  const users = evaluatedUsers(options);
  const order = Uint32Array.from(model.items.popularity.keys());
  const lists = new RowsBuilder(users.length, Math.max(1, users.length * DEPTH));
  for (const user of users) {
    const seen = new Set(
      histories.columns.subarray(histories.offsets[user], histories.offsets[user + 1]),
    );
    // A partial shuffle, which may start from the previous permutation.
    for (let p = 0, listed = 0; p < order.length && listed < DEPTH; p++) {
      const other = p + Math.floor(random() * (order.length - p));
      [order[p], order[other]] = [order[other], order[p]];
      if (seen.has(order[p])) continue;
      lists.add(order[p], 0);
      listed++;
    }
    lists.endRow();
  }
  return evaluateLists(model, { held: options.held, users, lists: lists.build() });
}

/** Returns the requested users who liked something later, ascending. */
function evaluatedUsers({ held, users }: EvaluateOptions): Uint32Array {
  const withLikes = usersWithLikes(held);
  if (!users) return withLikes;
  const requested = new Set(users);
  return withLikes.filter((user) => requested.has(user));
}

/** Maximum number of liked items in the history of a new and a light user; others are heavy. */
const MAX_NEW = 5;
const MAX_LIGHT = 20;

/** @param lists one row per user; the columns are items in the order of the list. */
function evaluateLists(
  model: Model,
  { held, users, lists }: { held: Interactions; users: Uint32Array; lists: SparseRows },
): Evaluation {
  const { popularity, popularOrder } = model.items;
  const { offsets, values } = model.users!.histories;
  const tail = longTail(popularOrder);
  const totals = new Totals();
  const recommended = new Uint8Array(popularity.length);
  const ndcg = new Float64Array(users.length);
  const segments = { new: new Totals(), light: new Totals(), heavy: new Totals() };

  users.forEach((user, row) => {
    const later = [held.offsets[user], held.offsets[user + 1]] as const;
    const weights = held.weights.subarray(...later);
    const relevant = new Set(held.items.subarray(...later).filter((_, e) => weights[e] > 0));
    const list = lists.columns.subarray(lists.offsets[row], lists.offsets[row + 1]);
    const hits = Uint8Array.from(list, (item) => relevant.has(item) ? 1 : 0);
    const shown = list.subarray(0, CUTOFF);
    for (const item of shown) recommended[item] = 1;
    const mean = (value: (item: number) => number) =>
      shown.reduce((sum, item) => sum + value(item), 0) / (shown.length || 1);
    const weightOf = (item: number) => Math.max(popularity[item], 1) ** -0.5;
    const figures = {
      relevant: relevant.size,
      hits,
      discounted: weightedNdcg(
        Array.from(shown, (item) => relevant.has(item) ? weightOf(item) : 0),
        Array.from(relevant, weightOf),
        CUTOFF,
      ),
      novelty: mean((item) => novelty(popularity[item], offsets.length - 1)),
      longTail: mean((item) => tail[item]),
    };
    ndcg[row] = totals.add(figures);
    let likes = 0;
    for (let e = offsets[user]; e < offsets[user + 1]; e++) if (values[e] > 0) likes++;
    segments[likes <= MAX_NEW ? "new" : likes <= MAX_LIGHT ? "light" : "heavy"].add(figures);
  });

  const covered = recommended.reduce((sum, mark) => sum + mark, 0);
  return {
    users,
    ndcg,
    metrics: { ...totals.metrics(), coverage: covered / Math.max(popularity.length, 1) },
    curve: totals.curve(),
    segments: Object.entries(segments).map(([name, part]) => ({
      name: name as Segment["name"],
      users: part.users,
      ndcg: part.metrics().ndcg,
      recall: part.metrics().recall,
    })),
  };
}

/** Sums over users, for means. */
class Totals {
  users = 0;
  #ndcg = new Float64Array(DEPTH + 1);
  #recall = new Float64Array(DEPTH + 1);
  /** Sums of squares of the recall, for its interval. */
  #recallSquared = new Float64Array(DEPTH + 1);
  #precision = 0;
  #mrr = 0;
  #novelty = 0;
  #longTail = 0;
  #discounted = 0;

  /** Adds a user and returns the NDCG@10. */
  add(
    figures: {
      hits: Uint8Array;
      relevant: number;
      novelty: number;
      longTail: number;
      discounted: number;
    },
  ): number {
    const { hits, relevant } = figures;
    this.users++;
    const gains = ndcgCurve(hits, relevant, DEPTH);
    const found = recallCurve(hits, relevant, DEPTH);
    for (let k = 1; k <= DEPTH; k++) {
      this.#ndcg[k] += gains[k];
      this.#recall[k] += found[k];
      this.#recallSquared[k] += found[k] * found[k];
    }
    this.#precision += precision(hits, CUTOFF);
    this.#mrr += reciprocalRank(hits, DEPTH);
    this.#novelty += figures.novelty;
    this.#longTail += figures.longTail;
    this.#discounted += figures.discounted;
    return gains[CUTOFF];
  }

  metrics(): Omit<Metrics, "coverage"> {
    const users = this.users || 1;
    return {
      ndcg: this.#ndcg[CUTOFF] / users,
      recall: this.#recall[CUTOFF] / users,
      precision: this.#precision / users,
      mrr: this.#mrr / users,
      novelty: this.#novelty / users,
      long_tail: this.#longTail / users,
      discounted_ndcg: this.#discounted / users,
    };
  }

  curve(): CurvePoint[] {
    const users = this.users || 1;
    return Array.from({ length: DEPTH }, (_, r) => ({
      k: r + 1,
      ndcg: this.#ndcg[r + 1] / users,
      recall: this.#recall[r + 1] / users,
      recall_interval: meanInterval(this.#recall[r + 1], this.#recallSquared[r + 1], users),
    }));
  }
}
