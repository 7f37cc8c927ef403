/** The rules of a placement: a place in a shop where a list is shown. docs/placements.md has examples. */
import type { Expression } from "./expression.ts";

/** Ways to make a list. */
export const LOGICS = [
  "for_you",
  "similar",
  "bought_together",
  "because_you",
  "trending",
  "popular",
  "new",
  "recently_viewed",
  "buy_again",
  "personal_order",
] as const;

export type Logic = typeof LOGICS[number];

/** Lists for visitors of whom nothing is known. */
export const FALLBACKS = ["popular", "trending", "new"] as const;

export type Fallback = typeof FALLBACKS[number];

/** A definition as it is stored. Rules apply in the order of their members. */
export interface Placement {
  logic: Logic;
  /** Which items of the visitor's history are left out; all by default. */
  seen?: SeenPolicy;
  /** Items that may be recommended. */
  filter?: Expression;
  boost?: Boost[];
  rotation?: Rotation;
  /** From 0, ranked by score alone, to 1. */
  diversity?: number;
  at_most?: AtMost[];
  pins?: Pin[];
  /** List in place of the logic's where nothing is known, and its continuation; `popular` by default. */
  fallback?: Fallback;
  /** Score from 0 to 1 below which items are replaced by those of the fallback. */
  least_score?: number;
  /** `because_you`: number of items that have a list each; 1 by default. */
  lists?: number;
  /** `new`: days before the newest item in which an item is new; 30 by default. */
  days?: number;
}

/** Rejected items are always left out. */
export interface SeenPolicy {
  /** All items, none, or those with an event of one of these types. */
  exclude: "all" | "none" | string[];
  /** Days in which an event counts; without limit by default. */
  days?: number;
}

/** Multiplies the scores of items by a factor above 0: more than 1 boosts, less buries. */
export interface Boost {
  when: Expression;
  times: number;
}

/** At most `most` of the first `first` items share a value of the column. */
export interface AtMost {
  column: string;
  most: number;
  first: number;
}

/** An item at a fixed position: the one with the id, or the best that passes the filter. */
export interface Pin {
  /** From 1. */
  position: number;
  item_id?: string;
  filter?: Expression;
  /** Times as ISO 8601: first moment, and the moment after the last. */
  from?: string;
  to?: string;
}

/** Items that were shown to the visitor lately sink: their scores are multiplied by `times`. */
export interface Rotation {
  hours: number;
  /** 0.5 by default. */
  times?: number;
}

/** A placement that requests can name. */
export interface NamedPlacement {
  name: string;
  /** 0 if nothing was saved under the name yet. */
  version: number;
  rules: Placement;
}

/** Placements of every project until others are saved under their names. */
export const FIRST_PLACEMENTS: readonly NamedPlacement[] = [
  { name: "home", version: 0, rules: { logic: "for_you" } },
  { name: "item", version: 0, rules: { logic: "similar" } },
  { name: "cart", version: 0, rules: { logic: "bought_together" } },
];

/** Defaults of a definition's members. */
export const DEFAULTS = { rotation: 0.5, lists: 1, days: 30 };
