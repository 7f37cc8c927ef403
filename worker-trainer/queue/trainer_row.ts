/** The rows of `recommender.trainers`: the running trainers and their unavailable dependencies. */
import type { Sql } from "postgres";
import { type Missing, pauseSentence } from "./missing.ts";

/** A trainer's pause, as stored. */
export interface Pause {
  dependency: string;
  since: string;
  /** For owners. */
  sentence: string;
  /** For the operator only. */
  detail: string;
}

/** Hours after which the row of a trainer that ended without removing it is deleted. */
const KEPT_HOURS = 24;

/** Records that a trainer is alive, and its unavailable dependency. */
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

/** Deletes a trainer's row, and rows of trainers last seen long ago. */
export async function sayGoodbye(sql: Sql, id: string): Promise<void> {
  await sql`
    delete from recommender.trainers
    where id = ${id} or seen_at < now() - make_interval(hours => ${KEPT_HOURS})`;
}
