/**
 * Erasing a user's data from a project. Responses exclude an erased user at once, in other
 * processes within two seconds; live events, with those of visitors merged into the user, are
 * deleted with it, and later ones are dropped. The rows of this table are also the work list of the
 * trainer's housekeeping, which removes the user from stored files and from the private files of
 * each kept version. The learned weights are replaced by the next training.
 */
import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";
import { type Project, projectColumns } from "./project.ts";
import { lockQuotas, QUOTAS, type Quotas } from "./quotas.ts";
import { queueWithoutUser } from "./training_states.ts";

/**
 * Erases a user from one of the owner's projects and queues a training without them, unless one is
 * queued already or the quota of trainings is reached: an erasure is never refused, and
 * housekeeping queues the training later. A running training continues; its version is redacted
 * before it serves. Erasing a user again changes nothing. Returns null if there is no such project.
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
    // Before the project's row, as appends lock both; a trigger then deletes the live events.
    await sql`select recommender.lock_live_events(${projectId}, true)`;
    const [project] = await sql<Project[]>`
      select ${projectColumns(sql)} from recommender.recommender_projects
      where owner_id = ${ownerId} and id = ${projectId}
      for update`;
    if (!project) return null;
    // Wall-clock time: a file cleaned while this transaction waited needs cleaning again.
    const { count } = await sql`
      insert into recommender.erased_users (project_id, user_id, erased_at)
      values (${projectId}, ${userId}, clock_timestamp())
      on conflict do nothing`;
    if (count === 0) return project;
    const { trainings } = quotas;
    return await queueWithoutUser(sql, ownerId, { id: projectId, trainings }) ?? project;
  });
}

/** Returns the users among these that were erased from one of the owner's projects. */
export async function erasedAmong(
  sql: Sql,
  ownerId: string,
  { projectId, userIds }: { projectId: number; userIds: string[] },
): Promise<Set<string>> {
  const rows = await sql<{ user_id: string }[]>`
    select user_id from recommender.erased_among(${ownerId}, ${projectId}, ${userIds}::text[])`;
  return new Set(rows.map(({ user_id }) => user_id));
}

/** Whether the private files of one of the owner's projects may still contain an erased user. */
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

/** Returns the id of an anonymous visitor among user ids, as `recommender.person_id`. */
export function visitorId(anonymousId: string): string {
  return `\u0001${anonymousId}`;
}

function withoutMark(userId: string): string {
  return isVisitor(userId) ? userId.slice(1) : userId;
}

function isVisitor(userId: string): boolean {
  return userId.startsWith(visitorId(""));
}

/** An erased user whose data is not removed everywhere yet. Times are ISO 8601. */
export interface ToForget {
  user_id: string;
  /** Whether it is the anonymous id of a visitor. */
  anonymous: boolean;
  erased_at: string;
  /** Later of the erasure and the addition of a file that may contain the user. */
  since: string;
  /** Time by which files and models are clean, unless blobs or registry are unavailable. */
  due_at: string;
  overdue: boolean;
  /** Error of the last attempt, or what it is waiting for. */
  cause: string | null;
}

/** Pending erasures of a project. */
export interface Forgetting {
  /** Users whose data is not removed yet, in the order of `since`. */
  users: ToForget[];
  pending: number;
  overdue: number;
  /** Number of users removed from all files but not yet from the weights of the champion. */
  in_weights: number;
}

/** Ten minutes, plus one per GB of files, as stated in docs/promises.md. */
const DUE = { minutes: 10, minutesEachGb: 1 };

/** Returns the pending erasures, or null if the owner has no such project. */
export async function stillToForget(
  sql: Sql,
  ownerId: string,
  { projectId, limit, offset }: { projectId: number; limit: number; offset: number },
): Promise<Forgetting | null> {
  const [found] = await ownedBy(sql, ownerId)<Forgetting[]>`
    with project as (
      select p.id, g.cause, g.created_at as listed_at, make_interval(mins => ${DUE.minutes})
          + coalesce(sum(coalesce((f.address->>'bytes')::bigint, f.bytes)), 0)::float8 / 1e9
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
  const users = found.users.map(({ user_id, erased_at, since, due_at, ...user }) => ({
    ...user,
    user_id: withoutMark(user_id),
    anonymous: isVisitor(user_id),
    erased_at: new Date(erased_at).toISOString(),
    since: new Date(since).toISOString(),
    due_at: new Date(due_at).toISOString(),
  }));
  return { ...found, users };
}
