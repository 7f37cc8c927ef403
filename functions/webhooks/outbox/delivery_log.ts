/** The outbox for owners: the delivery log, and sending deliveries again. */
import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";

export type DeliveryStatus = "PENDING" | "DELIVERED" | "FAILED";

/** One attempt of a delivery. Times are text, since they come from JSON. */
export interface AttemptRow {
  attempt: number;
  started_at: string;
  duration_ms: number;
  url: string;
  request_headers: Record<string, string>;
  status_code: number | null;
  response_headers: Record<string, string> | null;
  response: string | null;
  error: string | null;
}

/** A delivery as shown to its owner. */
export interface DeliveryRow {
  id: string;
  webhook_id: string;
  /** Null after the endpoint was deleted. */
  endpoint_id: string | null;
  type: string;
  /** Payload; null after its retention period. */
  body: string | null;
  status: DeliveryStatus;
  created_at: Date;
  delivered_at: Date | null;
  next_attempt_at: Date | null;
  attempts: AttemptRow[];
}

/** Filter of deliveries. */
export interface DeliveryFilter {
  status?: DeliveryStatus;
  type?: string;
  endpointId?: string;
  webhookId?: string;
}

/**
 * Returns an app's deliveries with their attempts, ids below `before`, newest first; null if the
 * owner has no such app.
 */
export async function listDeliveries(
  sql: Sql,
  { appId, ownerId, limit, before, filter = {} }: {
    appId: string;
    ownerId: string;
    limit: number;
    before?: string;
    filter?: DeliveryFilter;
  },
): Promise<DeliveryRow[] | null> {
  const { status, type, endpointId, webhookId } = filter;
  const rows = await ownedBy(sql, ownerId)<(DeliveryRow | { id: null })[]>`
    select d.id, d.webhook_id, d.endpoint_id, d.type, d.body, d.status, d.created_at,
      d.delivered_at, case when d.status = 'PENDING' then d.next_attempt_at end as next_attempt_at,
      coalesce(log.attempts, '[]') as attempts
    from webhooks.apps a
    left join lateral (
      select d.*, e.type, e.body
      from webhooks.deliveries d join webhooks.events e on e.id = d.event_id
      where d.app_id = a.id
        ${before === undefined ? sql`` : sql`and d.id < ${before}::bigint`}
        ${status === undefined ? sql`` : sql`and d.status = ${status}`}
        ${type === undefined ? sql`` : sql`and e.type = ${type}`}
        ${endpointId === undefined ? sql`` : sql`and d.endpoint_id = ${endpointId}`}
        ${webhookId === undefined ? sql`` : sql`and d.webhook_id = ${webhookId}`}
      order by d.id desc
      limit ${limit}
    ) d on true
    left join lateral (
      select json_agg(json_build_object(
        'attempt', t.attempt, 'started_at', t.started_at, 'duration_ms', t.duration_ms,
        'url', t.url, 'request_headers', t.request_headers, 'status_code', t.status_code,
        'response_headers', t.response_headers, 'response', t.response, 'error', t.error
      ) order by t.attempt) as attempts
      from webhooks.delivery_attempts t where t.delivery_id = d.id
    ) log on true
    where a.id = ${appId} and a.owner_id = ${ownerId}
    order by d.id desc`;
  if (rows.length === 0) return null;
  return rows.filter((row): row is DeliveryRow => row.id !== null);
}

/** Reason why a delivery cannot be sent again. */
export type ResendFault = "no endpoint" | "endpoint is off" | "no body";

/**
 * Makes a delivery due again under its own id, with one extra attempt if its schedule has ended. A
 * delivery that a sender has claimed is unchanged.
 * @returns null if the owner's app has no such delivery.
 */
export async function resend(
  sql: Sql,
  { appId, ownerId, webhookId }: { appId: string; ownerId: string; webhookId: string },
): Promise<"due" | ResendFault | null> {
  const [row] = await ownedBy(sql, ownerId)<{ fault: ResendFault | null; notified: string }[]>`
    with found as (
      select d.id,
        case when p.id is null then 'no endpoint'
          when p.disabled_at is not null then 'endpoint is off'
          when e.body is null then 'no body' end as fault
      from webhooks.deliveries d
      join webhooks.apps a on a.id = d.app_id
      join webhooks.events e on e.id = d.event_id
      left join webhooks.endpoints p on p.id = d.endpoint_id
      where d.webhook_id = ${webhookId} and a.id = ${appId} and a.owner_id = ${ownerId}
    ), due as (
      update webhooks.deliveries d
      set status = 'PENDING', next_attempt_at = now(), delivered_at = null, held = false
      from found
      where d.id = found.id and found.fault is null
        and not (d.status = 'PENDING' and d.held and d.next_attempt_at > now())
    )
    select fault, pg_notify('webhooks_due', '')::text as notified from found`;
  return row ? row.fault ?? "due" : null;
}

/**
 * Makes an endpoint's deliveries that failed since a time due again.
 * @returns their number, or null if the owner's app has no such enabled endpoint.
 */
export async function replayFailed(
  sql: Sql,
  { appId, ownerId, endpointId, since }: {
    appId: string;
    ownerId: string;
    endpointId: string;
    since: Date;
  },
): Promise<number | null> {
  const [row] = await ownedBy(sql, ownerId)<{ count: number; notified: string }[]>`
    with endpoint as (
      select p.id from webhooks.endpoints p join webhooks.apps a on a.id = p.app_id
      where p.id = ${endpointId} and a.id = ${appId} and a.owner_id = ${ownerId}
        and p.disabled_at is null
    ), due as (
      update webhooks.deliveries d
      set status = 'PENDING', next_attempt_at = now(), held = false
      from endpoint, webhooks.events e
      where d.endpoint_id = endpoint.id and d.status = 'FAILED' and d.created_at >= ${since}
        and e.id = d.event_id and e.body is not null
      returning d.id
    )
    select (select count(*)::int from due) as count, pg_notify('webhooks_due', '')::text as notified
    from endpoint`;
  return row?.count ?? null;
}
