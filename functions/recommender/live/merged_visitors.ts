/** Merges of anonymous visitors into users: a visitor signs in, and both histories become one. */
import type { Sql } from "postgres";

export interface Merge {
  projectId: number;
  anonymousId: string;
  userId: string;
}

/**
 * Merges a visitor's events so far into a user, of whom the anonymous id then knows nothing. A repeat
 * with nothing left to merge stores nothing and takes no lock. Returns false if the owner has no such
 * project.
 */
export async function mergeVisitor(
  sql: Sql,
  ownerId: string,
  { projectId, anonymousId, userId }: Merge,
): Promise<boolean> {
  const [{ due }] = await sql<{ due: boolean }[]>`
    select recommender.is_merge_due(${ownerId}, ${projectId}, ${anonymousId}, ${userId}) as due`;
  if (!due) return true;
  const [{ found }] = await sql<{ found: boolean }[]>`
    select recommender.merge_visitor(${ownerId}, ${projectId}, ${anonymousId}, ${userId}) as found`;
  return found;
}
