/** The outbox for the sender. A delivery is one event for one endpoint. */
import type { Sql } from "postgres";
import { asSender, SLOW_MS } from "../../http/database/owned_by.ts";

/** A delivery claimed by a sender until its lease expires. */
export interface ClaimedDelivery {
  id: string;
  endpoint_id: string;
  webhook_id: string;
  /** Number of previous attempts. */
  attempts: number;
  type: string;
  body: string;
  /** Request id of the call that raised the event, or null. */
  request_id: string | null;
  url: string;
  /** Sealed for the endpoint's id; null if it has none. */
  secret: Uint8Array | null;
  /** Previous secret, while its overlap lasts. */
  previous_secret: Uint8Array | null;
}

/** Result of one attempt. */
export interface Attempt {
  startedAt: Date;
  durationMs: number;
  /** Request headers without the signature. */
  requestHeaders: Record<string, string>;
  /** Null if there was no response; then `error` is the reason. */
  statusCode: number | null;
  responseHeaders: Record<string, string> | null;
  response: string | null;
  error: string | null;
}

export interface ClaimOptions {
  /** Maximum number of endpoints. */
  endpoints: number;
  /** Maximum deliveries of each endpoint; 1 if it has failed since its last success. */
  each: number;
  /** Endpoints with requests in flight, which are skipped. */
  busy: string[];
  /** Maximum endpoints of one owner, including busy ones. */
  ofOwner?: number;
  leaseSeconds: number;
}

/**
 * Claims due deliveries fairly, so that a slow or busy owner or endpoint delays no other. Owners
 * with the fewest busy endpoints come first; within an owner endpoints that do not fail; then those
 * that have waited longest. Returns none while webhooks are paused.
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
 * Records an attempt and updates the delivery, unless another sender has since the lease expired.
 * Also updates `failing_since`: a success clears it, a first failure sets it.
 * @param next DELIVERED, FAILED permanently, or seconds until the next attempt.
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

/** Returns a claimed delivery without an attempt; it is due immediately. */
export async function releaseDelivery(
  sql: Sql,
  { id, attempts }: Pick<ClaimedDelivery, "id" | "attempts">,
): Promise<void> {
  await asSender(sql)`
    update webhooks.deliveries set next_attempt_at = now(), held = false
    where id = ${id} and attempts = ${attempts} and status = 'PENDING'`;
}

/** Days of continuous failure after which an endpoint is disabled. */
const FAILING_DAYS = 5;

/**
 * Disables an endpoint that answered 410 (`gone`) or has failed for five days. Its pending
 * deliveries become FAILED, and the owner is notified on the app's page and by `endpoint.disabled`
 * at other endpoints.
 * @returns whether it was disabled now.
 */
export async function disableEndpoint(
  sql: Sql,
  { endpointId, gone }: { endpointId: string; gone: boolean },
): Promise<boolean> {
  const reason = gone
    ? "It answered 410 Gone."
    : `All its deliveries failed for ${FAILING_DAYS} days.`;
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
