/** Texts of the try-it page. */
import type { ModelType } from "../api.ts";
import { counted } from "../words.ts";

export const text = {
  nothingYet: "There is nothing to try yet: the first training is not done.",
  seeHowItStands: "See how it stands",
  whoAsks: "Who asks",
  fromItem: "From an item",
  knownUser: "A known user",
  stranger: "A visitor you have never seen",
  theVisitor: "The visitor",
  asking: "Asking the model…",
  didYouMean: "Did you mean one of these?",
  firstClick: "Click what the visitor liked, and see the list change with each click.",
  invitation: {
    CONTENT: "Choose an item, and see what is like it.",
    COLLABORATIVE: "Choose a user, and see what they may like next.",
    HYBRID: "Choose an item and a user, and see what this user may like after it.",
  } satisfies Record<ModelType, string>,
  beginWithItem: "Or begin with one of the most popular:",
  beginWithUser: "Or begin with one of these:",
  form: {
    item: "Item",
    itemPlaceholder: "Type a part of a title",
    user: "User",
    userPlaceholder: "Type a part of an id",
    anyOf: "An item, a user, or both; an id that training never saw is answered too.",
    anyUser: "An id that training never saw is answered too.",
    nothing: "Choose something to go by.",
    howMany: "How many",
    recommend: "Recommend",
  },
  visitor: {
    had: "What the visitor had",
    hadNothing: "The visitor has had nothing yet",
    remove: (title: string) => `Remove ${title}`,
    add: "Add an item",
    popular: "Or click what they liked",
    likedToo: "They liked it too",
  },
  history: {
    title: (user: string) => `What ${user} had`,
    reading: "Reading the history…",
    nothingKept: "The model knows this user, but nothing of what they had.",
    unknown: "The model does not know this user.",
    order: "The newest first.",
    list: "Titles, the newest first",
  },
  narrow: {
    title: "Narrow and vary",
    clear: "Clear all",
    diversity: "Diversity",
    varied: "Likeness among the items counts against them.",
    notVaried: "None: the best first, however alike.",
    another: "Another value",
    anotherOf: (column: string) => `Another value of ${column}`,
    from: "from",
    to: "to",
    bound: (column: string, word: string) => `${column} ${word}`,
    boundHint: (word: string, value: string) => `${word} ${value}`,
  },
  answer: {
    title: "Recommendations",
    by: (items: number, version: string, isStale: boolean) =>
      `${counted(items, "item")}, by version ${version} of the model` +
      (isStale ? ", the newest that could be reached." : "."),
    fromHistory: "from the history",
    fromItem: "from the item",
    score: "score",
    scoreIs: (score: number) => `Score ${score}`,
    popularOnly: "Nothing speaks for it but its popularity.",
    nothingLeft: "No item is left to recommend. If a filter is set, make it wider.",
    isNew: "new",
    up: "up",
    down: "down",
    askedFor: ", asked for",
    more: (parts: number) => `${parts} more`,
    shared: (column: string, terms: string[]) => `Both have in ${column}: ${terms.join(", ")}.`,
    actOn: (action: string, title: string) => `${action}: ${title}`,
  },
  call: {
    title: "The same call",
    byKey:
      "From your server, with an app’s secret key in AIREC_API_KEY. A page takes a publishable " +
      "key, and sends what the visitor had, or a user_token beside the user_id.",
    apps: "Your apps",
    label: (language: string) => `${language} with an API key`,
    login: "With your login",
    loginSays:
      "Not shown, but copied along: your token, which opens your account until it expires.",
    loginLabel: "curl with your login",
  },
};
