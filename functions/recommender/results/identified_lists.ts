import { type IdKeys, recommendationId, type Visitor } from "./recommendation_id.ts";

/** Lists of one answer, as in its header `x-airec-lists`. */
export interface AnsweredLists {
  version: number;
  variant: number;
  lists: number;
  /** Lists of an unknown user or history. */
  fallbacks: number;
}

/** Gives each list of one answer its id, and counts the lists. */
export interface IdentifiedLists {
  counted: AnsweredLists;
  idOf(
    visitor: Visitor | null,
    list: { recommendations: readonly { item_id: string }[]; fallback?: string },
  ): string;
}

/** Highest number of a version in an id and in the sums. */
const MOST_VERSION = 2 ** 31 - 1;

/** @param options.placement empty if the request names none. */
export function identifiedLists(
  keys: IdKeys,
  { project, version, placement }: { project: number; version: string; placement: string },
): IdentifiedLists {
  const number = Number(version);
  const counted: AnsweredLists = {
    version: Number.isInteger(number) && number <= MOST_VERSION ? number : 0,
    ...{ variant: 0, lists: 0, fallbacks: 0 },
  };
  const at = Date.now();
  return {
    counted,
    idOf(visitor, { recommendations, fallback }) {
      counted.lists++;
      if (fallback) counted.fallbacks++;
      const { version, variant } = counted;
      const seed = Math.floor(Math.random() * 2 ** 32);
      const items = recommendations.map(({ item_id }) => item_id);
      return recommendationId(keys, {
        ...{ project, version, variant, placement, at, seed, visitor, items },
      });
    },
  };
}

/** Returns the recipient of a list: the user, else the anonymous visitor, else null. */
export function visitorOf(
  { user_id, anonymous_id }: { user_id?: string | number | null; anonymous_id?: string | null },
): Visitor | null {
  const user = String(user_id ?? "");
  if (user !== "") return { user };
  return anonymous_id ? { anonymous: anonymous_id } : null;
}
