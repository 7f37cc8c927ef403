/** Attribution of an event to the list of recommendations that it names. */
import {
  type IdFault,
  type IdKeys,
  positionIn,
  readRecommendationId,
  type Visitor,
} from "./recommendation_id.ts";

/** Reasons why an event with a `recommendation_id` is not attributed. */
export type AttributionFault = IdFault | "not_in_list";

/** The list that an event followed, as it is stored with the event. */
export interface FollowedList {
  placement: string;
  version: string;
  variant: string;
  /** Position of the item in the list, from 0. */
  position: number;
  /** Number of the list, as a decimal text. */
  list: string;
  /** Time of the list, in ms since 1970. */
  listAt: number;
}

/** An event with the id that it names. */
export interface Attributed {
  recommendationId: string | null | undefined;
  itemId: string;
  /** Position as the event says it, from 0. */
  position?: number | null;
}

/**
 * Returns the list of an event: that of its `recommendation_id` if the id is valid for the project and
 * one of the visitors, and the item is in the list. Otherwise returns the reason; nothing for an event
 * without an id.
 */
export function attributionOf(
  keys: IdKeys,
  { recommendationId, itemId, position }: Attributed,
  rules: { project: number; visitors: readonly Visitor[]; now: number },
): FollowedList | { listFault: AttributionFault } | Record<never, never> {
  if (!recommendationId) return {};
  const list = readRecommendationId(keys, recommendationId, rules);
  if (typeof list === "string") return { listFault: list };
  const place = positionIn(list, itemId, position);
  if (place === null) return { listFault: "not_in_list" };
  return {
    placement: list.placement,
    version: String(list.version),
    variant: String(list.variant),
    position: place,
    list: list.list,
    listAt: list.at,
  };
}
