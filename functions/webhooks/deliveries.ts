/** The outbox: each delivery is one event on its way to one app's endpoint. */
import type { Sql } from "postgres";

/** A delivery that a sender holds until its lease ends. */
export interface ClaimedDelivery {
  id: string;
  app_id: string;
  webhook_id: string;
  /** How often it was tried before. */
  attempts: number;
  type: string;
  body: string;
  webhook_url: string;
  /** Sealed for the app's id; null where an app never got one. */
  webhook_secret: Uint8Array | null;
}

/** What one attempt came to. */
export interface Attempt {
  startedAt: Date;
  durationMs: number;
  /** Null where no answer came; then `error` says why. */
  statusCode: number | null;
  response: string | null;
  error: string | null;
}

/**
 * Claims what is due, the longest waiting first: of at most `apps` apps at most `perApp` each, and
 * none of the `busy` ones, so that an endpoint that is slow or has much to come delays no other.
 */
export async function claimDeliveries(
  sql: Sql,
  { apps, perApp, busy, leaseSeconds }: {
    apps: number;
    perApp: number;
    busy: string[];
    leaseSeconds: number;
  },
): Promise<ClaimedDelivery[]> {
  return await sql<ClaimedDelivery[]>`
    with ready as (
      select a.id
      from webhooks.apps a
      cross join lateral (
        select next_attempt_at as since from webhooks.deliveries
        where app_id = a.id and status = 'PENDING' and next_attempt_at <= now()
        order by next_attempt_at
        limit 1
      ) d
      where a.webhook_url is not null and a.id <> all (string_to_array(${busy.join()}, ',')::uuid[])
      order by d.since
      limit ${apps}
    ), due as (
      select d.id
      from ready
      cross join lateral (
        select id from webhooks.deliveries
        where app_id = ready.id and status = 'PENDING' and next_attempt_at <= now()
        order by next_attempt_at, id
        limit ${perApp}
        for update skip locked
      ) d
    )
    update webhooks.deliveries d
    set next_attempt_at = now() + ${leaseSeconds} * interval '1 second'
    from due, webhooks.events e, webhooks.apps a
    where d.id = due.id and e.id = d.event_id and a.id = d.app_id
    returning d.id, d.app_id, d.webhook_id, d.attempts, e.type, e.body, a.webhook_url,
      a.webhook_secret`;
}

/**
 * Logs an attempt and settles the delivery, unless another sender did after this one's lease ended.
 * @param next DELIVERED, FAILED for good, or in how many seconds it may be tried again.
 */
export async function recordAttempt(
  sql: Sql,
  { id, attempts }: Pick<ClaimedDelivery, "id" | "attempts">,
  { attempt, next }: { attempt: Attempt; next: "DELIVERED" | "FAILED" | number },
): Promise<void> {
  const status = typeof next === "number" ? "PENDING" : next;
  const seconds = typeof next === "number" ? next : 0;
  await sql`
    with settled as (
      update webhooks.deliveries
      set attempts = attempts + 1,
        status = case when status = 'PENDING' then ${status} else status end,
        next_attempt_at = now() + ${seconds} * interval '1 second',
        delivered_at = case when ${status} = 'DELIVERED' then now() end
      where id = ${id} and attempts = ${attempts}
      returning id, attempts
    )
    insert into webhooks.delivery_attempts
      (delivery_id, attempt, started_at, duration_ms, status_code, response, error)
    select id, attempts, ${attempt.startedAt}, ${attempt.durationMs}, ${attempt.statusCode},
      ${attempt.response}, ${attempt.error}
    from settled`;
}

/** Gives a claimed delivery back untried, due at once. */
export async function releaseDelivery(
  sql: Sql,
  { id, attempts }: Pick<ClaimedDelivery, "id" | "attempts">,
): Promise<void> {
  await sql`
    update webhooks.deliveries set next_attempt_at = now()
    where id = ${id} and attempts = ${attempts} and status = 'PENDING'`;
}

/** A delivery as its owner sees it. */
export interface DeliveryRow {
  id: string;
  webhook_id: string;
  type: string;
  status: "PENDING" | "DELIVERED" | "FAILED";
  created_at: Date;
  delivered_at: Date | null;
  next_attempt_at: Date | null;
  attempts: {
    attempt: number;
    started_at: string;
    duration_ms: number;
    status_code: number | null;
    response: string | null;
    error: string | null;
  }[];
}

/**
 * An app's deliveries with their attempts, newest first, from before `before` on; null when the
 * owner has no such app.
 */
export async function listDeliveries(
  sql: Sql,
  { appId, ownerId, limit, before }: {
    appId: string;
    ownerId: string;
    limit: number;
    before: string | undefined;
  },
): Promise<DeliveryRow[] | null> {
  const rows = await sql<(DeliveryRow | { id: null })[]>`
    select d.id, d.webhook_id, e.type, d.status, d.created_at, d.delivered_at,
      case when d.status = 'PENDING' then d.next_attempt_at end as next_attempt_at,
      coalesce(log.attempts, '[]') as attempts
    from webhooks.apps a
    left join lateral (
      select * from webhooks.deliveries
      where app_id = a.id and (${before ?? null}::bigint is null or id < ${before ?? null}::bigint)
      order by id desc
      limit ${limit}
    ) d on true
    left join webhooks.events e on e.id = d.event_id
    left join lateral (
      select json_agg(json_build_object(
        'attempt', t.attempt, 'started_at', t.started_at, 'duration_ms', t.duration_ms,
        'status_code', t.status_code, 'response', t.response, 'error', t.error
      ) order by t.attempt) as attempts
      from webhooks.delivery_attempts t where t.delivery_id = d.id
    ) log on true
    where a.id = ${appId} and a.owner_id = ${ownerId}
    order by d.id desc`;
  if (rows.length === 0) return null;
  return rows.filter((row): row is DeliveryRow => row.id !== null);
}
