/** Texts of the try-it page. */
import type { ModelType } from "../api/api.ts";
import { counted } from "../ui/words.ts";

export const text = {
  nothingYet: "There is nothing to try yet: the first training is not finished.",
  seeHowItStands: "View the status",
  whoAsks: "Recommend for",
  fromItem: "An item",
  knownUser: "A known user",
  stranger: "A new visitor",
  theVisitor: "New visitor",
  asking: "Loading recommendations…",
  didYouMean: "Did you mean one of these?",
  firstClick: "Select items that the visitor liked; the list is updated with each.",
  invitation: {
    CONTENT: "Choose an item to see similar ones.",
    COLLABORATIVE: "Choose a user to see what they may like next.",
    HYBRID: "Choose an item and a user to see what this user may like next.",
  } satisfies Record<ModelType, string>,
  beginWithItem: "Or start with one of the most popular:",
  beginWithUser: "Or start with one of these:",
  form: {
    item: "Item",
    itemPlaceholder: "Type part of a title",
    user: "User",
    userPlaceholder: "Type part of an id",
    anyOf: "An item, a user, or both. Ids that the model does not know are allowed.",
    anyUser: "Ids that the model does not know are allowed.",
    nothing: "Choose an item or a user.",
    howMany: "List length",
    recommend: "Recommend",
  },
  visitor: {
    had: "History of the visitor",
    hadNothing: "The history is empty",
    remove: (title: string) => `Remove ${title}`,
    add: "Add an item",
    popular: "Or select popular items",
    likedToo: "Add to the history",
  },
  history: {
    title: (user: string) => `History of user ${user}`,
    reading: "Loading the history…",
    nothingKept: "The model knows this user, but has no history of them.",
    unknown: "The model does not know this user.",
    order: "Newest first.",
    list: "Titles, newest first",
  },
  narrow: {
    title: "Filter and re-rank",
    clear: "Clear all",
    diversity: "Diversity",
    varied: "Similar items are ranked lower.",
    notVaried: "Off: ranked by score alone.",
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
      `${counted(items, "item")} from version ${version} of the model` +
      (isStale ? ", the newest version available." : "."),
    fromHistory: "from the history",
    fromItem: "from the item",
    score: "score",
    scoreIs: (score: number) => `Score ${score}`,
    popularOnly: "Recommended by popularity only.",
    nothingLeft: "No items to recommend. If filters are set, relax them.",
    isNew: "new",
    up: "up",
    down: "down",
    askedFor: ", requested item",
    more: (parts: number) => `${parts} more`,
    shared: (column: string, terms: string[]) => `Shared ${column}: ${terms.join(", ")}.`,
    actOn: (action: string, title: string) => `${action}: ${title}`,
  },
  call: {
    title: "API request",
    byKey: "From your server, with a secret key of an app in AIREC_API_KEY. A web page uses a " +
      "publishable key, and sends the visitor’s history, or a user_token with the user_id.",
    apps: "Your apps",
    label: (language: string) => `${language} with an API key`,
    login: "With your access token",
    loginSays:
      "The copied command contains your access token, which is not shown here. It gives access to " +
      "your account until it expires.",
    loginLabel: "curl with your access token",
  },
};
