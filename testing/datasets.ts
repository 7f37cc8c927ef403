/** Small datasets with obvious right answers. */
import { seededRandom } from "../functions/recommender/model/seeded_random.ts";
import type { Dataset, Interactions } from "../worker-trainer/dataset/dataset.ts";
import { orderHistories, type Rows } from "../worker-trainer/dataset/join_repeats.ts";
import { decideLiking, weighByRatings } from "../worker-trainer/dataset/liking.ts";

/** Returns interactions from lists of items by user, oldest first, weighted like rows of a file. */
export function interactionsOf(lists: number[][], ratings?: number[][]): Interactions {
  return readLists(lists, ratings).interactions;
}

function readLists(
  lists: number[][],
  ratings?: number[][],
): Pick<Dataset, "interactions" | "liking"> {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach((list, user) => offsets[user + 1] = offsets[user] + list.length);
  const size = offsets[lists.length];
  const rows: Rows = {
    user: Uint32Array.from(lists.flatMap((list, user) => list.map(() => user))),
    item: Uint32Array.from(lists.flat()),
    rating: ratings ? Float32Array.from(ratings.flat()) : new Float32Array(size).fill(NaN),
    time: new Float64Array(size).fill(NaN),
    weight: new Float32Array(size).fill(1),
  };
  const liking = weighByRatings(rows, decideLiking(rows), orderHistories(rows, lists.length));
  const weights = rows.weight.map((weight) => Number.isNaN(weight) ? 0 : weight);
  const interactions = { offsets, items: rows.item, weights, ratings: ratings && rows.rating };
  return { interactions, liking };
}

/** The last of six items has no interactions. */
const TASTES = [[0, 1, 2], [1, 2, 3], [0, 3], [2, 4, 1, 0], [4]];

/** Lists of five users with overlapping tastes among six items, and the same as a full matrix. */
export const OVERLAPPING: { lists: number[][]; items: number; matrix: number[][] } = {
  lists: TASTES,
  items: 6,
  matrix: TASTES.map((list) => Array.from({ length: 6 }, (_, i) => list.includes(i) ? 1 : 0)),
};

/**
 * Returns users and items of two colours: each user has interacted with all items of their colour
 * except one, which must be recommended first.
 */
export function checkerboard(size: number): { lists: number[][]; missing: number[] } {
  const lists: number[][] = [];
  const missing: number[] = [];
  for (let user = 0; user < size; user++) {
    const colour = Array.from({ length: size }, (_, item) => item)
      .filter((item) => item % 2 === user % 2);
    missing.push(user);
    lists.push(colour.filter((item) => item !== user));
  }
  return { lists, missing };
}

/** Returns a dataset of `lists` with items "item 0" … and the feature column, if given. */
export function datasetOf(
  lists: number[][],
  { items, features, ratings }: { items: number; features?: string[]; ratings?: number[][] },
): Dataset {
  const { liking, interactions } = readLists(lists, ratings);
  return {
    items: {
      ids: Array.from({ length: items }, (_, i) => `i${i}`),
      titles: Array.from({ length: items }, (_, i) => `item ${i}`),
      described: features ? items : 0,
      features: features ? [{ name: "kinds", values: features }] : [],
    },
    users: lists.map((_, user) => `u${user}`),
    interactions,
    rows: {
      offsets: interactions.offsets,
      items: interactions.items,
      ratings: interactions.ratings,
    },
    eventWeights: {},
    liking,
    fingerprint: "0".repeat(64),
  };
}

/** Users who walk from item to item, and their next items. */
export interface Walks {
  /** All steps except the last of each user, with times. */
  dataset: Dataset;
  /** The last step of each user, if it leads to the successor; undefined if it was drawn. */
  next: (number | undefined)[];
}

/** Share of the steps that lead to the successor of an item; others are drawn. */
const FOLLOWED = 0.6;
const LENGTH = 12;

/**
 * Returns walks on a circle of items: mostly from each item to its successor, else to any. What
 * belongs together is symmetric, so without order the predecessor of the first item of each run is
 * as likely as the successor of the last.
 */
export function walks({ users, items }: { users: number; items: number }): Walks {
  const random = seededRandom(23);
  const steps = Array.from({ length: users }, () => {
    const walk = [Math.floor(random() * items)];
    while (walk.length < LENGTH) {
      const successor = (walk.at(-1)! + 1) % items;
      const step = random() < FOLLOWED ? successor : Math.floor(random() * items);
      if (!walk.includes(step)) walk.push(step);
    }
    return walk;
  });
  const dataset = datasetOf(steps.map((walk) => walk.slice(0, -1)), { items });
  const { interactions } = dataset;
  return {
    dataset: {
      ...dataset,
      interactions: {
        ...interactions,
        times: Float64Array.from(interactions.items, (_, e) => 1.7e9 + 60 * e),
      },
    },
    next: steps.map((walk) => {
      const [last, next] = walk.slice(-2);
      return next === (last + 1) % items ? next : undefined;
    }),
  };
}
