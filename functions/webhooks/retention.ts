/** How long the outbox's log is kept: deliveries 30 days, what they said 7. */
import type { Sql } from "postgres";
import { asSender, SLOW_MS } from "../http/owned_by.ts";

const KEPT_DAYS = 30;
const BODY_DAYS = 7;
/** Rows a statement: the outbox goes on meanwhile. */
const AT_ONCE = 1000;

/**
 * Erases what is older, part by part: of events with their deliveries and attempts everything, of
 * those between the bodies. What is still to be sent keeps its body.
 * @returns how many rows were erased or emptied.
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
