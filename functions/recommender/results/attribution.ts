/** Attribution of an event to the list of recommendations that it names. */
import {
  ID_FAULTS,
  type IdFault,
  type IdKeys,
  positionIn,
  readRecommendationId,
  type SignedList,
  type Visitor,
} from "./recommendation_id.ts";

/** Reasons why an event with a `recommendation_id` is not attributed. */
export const ATTRIBUTION_FAULTS = [...ID_FAULTS, "not_in_list"] as const;
export type AttributionFault = typeof ATTRIBUTION_FAULTS[number];

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
 * Returns a function for the events of one call, which verifies each id once. It returns the list of
 * an event if its `recommendation_id` is valid for the project and one of the visitors and the item is
 * in the list, otherwise the reason; nothing for an event without an id.
 */
export function attribution(
  keys: IdKeys,
  rules: { project: number; visitors: readonly Visitor[]; now: number },
): (event: Attributed) => FollowedList | { listFault: AttributionFault } | Record<never, never> {
  const lists = new Map<string, SignedList | IdFault>();

  function listOf(id: string): SignedList | IdFault {
    const list = lists.get(id) ?? readRecommendationId(keys, id, rules);
    lists.set(id, list);
    return list;
  }

  return ({ recommendationId, itemId, position }) => {
    if (!recommendationId) return {};
    const list = listOf(recommendationId);
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
  };
}
