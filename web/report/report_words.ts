/** Texts of the report page. */
import { counted, percent, score } from "../ui/words.ts";

export const text = {
  nothingYet: "There is no report yet: the first training is not finished.",
  seeHowItStands: "View the status",
  reading: "Loading the report…",
  unknownFormat: "This page does not support the format of this version's report.",
  inWords: "Summary",
  serves: (version: string) => `Version ${version}, live`,
  another: (version: string, champion: string | null) =>
    `Version ${version}.` + (champion ? ` Version ${champion} is live.` : ""),
  seeChampion: "View its report",
  madeBy: (algorithm: string, items: number, users: number, interactions: number) =>
    `Trained with ${algorithm} on ${counted(items, "item")}` +
    (users > 0 ? `, ${counted(users, "user")} and ${counted(interactions, "interaction")}.` : "."),
  model: "This model",
  popular: "Popular items",
  recentlyPopular: "Popular in the last 7 days",
  random: "Random",
  ndcg: "NDCG",
  interval: "95% confidence interval",
  between: (low: string, high: string) => `${low} to ${high}`,
  recall: {
    title: "Recall by list length",
    explanation: "Share of the held-out interactions that the list contains.",
    band: "The band is the 95% confidence interval.",
    axis: "List length",
    head: "Length",
    label: (model: number, popular: number) =>
      `Recall by list length. At 10 the model has ${percent(model)}, ` +
      `popular items ${percent(popular)}.`,
  },
  order: {
    title: "Ranking quality",
    explanation: "NDCG@10: 1 if all hits have the highest ranks.",
    discounted: "NDCG, popular items discounted",
    certainty: (low: string, high: string) =>
      ` The model's 95% confidence interval is ${low} to ${high}.`,
    label: (bars: { name: string; value: number }[]) =>
      `NDCG: ${bars.map(({ name, value }) => `${name} ${score(value)}`).join(", ")}`,
  },
  breadth: {
    title: "Catalogue coverage",
    explanation:
      "Share of the items that are in the top 10 of any user, and share of the lists that is " +
      "outside the most popular fifth of the items (long tail).",
    shown: "Coverage",
    tail: "Long tail",
    of: (what: string, whose: string) => `${what}, ${whose.toLowerCase()}`,
  },
  segments: {
    title: "Recall by user activity",
    explanation: (all: number) =>
      `Recall@10 by the length of the user's history. All users: ${percent(all)}.`,
    none: (names: string[]) => ` The test set has no users of: ${names.join("; ")}.`,
    names: {
      new: "New, up to 5 items",
      light: "Light, up to 20 items",
      heavy: "Heavy, more than 20",
      newcomers: "Without a history",
    },
    bar: (name: string, users: number) => `${name} · ${counted(users, "user")}`,
    head: ["Users", "Count", "Recall@10", "NDCG@10"],
  },
  cold: {
    title: "Cold items",
    explanation: (items: number, users: number) =>
      `All interactions with ${counted(items, "item")} were excluded from training, as if the ` +
      `items were new. Recall@10 is the share of them that is found, for ${
        counted(users, "user")
      }.`,
    content: "Content-based",
    head: ["", "Recall@10", "NDCG@10"],
  },
  split: {
    title: "Two ways to evaluate",
    explanation: (users: number) =>
      `The same algorithm and parameters, trained and evaluated on another division of the data, ` +
      `for ${counted(users, "user")}.`,
    kinds: { user: "Last items of each user", time: "After a point in time" },
    popular: (kind: string) => `${kind}, popular items`,
    head: ["Held out", "Users", "NDCG@10", "95% confidence interval", "Popular items"],
  },
  next: {
    title: "Next item",
    explanation: (users: number) =>
      `Share of the users whose next item is in the top 10, for ${counted(users, "user")}.`,
    unordered: "Ignoring order",
    head: ["", "Hit rate@10", "NDCG@10"],
  },
  diversity: {
    title: "Effect of diversity",
    explanation: (least: { recall: number; coverage: number }, most: typeof least) =>
      `At maximum diversity, recall is ${percent(most.recall)} instead of ${
        percent(least.recall)
      } and catalogue coverage ${percent(most.coverage)} instead of ${percent(least.coverage)}.`,
    found: "Recall",
    axis: "Diversity",
    label: (least: number, most: number) =>
      `Recall changes from ${percent(least)} to ${percent(most)}.`,
  },
  examples: { title: "Examples of similar items", none: "no similar items" },
  filterable: {
    title: "Filterable columns",
    none: "No column of the items file can be used as a filter.",
    kinds: {
      number: "numbers, by range",
      date: "dates, by range",
      text: "texts, by value",
      list: "lists, by any of their values",
    } as Record<string, string>,
    not: (reason: string) => `Not filterable: ${reason}`,
  },
  events: {
    title: "Events",
    explanation:
      "The commonest events of the files, and the weight of each row: 0 does not count, below " +
      "0 it rejects the item. The project's settings change weights.",
    fact: (rows: number, weight: number | null, by: "settings" | "word" | "default") => {
      const how = weight === null ? "cancels earlier rows" : `weight ${weight}`;
      const from = { settings: ", by the settings", word: "", default: ", as no weight is known" };
      return `${counted(rows, "row")}, ${how}${from[by]}`;
    },
  },
  candidates: {
    title: "Trials",
    explanation:
      "Each trial was trained on the training set and evaluated by NDCG@10 on the validation " +
      "set. The best was then evaluated on the test set, and trained on all data.",
    took: (tried: number, seconds: number) =>
      ` ${counted(tried, "trial")}, ${seconds.toFixed(1)} s for the whole training.`,
    algorithm: "Algorithm",
    parameters: "Hyperparameters",
    score: "NDCG@10",
    seconds: "Duration",
    inSeconds: (seconds: number) => `${seconds.toFixed(seconds < 10 ? 2 : 0)} s`,
    chosen: "Selected",
    best: "Best trials",
    more: (count: number) => `${count} more with lower NDCG`,
    others: "Other trials",
    skipped: (count: number) => `${count} skipped, with reasons`,
  },
  overTime: {
    title: "NDCG by version",
    explanation: "NDCG@10. Each version was evaluated on the data of its own training.",
    head: ["Version", "NDCG", "Popular items"],
    axis: "Version",
    label: (versions: { version: string; ndcg: number }[]) =>
      `NDCG by version: ${
        versions.map(({ version, ndcg }) => `${version} ${score(ndcg)}`).join(", ")
      }`,
  },
};
