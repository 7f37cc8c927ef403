/** Endpoints of apps: URL, signing secret and subscribed events. */
import type { ISql, Sql } from "postgres";
import { ownedBy, SLOW_MS } from "../../http/database/owned_by.ts";
import { lockApp } from "../keys/apps.ts";
import type { EventType } from "./events.ts";
import { jsonOf } from "../keys/json_of.ts";

/** An endpoint as shown to its owner. */
export interface EndpointRow {
  endpoint_id: string;
  url: string;
  /** Null for all events. */
  events: EventType[] | null;
  /** Whether it is the app's `webhook_url`. */
  is_primary: boolean;
  /** End of the previous secret's overlap, or null. */
  previous_secret_until: Date | null;
  failing_since: Date | null;
  disabled_at: Date | null;
  disabled_reason: string | null;
  created_at: Date;
}

/** Ids of an endpoint, its app and its owner. */
export interface EndpointKey {
  appId: string;
  ownerId: string;
  endpointId: string;
}

/** Maximum number of endpoints of an app. */
export const ENDPOINTS_AT_MOST = 20;

function shown(sql: ISql) {
  return sql`id as endpoint_id, url, events, is_primary,
    case when previous_until > now() then previous_until end as previous_secret_until,
    failing_since, disabled_at, disabled_reason, created_at`;
}

function owned(sql: ISql, { appId, ownerId }: { appId: string; ownerId: string }) {
  return sql`app_id = ${appId} and exists (
    select from webhooks.apps where id = ${appId} and owner_id = ${ownerId})`;
}

/** Returns an app's endpoints, oldest first; null if the owner has no such app. */
export async function listEndpoints(
  sql: Sql,
  { appId, ownerId }: { appId: string; ownerId: string },
): Promise<EndpointRow[] | null> {
  const rows = await ownedBy(sql, ownerId)<(EndpointRow | { endpoint_id: null })[]>`
    select e.* from webhooks.apps a
    left join lateral (
      select ${shown(sql)} from webhooks.endpoints where app_id = a.id
    ) e on true
    where a.id = ${appId} and a.owner_id = ${ownerId}
    order by e.created_at, e.endpoint_id`;
  if (rows.length === 0) return null;
  return rows.filter((row): row is EndpointRow => row.endpoint_id !== null);
}

/** Adds an endpoint; null if the owner has no such app, "full" if it has the maximum. */
export async function addEndpoint(
  sql: Sql,
  { endpointId, appId, ownerId, url, events, secret }: EndpointKey & {
    url: string;
    events: EventType[] | null;
    /** Sealed for the endpoint's id. */
    secret: Uint8Array;
  },
): Promise<EndpointRow | "full" | null> {
  return await ownedBy(sql, ownerId).begin(async (sql) => {
    if (!await lockApp(sql, { appId, ownerId })) return null;
    const [row] = await sql<EndpointRow[]>`
      insert into webhooks.endpoints (id, app_id, url, events, secret, is_primary)
      select ${endpointId}, ${appId}, ${url}, ${jsonOf(sql, events)}, ${secret}::bytea,
        not exists (select from webhooks.endpoints where app_id = ${appId} and is_primary)
      where ${ENDPOINTS_AT_MOST} > (
        select count(*) from webhooks.endpoints where app_id = ${appId}
      )
      returning ${shown(sql)}`;
    return row ?? "full";
  });
}

/**
 * Changes the given fields of an endpoint. Disabling it fails its pending deliveries, enabling it
 * clears its failures. Null if the owner's app has no such endpoint.
 */
export async function changeEndpoint(
  sql: Sql,
  { endpointId, url, events, enabled, ...app }: EndpointKey & {
    url?: string;
    events?: EventType[] | null;
    enabled?: boolean;
  },
): Promise<EndpointRow | null> {
  const [row] = await ownedBy(sql, app.ownerId, { limitMs: SLOW_MS })<EndpointRow[]>`
    with changed as (
      update webhooks.endpoints
      set url = coalesce(${url ?? null}, url),
        events = case when ${events !== undefined} then ${jsonOf(sql, events ?? null)}
          else events end,
        disabled_at = case ${enabled ?? null}::boolean
          when true then null when false then coalesce(disabled_at, now()) else disabled_at end,
        disabled_reason = case ${enabled ?? null}::boolean
          when true then null
          when false then coalesce(disabled_reason, 'Switched off by its owner.')
          else disabled_reason end,
        failing_since = case when ${enabled ?? null}::boolean then null else failing_since end
      where id = ${endpointId} and ${owned(sql, app)}
      returning *
    ), dropped as (
      update webhooks.deliveries set status = 'FAILED'
      where endpoint_id = (select id from changed where disabled_at is not null)
        and status = 'PENDING'
    )
    select ${shown(sql)} from changed`;
  return row ?? null;
}

/** Deletes an endpoint and fails its pending deliveries; false if the app has no such endpoint. */
export async function deleteEndpoint(
  sql: Sql,
  { endpointId, ...app }: EndpointKey,
): Promise<boolean> {
  return await ownedBy(sql, app.ownerId, { limitMs: SLOW_MS }).begin(async (sql) => {
    const [found] = await sql`
      select from webhooks.endpoints
      where id = ${endpointId} and ${owned(sql, app)} for update`;
    if (!found) return false;
    await sql`
      update webhooks.deliveries set status = 'FAILED'
      where endpoint_id = ${endpointId} and status = 'PENDING'`;
    await sql`delete from webhooks.endpoints where id = ${endpointId}`;
    return true;
  });
}

/**
 * Replaces an endpoint's secret; the previous one also signs until the overlap ends. Null if the
 * owner's app has no such endpoint.
 */
export async function rotateSecret(
  sql: Sql,
  { endpointId, secret, overlapSeconds, ...app }: EndpointKey & {
    /** Sealed for the endpoint's id. */
    secret: Uint8Array;
    overlapSeconds: number;
  },
): Promise<EndpointRow | null> {
  const [row] = await ownedBy(sql, app.ownerId)<EndpointRow[]>`
    update webhooks.endpoints
    set secret = ${secret}::bytea, previous_secret = secret,
      previous_until = now() + ${overlapSeconds} * interval '1 second'
    where id = ${endpointId} and ${owned(sql, app)}
    returning ${shown(sql)}`;
  return row ?? null;
}

/** Returns the primary endpoint's id; undefined if there is none, null if there is no such app. */
export async function primaryEndpoint(
  sql: Sql,
  { appId, ownerId }: { appId: string; ownerId: string },
): Promise<string | undefined | null> {
  const [row] = await ownedBy(sql, ownerId)<{ id: string | null }[]>`
    select e.id from webhooks.apps a
    left join webhooks.endpoints e on e.app_id = a.id and e.is_primary
    where a.id = ${appId} and a.owner_id = ${ownerId}`;
  return row ? row.id ?? undefined : null;
}
