import { type Liking, WITHDRAWN } from "./liking.ts";
import type { Signal } from "./weigh_entries.ts";

/** How rows of interactions become weights of a history; part of the manifest. */
export interface Reading {
  liking: Liking;
  signal: Signal;
  /** Factor per position from the newest item, below 1; absent if age has no effect. */
  fade?: number;
  /** Weight by event in lower case, null to cancel earlier rows; others weigh 1. */
  event_weights: Record<string, number | null>;
}

/** Weights of the events that are sent one by one; the project's settings override them. */
export const LIVE_EVENT_WEIGHTS: Reading["event_weights"] = {
  impression: 0,
  click: 0.5,
  view: 1,
  cart: 3,
  purchase: 5,
  like: 4,
  rating: 1,
  dislike: -1,
  hide: -1,
  retract: null,
};

/** Returns the weight of an event, `WITHDRAWN` to cancel earlier rows; 1 if it is not listed. */
export function eventWeight(reading: Pick<Reading, "event_weights">, type: string): number {
  const name = weighedName(reading, type);
  return name === undefined ? 1 : reading.event_weights[name] ?? WITHDRAWN;
}

/** Returns the name by which an event is listed, with or without its separators; undefined if not. */
export function weighedName(
  { event_weights }: Pick<Reading, "event_weights">,
  type: string,
): string | undefined {
  const event = type.trim().toLowerCase();
  return [event, joinedName(event)].find((name) => Object.hasOwn(event_weights, name));
}

/** Returns a name without separators: `add_to_cart` is `addtocart`. */
export function joinedName(name: string): string {
  return name.replaceAll(/[ _\-.:/]/g, "");
}

/** Returns the factor per position with which an item counts half after `halfLife` positions. */
export function fadeOf(halfLife: number): number {
  return 2 ** (-1 / halfLife);
}
