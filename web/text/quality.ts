/** Texts about the quality of a model. */
import { counted, percent } from "../words.ts";

export const text = {
  title: "Quality",
  figures: "Figures",
  caption: "Lists of ten, compared",
  columns: {
    what: "In lists of ten",
    model: "This model",
    popular: "Popular items",
    random: "Random",
  },
  rows: {
    recall: "Found of what people chose",
    ndcg: "The same, first places counting more (NDCG)",
    coverage: "Share of the catalogue shown to somebody",
  },
  examples: "Examples",
  nothingAlike: "nothing alike",
  madeBy: (
    algorithm: string,
    { tried, items, users, interactions }: Record<
      "tried" | "items" | "users" | "interactions",
      number
    >,
  ) =>
    `Made by ${algorithm}` +
    (tried > 1 ? `, the best of ${tried} that were tried` : "") +
    `, from ${counted(items, "item")}` +
    (users > 0 ? `, ${counted(users, "user")} and ${counted(interactions, "interaction")}.` : "."),
  /** Recall of the model, of popularity and of a random list. */
  found: (model: number, popular: number, random: number, times: number | null) =>
    `Its first ten hold ${percent(model)} of what people chose and the model had not seen. ` +
    `The most popular items hold ${percent(popular)}` +
    `${times === null ? "" : `, so it finds ${times} times as much`}; ` +
    `a random list holds ${percent(random)}.`,
  alike: (share: number) =>
    `${percent(share)} of the items have others like them. The examples show how.`,
  notMeasurable: "Quality could not be measured with this data.",
  glance: {
    finds: (recall: number, popular?: number) =>
      `finds ${percent(recall)}` +
      (popular === undefined ? "" : ` (popular items ${percent(popular)})`),
    neighbours: (share: number) => `${percent(share)} of items have neighbours`,
    notMeasured: "not measured",
  },
};
