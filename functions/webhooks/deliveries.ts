/** The outbox as the sender works on it: each delivery is one event on its way to one endpoint. */
import type { Sql } from "postgres";
import { asSender, SLOW_MS } from "../http/owned_by.ts";

/** A delivery that a sender holds until its lease ends. */
export interface ClaimedDelivery {
  id: string;
  endpoint_id: string;
  webhook_id: string;
  /** How often it was tried before. */
  attempts: number;
  type: string;
  body: string;
  /** Of the call that raised the event; null where none did. */
  request_id: string | null;
  url: string;
  /** Sealed for the endpoint's id; null where it never got one. */
  secret: Uint8Array | null;
  /** The secret before, while it signs too. */
  previous_secret: Uint8Array | null;
}

/** What one attempt came to. */
export interface Attempt {
  startedAt: Date;
  durationMs: number;
  /** The headers that were sent, without what proves the sender. */
  requestHeaders: Record<string, string>;
  /** Null where no answer came; then `error` says why. */
  statusCode: number | null;
  responseHeaders: Record<string, string> | null;
  response: string | null;
  error: string | null;
}

export interface ClaimOptions {
  /** The most endpoints that are claimed for. */
  endpoints: number;
  /** The most deliveries of each; of one that has done nothing but fail since its last success, one. */
  each: number;
  /** Endpoints that are being sent to: none of theirs is claimed. */
  busy: string[];
  /** The most endpoints of one owner, busy ones included. */
  ofOwner?: number;
  leaseSeconds: number;
}

/**
 * Claims what is due, so that an owner or endpoint that is slow, or has much to come, delays no
 * other: owners take turns, those with the fewest busy endpoints first; of one owner those that do
 * not fail come first; and among equals whoever waits longest.
 * Nothing while webhooks are paused.
 */
export async function claimDeliveries(
  sql: Sql,
  { endpoints, each, busy, ofOwner = endpoints, leaseSeconds }: ClaimOptions,
): Promise<ClaimedDelivery[]> {
  return await asSender(sql)<ClaimedDelivery[]>`
    with busy as (
      select p.id, a.owner_id
      from webhooks.endpoints p join webhooks.apps a on a.id = p.app_id
      where p.id = any (string_to_array(${busy.join()}, ',')::uuid[])
    ), ready as (
      select p.id, p.failing_since is not null as is_failing, d.since,
        (select count(*) from busy where busy.owner_id = a.owner_id) + row_number() over (
          partition by a.owner_id order by p.failing_since is not null, d.since
        ) as place
      from webhooks.endpoints p
      join webhooks.apps a on a.id = p.app_id
      cross join lateral (
        select next_attempt_at as since from webhooks.deliveries
        where endpoint_id = p.id and status = 'PENDING' and next_attempt_at <= now()
        order by next_attempt_at
        limit 1
      ) d
      where not http.is_paused('webhooks') and p.disabled_at is null
        and p.id not in (select id from busy)
    ), chosen as (
      select id, is_failing from ready
      where place <= ${ofOwner}
      order by place, since
      limit ${endpoints}
    ), due as (
      select d.id
      from chosen
      cross join lateral (
        select id, row_number() over (order by next_attempt_at, id) as place
        from (
          select id, next_attempt_at from webhooks.deliveries
          where endpoint_id = chosen.id and status = 'PENDING' and next_attempt_at <= now()
          order by next_attempt_at, id
          limit ${each}
          for update skip locked
        ) d
      ) d
      where d.place = 1 or not chosen.is_failing
    )
    update webhooks.deliveries d
    set next_attempt_at = now() + ${leaseSeconds} * interval '1 second', held = true
    from due, webhooks.events e, webhooks.endpoints p
    where d.id = due.id and e.id = d.event_id and p.id = d.endpoint_id
    returning d.id, d.endpoint_id, d.webhook_id, d.attempts, e.type, coalesce(e.body, '') as body,
      e.request_id, p.url, p.secret, case when p.previous_until > now() then p.previous_secret end
        as previous_secret`;
}

