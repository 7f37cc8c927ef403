/**
 * People whose rows and history go from a project. Answers do without them at once, those of other
 * processes within two seconds. The rows of this table are the list of what is still to forget, which
 * the trainer's housekeeping works off: stored files and the private files of each kept version. The
 * weights learned from them go with the next training.
 */
import type { Sql } from "postgres";
import { ownedBy } from "../http/owned_by.ts";
import { type Project, projectColumns, requeued } from "./projects.ts";
import { lockQuotas, QUOTAS, type Quotas } from "./quotas.ts";

/**
 * Erases a user from one of the owner's projects, and queues a training that learns without them,
 * unless one waits or the owner has as many as the quota lets: then housekeeping queues it later, for no
 * erasure is refused. One that runs goes on, and its version is redacted before it serves. A user who is
 * erased already changes nothing. Null where there is no such project.
 */
export async function eraseUser(
  sql: Sql,
  ownerId: string,
  { projectId, userId, quotas = QUOTAS }: {
    projectId: number;
    userId: string;
    quotas?: Pick<Quotas, "trainings">;
  },
): Promise<Project | null> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    await lockQuotas(sql, ownerId);
    const [project] = await sql<Project[]>`
      select ${projectColumns(sql)} from recommender.recommender_projects
      where owner_id = ${ownerId} and id = ${projectId}
      for update`;
    if (!project) return null;
    // The time of the clock: a file that was cleaned while this waited is unclean again.
    const { count } = await sql`
      insert into recommender.erased_users (project_id, user_id, erased_at)
      values (${projectId}, ${userId}, clock_timestamp())
      on conflict do nothing`;
    if (count === 0) return project;
    const [queued] = await sql<Project[]>`
      update recommender.recommender_projects p set ${requeued(sql)}
      where id = ${projectId} and status in ('READY', 'ERROR') and exists (
        select from recommender.uploaded_files f
        where f.project_id = p.id and f.file_type = 'INTERACTION'
      ) and (
        select count(*) from recommender.recommender_projects o
        where o.owner_id = ${ownerId} and o.status in ('PENDING', 'PROCESSING')
      ) < ${quotas.trainings}
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

/** Whether somebody who was erased may still be in the private files of one of the owner's projects. */
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

/** Somebody who is still to be forgotten. Times are ISO 8601. */
export interface ToForget {
  user_id: string;
  erased_at: string;
  /** When they were erased, or a file was added that may have rows of them. */
  since: string;
  /** When they are gone from files and models, unless blobs or registry are away. */
  due_at: string;
  overdue: boolean;
  /** Why the last try did not end well, or what is waited for. */
  cause: string | null;
}

/** What of the erased people of a project is still to do. */
export interface Forgetting {
  /** Those who are still to be forgotten, in the order of `since`. */
  users: ToForget[];
  pending: number;
  overdue: number;
  /** How many are forgotten, and yet in the weights of the version that serves. */
  in_weights: number;
}

/** Ten minutes, and one for each GB of files: what docs/promises.md says. */
const DUE = { minutes: 10, minutesEachGb: 1 };

/** The people who are still to be forgotten; null where the owner has no such project. */
export async function stillToForget(
  sql: Sql,
  ownerId: string,
  { projectId, limit, offset }: { projectId: number; limit: number; offset: number },
): Promise<Forgetting | null> {
  const [found] = await ownedBy(sql, ownerId)<Forgetting[]>`
    with project as (
      select p.id, g.cause, g.created_at as listed_at, make_interval(mins => ${DUE.minutes})
          + coalesce(sum(f.bytes), 0)::float8 / 1e9
            * make_interval(mins => ${DUE.minutesEachGb}) as due_in
      from recommender.recommender_projects p
        left join recommender.forgetting g on g.project_id = p.id
        left join recommender.uploaded_files f
          on f.project_id = p.id and f.file_type = 'INTERACTION'
      where p.owner_id = ${ownerId} and p.id = ${projectId}
      group by p.id, g.project_id
    ), pending as (
      select e.user_id, e.erased_at, p.cause, p.due_in,
        case when e.forgotten_at is null then greatest(e.erased_at, p.listed_at)
          else unclean.since end as since
      from project p
        join recommender.erased_users e on e.project_id = p.id
        cross join lateral (
          select min(f.created_at) as since from recommender.uploaded_files f
          where f.project_id = p.id and f.file_type = 'INTERACTION'
            and (f.cleaned_at is null or f.cleaned_at < e.erased_at)
        ) unclean
      where e.forgotten_at is null or unclean.since is not null
    ), due as (
      select user_id, erased_at, since, since + due_in as due_at, since + due_in < now() as overdue,
        cause
      from pending
    )
    select (select count(*)::int from due) as pending,
      (select count(*)::int from due where overdue) as overdue,
      (
        select count(*)::int from recommender.erased_users e
        where e.project_id = p.id and e.forgotten_at is not null and e.unlearned_at is null
      ) as in_weights,
      (
        select coalesce(jsonb_agg(to_jsonb(page) order by since, user_id), '[]')
        from (select * from due order by since, user_id limit ${limit} offset ${offset}) page
      ) as users
    from project p`;
  if (!found) return null;
  const users = found.users.map(({ erased_at, since, due_at, ...user }) => ({
    ...user,
    erased_at: new Date(erased_at).toISOString(),
    since: new Date(since).toISOString(),
    due_at: new Date(due_at).toISOString(),
  }));
  return { ...found, users };
}
