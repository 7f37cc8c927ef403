/**
 * What is noted of each answered call by key: the count, and the event `recommend.completed` for
 * the app's endpoints. It is committed before the answer is sent, so no acknowledged call is lost;
 * and calls that are under way together share one statement, so that a busy app's row is written
 * once for all of them.
 */
import type { Sql } from "postgres";

/** A call that was answered. */
export interface Completed {
  appId: string;
  keyId: string;
  /** How many answers it counts for: of a batch, its users. */
  count: number;
  /** The JSON that the caller gets: the event's body, byte for byte. Null raises no event. */
  answer: string | null;
}

/** Notes a call; false when the app has been deleted meanwhile: then nothing was noted. */
export type NoteCompleted = (call: Completed) => Promise<boolean>;

/** The most calls in one statement. */
const TOGETHER = 500;

/** One statement is under way at a time; what comes meanwhile goes into the next. */
export function createNoteCompleted(sql: Sql): NoteCompleted {
  type Waiting = Completed & {
    resolve: (noted: boolean) => void;
    reject: (error: unknown) => void;
  };
  let waiting: Waiting[] = [];
  let writing = false;

  async function write(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const calls = waiting.slice(0, TOGETHER);
      waiting = waiting.slice(TOGETHER);
      try {
        const counted = await writeCompleted(sql, calls);
        for (const { appId, resolve } of calls) resolve(counted.has(appId));
      } catch (error) {
        for (const { reject } of calls) reject(error);
      }
    }
    writing = false;
  }

  return (call) =>
    new Promise((resolve, reject) => {
      waiting.push({ ...call, resolve, reject });
      if (!writing) write();
    });
}

/**
 * All or nothing. Rows are locked in the order of their ids, so that two processes never wait for
 * each other in a ring. `last_used_at` moves at most once a minute.
 * @returns the apps that were counted.
 */
async function writeCompleted(sql: Sql, calls: Completed[]): Promise<Set<string>> {
  const given = calls.map(({ appId, keyId, count, answer }) => ({ appId, keyId, count, answer }));
  const rows = await sql<{ app_id: string; notified: number }[]>`
    with calls as (
      select "appId" as app_id, "keyId" as key_id, count, answer
      from jsonb_to_recordset(${JSON.stringify(given)}::text::jsonb)
        as c("appId" uuid, "keyId" uuid, count int, answer text)
    ), sums as (
      select app_id, sum(count) as count from calls group by app_id
    ), locked as (
      select u.app_id, s.count from webhooks.usage u join sums s on s.app_id = u.app_id
      order by u.app_id
      for update of u
    ), counted as (
      update webhooks.usage u set usage_count = u.usage_count + l.count
      from locked l where u.app_id = l.app_id
      returning u.app_id
    ), by_day as (
      insert into webhooks.usage_days as d (app_id, day, usage_count)
      select app_id, (now() at time zone 'utc')::date, count from locked order by app_id
      on conflict (app_id, day) do update set usage_count = d.usage_count + excluded.usage_count
    ), used_keys as (
      update webhooks.api_keys set last_used_at = now()
      where id in (
        select k.id from webhooks.api_keys k join calls c on c.key_id = k.id
        where k.last_used_at is null or k.last_used_at < now() - interval '1 minute'
        order by k.id for update of k skip locked
      )
    ), used_apps as (
      update webhooks.apps set last_used_at = now()
      where id in (
        select a.id from webhooks.apps a join locked l on l.app_id = a.id
        where a.last_used_at is null or a.last_used_at < now() - interval '1 minute'
        order by a.id for no key update of a skip locked
      )
    ), listening as (
      select e.id, e.app_id from webhooks.endpoints e join locked l on l.app_id = e.app_id
      where e.disabled_at is null and (e.events is null or e.events ? 'recommend.completed')
    ), event as (
      insert into webhooks.events (owner_id, app_id, type, body)
      select a.owner_id, c.app_id, 'recommend.completed', c.answer
      from calls c join webhooks.apps a on a.id = c.app_id
      where c.answer is not null and c.app_id in (select app_id from listening)
      returning id, app_id
    ), delivery as (
      insert into webhooks.deliveries (event_id, app_id, endpoint_id)
      select event.id, event.app_id, listening.id
      from event join listening on listening.app_id = event.app_id
      returning id
    )
    select app_id, (select count(pg_notify('webhooks_due', '')) from delivery)::int as notified
    from counted`;
  return new Set(rows.map(({ app_id }) => app_id));
}
