/** Merges of anonymous visitors into users: a visitor signs in, and both histories become one. */
import type { Sql } from "postgres";

export interface Merge {
  projectId: number;
  anonymousId: string;
  userId: string;
}

/**
 * Merges a visitor's events so far into a user, of whom the anonymous id then knows nothing. Repeats
 * are harmless. Returns false if the owner has no such project.
 */
export async function mergeVisitor(
  sql: Sql,
  ownerId: string,
  { projectId, anonymousId, userId }: Merge,
): Promise<boolean> {
  const [{ found }] = await sql<{ found: boolean }[]>`
    select recommender.merge_visitor(${ownerId}, ${projectId}, ${anonymousId}, ${userId}) as found`;
  return found;
}

/** Same, unless nothing would be left to merge, which takes no lock. */
export async function mergeVisitorIfDue(sql: Sql, ownerId: string, merge: Merge): Promise<void> {
  const { projectId, anonymousId, userId } = merge;
  const [{ due }] = await sql<{ due: boolean }[]>`
    select recommender.is_merge_due(${ownerId}, ${projectId}, ${anonymousId}, ${userId}) as due`;
  if (due) await mergeVisitor(sql, ownerId, merge);
}
