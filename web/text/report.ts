/** Texts of the report page. */
import { count, counted, percent, score } from "../words.ts";

export const text = {
  nothingYet: "There is nothing to report yet: the first training is not done.",
  seeHowItStands: "See how it stands",
  reading: "Reading the report…",
  unknownFormat: "This version's report is of a format that this page does not know.",
  inWords: "In words",
  serves: (version: string) => `Version ${version}, which serves now`,
  another: (version: string, champion: string | null) =>
    `Version ${version}` + (champion ? `, while version ${champion} serves.` : "."),
  seeChampion: "See that one",
  madeBy: (algorithm: string, items: number, users: number, interactions: number) =>
    `Made by ${algorithm} from ${counted(items, "item")}` +
    (users > 0 ? `, ${counted(users, "user")} and ${counted(interactions, "interaction")}.` : "."),
  model: "This model",
  popular: "Popular items",
  random: "Random",
  ndcg: "NDCG",
  interval: "95 % interval",
  between: (low: string, high: string) => `${low} to ${high}`,
  recall: {
    title: "Found, by length of list",
    says: "The share of what people chose next that is in the list.",
    band: "The band is where the true value lies with 95 % certainty.",
    axis: "Length of the list",
    head: "Length",
    label: (model: number, popular: number) =>
      `Recall by length of list. In lists of ten this model finds ${percent(model)}, ` +
      `popular items ${percent(popular)}.`,
  },
  order: {
    title: "Put in the right order",
    says: "NDCG of the first ten: 1 is every find in the first places.",
    certainty: (low: string, high: string) =>
      ` With 95 % certainty the model's is from ${low} to ${high}.`,
    label: (bars: { name: string; value: number }[]) =>
      `NDCG: ${bars.map(({ name, value }) => `${name} ${score(value)}`).join(", ")}`,
  },
  breadth: {
    title: "How much of the catalogue is seen",
    says: "How many of the items are in anybody's first ten, and how much of the lists is " +
      "outside the most popular fifth: the long tail.",
    shown: "Catalogue shown",
    tail: "Long tail",
    of: (what: string, whose: string) => `${what}, ${whose.toLowerCase()}`,
  },
  segments: {
    title: "For whom it works",
    says: (all: number) =>
      `What is found in the first ten, by how much people had before. All together ${
        percent(all)
      }.`,
    none: (names: string[]) =>
      ` Of the ${names.join(" and the ")} users there are none to judge by.`,
    names: {
      new: "New, up to 5 items",
      light: "Light, up to 20 items",
      heavy: "Heavy, more than 20",
    },
    bar: (name: string, users: number) => `${name} · ${counted(users, "user")}`,
    head: ["Users", "How many", "Found", "NDCG"],
  },
  cold: {
    title: "Items that nobody had yet",
    says: (items: number, users: number) =>
      `${count(items)} items were hidden from training with all that people did with them. ` +
      `What ${counted(users, "user")} took of them is found by what describes the items.`,
    content: "Likeness alone",
    head: ["", "Found in ten", "NDCG"],
  },
  diversity: {
    title: "What diversity costs and brings",
    says: (least: { recall: number; coverage: number }, most: typeof least) =>
      `Asked for all the variety there is, lists find ${percent(most.recall)} instead of ${
        percent(least.recall)
      } and show ${percent(most.coverage)} of the catalogue instead of ${percent(least.coverage)}.`,
    found: "Found",
    axis: "Diversity",
    label: (least: number, most: number) =>
      `Recall goes from ${percent(least)} to ${percent(most)}.`,
  },
  examples: { title: "Examples of what is alike", none: "nothing alike" },
  filterable: {
    title: "Columns to filter by",
    none: "None of the items file's columns can be filtered by.",
    kinds: {
      number: "numbers, by range",
      date: "dates, by range",
      text: "texts, by value",
      list: "lists, by any of their parts",
    } as Record<string, string>,
    not: (reason: string) => `Not by this one: ${reason}`,
  },
  candidates: {
    title: "What was tried",
    says: "Each learned from one part of the data and was judged by another, NDCG of ten; the " +
      "best was then measured on a third part that it had not seen, and trained on all.",
    took: (tried: number, seconds: number) =>
      ` ${counted(tried, "try", "tries")}, ${seconds.toFixed(1)} s with all that came after.`,
    algorithm: "Algorithm",
    parameters: "Parameters",
    score: "Score",
    seconds: "Took",
    inSeconds: (seconds: number) => `${seconds.toFixed(seconds < 10 ? 2 : 0)} s`,
    chosen: "Chosen",
    best: "The best scores",
    more: (count: number) => `${count} more that scored less`,
    others: "The other scores",
    skipped: (count: number) => `${count} left out, and why`,
  },
  overTime: {
    title: "Version by version",
    says: "NDCG of ten. Each was measured on the data of its day.",
    head: ["Version", "NDCG", "Popular items"],
    axis: "Version",
    label: (versions: { version: string; ndcg: number }[]) =>
      `NDCG by version: ${
        versions.map(({ version, ndcg }) => `${version} ${score(ndcg)}`).join(", ")
      }`,
  },
};
