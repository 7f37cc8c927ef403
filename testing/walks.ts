/** A made catalogue of transitions, whose right answers only the order of items tells. */
import type { Dataset } from "../worker-trainer/dataset/dataset.ts";
import { seededRandom } from "../functions/recommender/model/seeded_random.ts";
import { datasetOf } from "./datasets.ts";

/** Users who walk over the items of a catalogue, and their next items. */
export interface Walks {
  /** Their steps but for the last, with times. */
  dataset: Dataset;
  /** The next item of each user; undefined if it was drawn. */
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
