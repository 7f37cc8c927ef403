/** Texts about the quality of a model. */
import { counted, percent } from "../ui/words.ts";

export const text = {
  title: "Quality",
  figures: "Metrics",
  caption: "Metrics of the top 10",
  columns: {
    what: "Metric",
    model: "This model",
    popular: "Popular items",
    random: "Random",
  },
  rows: {
    recall: "Recall@10: held-out interactions found",
    ndcg: "NDCG@10: the same, higher ranks count more",
    coverage: "Catalogue coverage: items recommended to any user",
  },
  examples: "Examples",
  nothingAlike: "no similar items",
  madeBy: (
    algorithm: string,
    { tried, isFirst, items, users, interactions }: {
      tried: number;
      isFirst: boolean;
      items: number;
      users: number;
      interactions: number;
    },
  ) =>
    `Trained with ${algorithm}` +
    (isFirst ? ", selected without a search," : "") +
    (tried > 1 ? `, the best of ${tried} trials,` : "") +
    ` on ${counted(items, "item")}` +
    (users > 0 ? `, ${counted(users, "user")} and ${counted(interactions, "interaction")}.` : "."),
  /** Recall of the model, of popularity and of a random list. */
  found: (model: number, popular: number, random: number, times: number | null) =>
    `The top 10 contain ${percent(model)} of the held-out interactions. ` +
    `The most popular items contain ${percent(popular)}` +
    `${times === null ? "" : `, so the model finds ${times} times as many`}; ` +
    `a random list contains ${percent(random)}.`,
  alike: (share: number) => `${percent(share)} of the items have similar items; see the examples.`,
  notMeasurable: "Quality could not be measured with this data.",
  glance: {
    finds: (recall: number, popular?: number) =>
      `recall ${percent(recall)}` +
      (popular === undefined ? "" : ` (popular items ${percent(popular)})`),
    neighbours: (share: number) => `${percent(share)} of items have similar items`,
    notMeasured: "not measured",
  },
};
