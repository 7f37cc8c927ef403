/** The rows of `recommender.trainers`: which processes train, and what each of them misses. */
import type { Sql } from "postgres";
import { type Missing, pauseSentence } from "./missing.ts";

/** What a row says of a trainer's pause. */
export interface Pause {
  dependency: string;
  since: string;
  /** For owners. */
  sentence: string;
  /** For the operator alone. */
  detail: string;
}

/** So long the row of a trainer stays that said no goodbye, for the operator to see. */
const KEPT_HOURS = 24;

/** Says that a trainer is there, and what it misses. */
export async function sayHere(
  sql: Sql,
  { id, pause }: { id: string; pause: (Missing & { since: Date }) | null },
): Promise<void> {
  const pauses: Pause[] = pause
    ? [{
      dependency: pause.dependency,
      since: pause.since.toISOString(),
      sentence: pauseSentence(pause),
      detail: pause.detail,
    }]
    : [];
  await sql`
    insert into recommender.trainers (id, pauses) values (${id}, ${sql.json(pauses as never)})
    on conflict (id) do update set seen_at = now(), pauses = excluded.pauses`;
}

/** Takes a trainer's row away, and those that were left long ago. */
export async function sayGoodbye(sql: Sql, id: string): Promise<void> {
  await sql`
    delete from recommender.trainers
    where id = ${id} or seen_at < now() - make_interval(hours => ${KEPT_HOURS})`;
}
