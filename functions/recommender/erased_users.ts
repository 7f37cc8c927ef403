/**
 * People whose rows and history go from a project. Answers do without them at once, those of other
 * processes within two seconds; the next training takes their rows out of the stored files, and the
 * versions that learned from them go when it is done.
 */
import type { Sql } from "postgres";
import { ownedBy } from "../http/owned_by.ts";
import { type Project, projectColumns, requeued } from "./projects.ts";

/**
 * Erases a user from one of the owner's projects and queues the training that forgets them; one
 * that runs is given up, for it has read their rows. A user who is erased already changes nothing.
 * Null where there is no such project.
 */
export async function eraseUser(
  sql: Sql,
  ownerId: string,
  { projectId, userId }: { projectId: number; userId: string },
): Promise<Project | null> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    const [project] = await sql<Project[]>`
      select ${projectColumns(sql)} from recommender.recommender_projects
      where owner_id = ${ownerId} and id = ${projectId}
      for update`;
    if (!project) return null;
    // The time of the clock: the files that a training cleaned while this waited are unclean again.
    const { count } = await sql`
      insert into recommender.erased_users (project_id, user_id, erased_at)
      values (${projectId}, ${userId}, clock_timestamp())
      on conflict do nothing`;
    if (count === 0) return project;
    const [queued] = await sql<Project[]>`
      update recommender.recommender_projects p set ${requeued(sql)}
      where id = ${projectId} and exists (
        select from recommender.uploaded_files f
        where f.project_id = p.id and f.file_type = 'INTERACTION'
      )
      returning ${projectColumns(sql)}`;
    return queued ?? project;
  });
}

/** Which of these users were erased from one of the owner's projects. */
export async function erasedAmong(
  sql: Sql,
  ownerId: string,
  { projectId, userIds }: { projectId: number; userIds: string[] },
): Promise<Set<string>> {
  const rows = await sql<{ user_id: string }[]>`
    select user_id from recommender.erased_among(${ownerId}, ${projectId}, ${userIds}::text[])`;
  return new Set(rows.map(({ user_id }) => user_id));
}

/** Whether one of the owner's projects has erased people whom no training has forgotten yet. */
export async function awaitsForgetting(
  sql: Sql,
  ownerId: string,
  projectId: number,
): Promise<boolean> {
  const [{ awaits }] = await ownedBy(sql, ownerId)<{ awaits: boolean }[]>`
    select exists (
      select from recommender.erased_users e
        join recommender.recommender_projects p on p.id = e.project_id
      where p.owner_id = ${ownerId} and p.id = ${projectId} and e.forgotten_at is null
    ) as awaits`;
  return awaits;
}