/**
 * Logs an attempt and settles the delivery, unless another sender did after this one's lease ended.
 * The endpoint's record follows: a success ends a run of failures, a failure may begin one.
 * @param next DELIVERED, FAILED for good, or in how many seconds it may be tried again.
 */
export async function recordAttempt(
  sql: Sql,
  { id, attempts, url }: Pick<ClaimedDelivery, "id" | "attempts" | "url">,
  { attempt, next }: { attempt: Attempt; next: "DELIVERED" | "FAILED" | number },
): Promise<void> {
  const status = typeof next === "number" ? "PENDING" : next;
  const seconds = typeof next === "number" ? next : 0;
  await asSender(sql)`
    with settled as (
      update webhooks.deliveries
      set attempts = attempts + 1,
        held = false,
        status = case when status = 'PENDING' then ${status} else status end,
        next_attempt_at = now() + ${seconds} * interval '1 second',
        delivered_at = case when ${status} = 'DELIVERED' then now() end
      where id = ${id} and attempts = ${attempts}
      returning id, attempts, endpoint_id
    ), marked as (
      update webhooks.endpoints p
      set failing_since = case when ${status} = 'DELIVERED' then null else now() end
      from settled
      where p.id = settled.endpoint_id
        and (p.failing_since is null) <> (${status} = 'DELIVERED')
    )
    insert into webhooks.delivery_attempts (
      delivery_id, attempt, started_at, duration_ms, url, request_headers, status_code,
      response_headers, response, error
    )
    select id, attempts, ${attempt.startedAt}, ${attempt.durationMs}, ${url},
      ${sql.json(attempt.requestHeaders)}, ${attempt.statusCode},
      ${attempt.responseHeaders === null ? null : sql.json(attempt.responseHeaders)},
      ${attempt.response}, ${attempt.error}
    from settled`;
}

/** Gives a claimed delivery back untried, due at once. */
export async function releaseDelivery(
  sql: Sql,
  { id, attempts }: Pick<ClaimedDelivery, "id" | "attempts">,
): Promise<void> {
  await asSender(sql)`
    update webhooks.deliveries set next_attempt_at = now(), held = false
    where id = ${id} and attempts = ${attempts} and status = 'PENDING'`;
}

/** How long an endpoint may do nothing but fail. */
const FAILING_DAYS = 5;

/**
 * Switches an endpoint off where it wants no more (`gone`) or has done nothing but fail for five
 * days: what waits for it has failed, and the owner is told, on the app's page and at their other
 * endpoints.
 * @returns whether it was switched off now.
 */
export async function disableEndpoint(
  sql: Sql,
  { endpointId, gone }: { endpointId: string; gone: boolean },
): Promise<boolean> {
  const reason = gone
    ? "It answered 410 Gone."
    : `It did nothing but fail for ${FAILING_DAYS} days.`;
  return await asSender(sql, { limitMs: SLOW_MS }).begin(async (sql) => {
    const [row] = await sql`
      with off as (
        update webhooks.endpoints
        set disabled_at = now(), disabled_reason = ${reason}
        where id = ${endpointId} and disabled_at is null
          and (${gone} or failing_since < now() - ${FAILING_DAYS} * interval '1 day')
        returning id, app_id, url
      ), dropped as (
        update webhooks.deliveries set status = 'FAILED'
        where endpoint_id = (select id from off) and status = 'PENDING'
      )
      select a.owner_id, a.app_name, off.url, off.id
      from off join webhooks.apps a on a.id = off.app_id`;
    if (!row) return false;
    const payload = { endpoint_id: row.id, app_name: row.app_name, url: row.url, reason };
    await sql`select webhooks.emit(${row.owner_id}, 'endpoint.disabled', ${sql.json(payload)})`;
    return true;
  });
}
