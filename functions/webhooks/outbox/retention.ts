/** Retention of the delivery log in days: 30 for deliveries, 7 for bodies. */
import type { Sql } from "postgres";
import { asSender, SLOW_MS } from "../../http/database/owned_by.ts";

const KEPT_DAYS = 30;
const BODY_DAYS = 7;
/** Rows of one statement, small enough not to delay the outbox. */
const AT_ONCE = 1000;

/**
 * Deletes events with their deliveries and attempts, and clears bodies and responses, in batches.
 * Bodies of pending deliveries are kept.
 * @returns the number of rows deleted or cleared.
 */
export async function eraseOld(sql: Sql): Promise<number> {
  const outbox = asSender(sql, { limitMs: SLOW_MS });
  const steps = [
    () =>
      outbox`
      delete from webhooks.events where id in (
        select id from webhooks.events
        where created_at < now() - ${KEPT_DAYS} * interval '1 day'
        order by created_at limit ${AT_ONCE} for update skip locked
      )`,
    () =>
      outbox`
      update webhooks.events set body = null where id in (
        select e.id from webhooks.events e
        where e.body is not null and e.created_at < now() - ${BODY_DAYS} * interval '1 day'
          and not exists (
            select from webhooks.deliveries d where d.event_id = e.id and d.status = 'PENDING'
          )
        order by e.created_at limit ${AT_ONCE} for update skip locked
      )`,
    () =>
      outbox`
      update webhooks.delivery_attempts set response = null where id in (
        select id from webhooks.delivery_attempts
        where response is not null and started_at < now() - ${BODY_DAYS} * interval '1 day'
        order by started_at limit ${AT_ONCE} for update skip locked
      )`,
  ];
  let erased = 0;
  for (const step of steps) {
    for (let count = AT_ONCE; count === AT_ONCE;) {
      ({ count } = await step());
      erased += count;
    }
  }
  return erased;
}
