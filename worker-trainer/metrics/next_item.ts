/** Evaluation of the next item: the first that a user liked after their history. */
import type { Model } from "../../functions/recommender/model/model.ts";
import type { NextItem } from "../../functions/recommender/report/report.ts";
import type { Interactions } from "../dataset/dataset.ts";
import { partOf, type Split } from "../dataset/split/split.ts";
import type { RowPool } from "../threads/row_pool.ts";
import { CUTOFF, evaluate } from "./evaluate.ts";
import { usersWithLikes } from "./evaluated_users.ts";

/**
 * Returns the first held-out item of each user whose next item is known: it is later than all of
 * their history, and no other item has its time.
 */
export function nextItems({ train, held }: Split): Interactions {
  const { offsets, times } = held;
  const isNext = new Uint8Array(held.items.length);
  for (let u = 0; times && u + 1 < offsets.length; u++) {
    const [first, end, last] = [offsets[u], offsets[u + 1], train.offsets[u + 1] - 1];
    if (first === end || last < train.offsets[u]) continue;
    const isAfterHistory = times[first] > train.times![last];
    const isAlone = first + 1 === end || times[first + 1] > times[first];
    if (isAfterHistory && isAlone) isNext[first] = 1;
  }
  return partOf(held, isNext, 1);
}

/**
 * Returns the figures of the next item by a model, by one that ignores order if there is one, and
 * by popularity; undefined if no user's next item is known.
 */
export async function nextItemMetrics(
  split: Split,
  { model, popular, usesOrder, unordered, pool }: {
    model: Model;
    popular: Model;
    /** Whether the model uses the order of histories. */
    usesOrder: boolean;
    /** A model that ignores it, fitted on the same data. */
    unordered?: Model;
    pool: RowPool;
  },
): Promise<NextItem | undefined> {
  const held = nextItems(split);
  const users = usersWithLikes(held).length;
  if (users === 0) return undefined;
  const figures = async (model: Model) => {
    const { metrics: { recall, ndcg }, curve } = await evaluate(model, { held, short: true }, pool);
    return { hit_rate: recall, ndcg, hit_rate_interval: curve[CUTOFF - 1].recall_interval! };
  };
  const own = await figures(model);
  const without = unordered && await figures(unordered);
  const { hit_rate, ndcg } = await figures(popular);
  return {
    users,
    ...own,
    popularity: { hit_rate, ndcg },
    ...(without && { unordered: { hit_rate: without.hit_rate, ndcg: without.ndcg } }),
    says: usesOrder ? gainInWords(own.hit_rate, without?.hit_rate) : IGNORED,
  };
}

const IGNORED =
  "The order of a user's items does not help to find their next one here: the model ignores it.";

/** Returns a sentence about how many more next items are found by knowing the order. */
function gainInWords(hitRate: number, without: number | undefined): string {
  if (without === undefined) return "The model follows the order of a user's items.";
  const gain = Math.round(100 * (hitRate / without - 1));
  return Number.isFinite(gain) && gain > 0
    ? `Knowing the order of a user's items finds ${gain} % more of the next items than the best ` +
      "model tried that ignores it."
    : "Knowing the order of a user's items does not find more of the next items here.";
}
