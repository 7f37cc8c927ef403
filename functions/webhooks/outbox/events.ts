/** Event types that endpoints can subscribe to. */
import type { Sql } from "postgres";
import { ownedBy } from "../../http/database/owned_by.ts";

/** `webhook.test` is sent only on request and is not listed. */
export const EVENT_TYPES = [
  "recommend.completed",
  "model.ready",
  "model.rejected",
  "results.daily",
  "training.failed",
  "endpoint.disabled",
] as const;

export type EventType = typeof EVENT_TYPES[number];

/**
 * Sends a test event to one endpoint.
 * @returns the delivery's webhook id, or null if the owner's app has no such enabled endpoint.
 */
export async function sendTest(
  sql: Sql,
  { endpointId, appId, ownerId }: { endpointId: string; appId: string; ownerId: string },
): Promise<string | null> {
  const [row] = await ownedBy(sql, ownerId)<{ webhook_id: string; notified: string }[]>`
    with endpoint as (
      select e.id, e.app_id, a.owner_id
      from webhooks.endpoints e join webhooks.apps a on a.id = e.app_id
      where e.id = ${endpointId} and a.id = ${appId} and a.owner_id = ${ownerId}
        and e.disabled_at is null
    ), event as (
      insert into webhooks.events (owner_id, app_id, type, body)
      select owner_id, app_id, 'webhook.test', jsonb_build_object(
        'type', 'webhook.test', 'timestamp', now(),
        'data', jsonb_build_object('app_id', app_id, 'endpoint_id', id)
      )::text
      from endpoint
      returning id
    ), delivery as (
      insert into webhooks.deliveries (event_id, app_id, endpoint_id)
      select event.id, endpoint.app_id, endpoint.id from event, endpoint
      returning webhook_id
    )
    select webhook_id, pg_notify('webhooks_due', '')::text as notified from delivery`;
  return row?.webhook_id ?? null;
}
