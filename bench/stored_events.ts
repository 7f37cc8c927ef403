/** Live events for benchmarks, written by SQL: millions by requests would take hours. */
import type postgres from "postgres";

/** Numbers up to this are those of events that the model has learned. */
export const LEARNED_TO = 100_000_000;
/** Persons `u0`, `u1` … with events. */
const PERSONS = 100_000;
/** Number of events in one statement. */
const CHUNK = 1_000_000;

/** A project, and the number of items `i0`, `i1` … of its model. */
export interface Filled {
  project: number;
  items: number;
}

/**
 * Adds learned events `from` to `to` (exclusive), of persons and items in turn, from the last seven
 * days.
 */
export async function addLearned(
  sql: postgres.Sql,
  { project, items }: Filled,
  { from, to }: { from: number; to: number },
): Promise<void> {
  for (let start = from; start < to; start += CHUNK) {
    const end = Math.min(to, start + CHUNK);
    await withoutTriggers(sql, project, async (sql) => {
      await sql`
        insert into recommender.live_events (
          seq, project_id, event_id, person, anonymous, item_id, type, at, received_at, known,
          counted
        ) overriding system value
        select i, ${project}::int, '0198f000-0000-7000-8000-' || lpad(i::text, 12, '0'),
          'u' || i % ${PERSONS}, false, 'i' || (i::bigint * 7919 + i / ${PERSONS}) % ${items},
          (array['impression', 'click', 'view', 'cart', 'purchase'])[1 + i % 5],
          now() - interval '7 days' * (1 - i / ${to}::float8),
          now() - interval '7 days' * (1 - i / ${to}::float8), true, i % 5 > 0
        from generate_series(${start + 1}::int, ${end}::int) i`;
    });
  }
  await sql`vacuum analyze recommender.live_events`;
}

/** Adds to each of these persons so many events that the model has not learned. */
export async function addUnlearned(
  sql: postgres.Sql,
  { project, items }: Filled,
  { persons, each }: { persons: string[]; each: number },
): Promise<void> {
  await sql`
    select setval('recommender.live_events_seq_seq', greatest(last_value, ${LEARNED_TO}))
    from recommender.live_events_seq_seq`;
  await withoutTriggers(sql, project, async (sql) => {
    await sql`
      insert into recommender.live_events
        (project_id, event_id, person, anonymous, item_id, type, at, known)
      select ${project}::int, gen_random_uuid()::text, p.id, false,
        'i' || (p.place * 7919 + i) % ${items},
        (array['view', 'click', 'cart', 'purchase'])[1 + i % 4], now() - interval '1 hour', true
      from unnest(${persons}::text[]) with ordinality p(id, place)
        cross join generate_series(1, ${each}::int) i`;
  });
}

/** Runs inserts of a project's events without triggers, and counts its events afterwards. */
async function withoutTriggers(
  sql: postgres.Sql,
  project: number,
  insert: (sql: postgres.TransactionSql) => Promise<void>,
): Promise<void> {
  await sql.begin(async (sql) => {
    const count = async () =>
      (await sql<{ count: number }[]>`
        select count(*)::int as count from recommender.live_events
        where project_id = ${project}`)[0].count;
    await sql`set local session_replication_role = replica`;
    await insert(sql);
    await sql`
      insert into recommender.live_event_counts (project_id, events)
      values (${project}, ${await count()})
      on conflict (project_id) do update set events = excluded.events`;
  });
}
