/**
 * Records each answered call by key: its usage, its lists for the project's results, and the event
 * `recommend.completed` for the app's endpoints. All are committed before the response, so no
 * acknowledged call is lost. Concurrent calls share one statement, so a busy app's row is updated
 * once for all of them.
 */
import type { Sql } from "postgres";
import { joined } from "../../http/database/joined.ts";

/** An answered call. */
export interface Completed {
  appId: string;
  keyId: string;
  /** Usage of the call: 1, or the number of users of a batch. */
  count: number;
  /** Response JSON, used unchanged as the event's body; null raises no event. */
  answer: string | null;
  /** Passed on to the event's deliveries. */
  requestId: string;
  /** Lists of recommendations in the answer, for the project's results; null if there are none. */
  lists: CountedLists | null;
}

/** Lists of one answer. */
export interface CountedLists {
  project: number;
  /** Name of the place where they are shown; empty if the request named none. */
  placement: string;
  version: number;
  variant: number;
  lists: number;
  fallbacks: number;
}

/**
 * Returns the lists of an answer.
 * @param header the recommender's `x-airec-lists`.
 */
export function countedLists(
  header: string | null,
  { project, placement }: { project: number; placement: unknown },
): CountedLists | null {
  if (header === null) return null;
  const { version, variant, lists, fallbacks } = JSON.parse(header);
  const name = typeof placement === "string" ? placement : "";
  return { project, placement: name, version, variant, lists, fallbacks };
}

/** Records a call; false if the app has been deleted, and nothing was recorded. */
export type NoteCompleted = (call: Completed) => Promise<boolean>;

/** Maximum number of calls in one statement. */
const MAX_BATCH = 500;

/** Returns a recorder that batches concurrent calls into one statement. */
export function createNoteCompleted(sql: Sql): NoteCompleted {
  return joined((calls) => writeCompleted(sql, calls), { atMost: MAX_BATCH });
}

/** Records all calls or none; returns for each whether its app exists. */
async function writeCompleted(sql: Sql, calls: Completed[]): Promise<boolean[]> {
  const rows = await sql<{ app_id: string }[]>`
    select app_id from webhooks.note_completed(${JSON.stringify(calls)}::text::jsonb)`;
  const counted = new Set(rows.map(({ app_id }) => app_id));
  return calls.map(({ appId }) => counted.has(appId));
}
