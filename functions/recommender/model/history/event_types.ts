/** Names of event types: our own, and those of other products for the same. */
import { joinedName } from "./reading.ts";

/** Types with a weight of their own; docs/live_events.md says how other types count. */
export const EVENT_TYPES = [
  "impression",
  "click",
  "view",
  "cart",
  "purchase",
  "like",
  "rating",
  "dislike",
  "hide",
  "retract",
] as const;

/** Maximum length of a type, in characters. */
export const LONGEST_TYPE = 100;

/** Aliases as `joinedName` writes them: Segment's and GA4's names first. */
const ALIASES: Readonly<Record<typeof EVENT_TYPES[number], readonly string[]>> = {
  impression: ["productlistviewed", "viewitemlist", "impressions", "shown"],
  click: ["productclicked", "selectitem", "clicked", "clicks"],
  view: [
    ...["productviewed", "viewitem", "viewed", "views", "itemview", "productview"],
    ...["detailview", "detailpageview", "productdetailview"],
  ],
  cart: ["productadded", "addtocart", "addedtocart", "cartaddition", "addtobasket"],
  purchase: ["ordercompleted", "purchased", "purchases", "buy", "bought", "order", "transaction"],
  like: [
    ...["productaddedtowishlist", "addtowishlist", "liked", "likes"],
    ...["favorite", "favourite", "thumbsup", "upvote", "bookmark"],
  ],
  rating: ["rated", "rate", "ratings"],
  dislike: ["disliked", "dislikes", "thumbsdown", "downvote"],
  hide: ["hidden", "hid", "notinterested", "dismiss", "dismissed"],
  // What is undone counts as if it had not happened.
  retract: [
    ...["productremoved", "removefromcart", "removedfromcart", "refund", "refunded"],
    ...["orderrefunded", "ordercancelled", "ordercanceled"],
    ...["productremovedfromwishlist", "removefromwishlist"],
    ...["unlike", "unliked", "undislike", "unhide", "undo", "retracted"],
  ],
};

const BY_ALIAS = new Map<string, string>(
  EVENT_TYPES.flatMap((type) => [type, ...ALIASES[type]].map((alias) => [alias, type])),
);

/** Returns the normalized name of a type: one of `EVENT_TYPES`, or any other in lower case. */
export function eventType(name: string): string {
  const text = name.trim().toLowerCase();
  return BY_ALIAS.get(joinedName(text)) ?? text;
}

/** Returns weights by alias, each that of its type in `weights`. */
export function aliasWeights<Weight>(weights: Record<string, Weight>): Record<string, Weight> {
  return Object.fromEntries(
    EVENT_TYPES.flatMap((type) => ALIASES[type].map((alias) => [alias, weights[type]])),
  );
}

/** Whether a normalized name is one of `EVENT_TYPES`. */
export function isStandardType(type: string): boolean {
  return BY_ALIAS.get(type) === type;
}
