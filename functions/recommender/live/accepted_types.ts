/**
 * Event types of a project beside the fixed list: at most 100 of servers, so that typing errors are
 * noticed, and 20 more of pages, whose visitors can send any name.
 */
import type { Sql } from "postgres";
import { isStandardType } from "../model/history/event_types.ts";

/** Maximum number of other types of a project by their source, as in the migration. */
export const MOST_TYPES = { server: 100, page: 20 };

/** Returns the refused ones among the types of a call to an owner's project. */
export type RefusedTypes = (
  ownerId: string,
  call: { projectId: number; types: Iterable<string>; source: keyof typeof MOST_TYPES },
) => Promise<Set<string>>;

/** Maximum number of accepted types in memory. */
const MAX_CACHED = 100_000;

/** Creates a check that remembers accepted types, which never become invalid. */
export function rememberAcceptedTypes(sql: Sql): RefusedTypes {
  const accepted = new Set<string>();
  return async (ownerId, { projectId, types, source }) => {
    const keyOf = (type: string) => `${ownerId} ${projectId} ${source} ${type}`;
    const unknown = new Set(
      [...types].filter((type) => !isStandardType(type) && !accepted.has(keyOf(type))),
    );
    if (unknown.size === 0) return unknown;
    const rows = await sql<{ type: string }[]>`
      select type from recommender.accept_types(
        ${ownerId}, ${projectId}, ${[...unknown]}::text[], ${source === "page"}
      ) as type`;
    for (const { type } of rows) {
      unknown.delete(type);
      if (accepted.size >= MAX_CACHED) accepted.clear();
      accepted.add(keyOf(type));
    }
    return unknown;
  };
}
