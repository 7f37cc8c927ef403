/**
 * What is noted of each answered call by key: the count, and the event `recommend.completed` for
 * the app's endpoints. It is committed before the answer is sent, so no acknowledged call is lost;
 * and calls that are under way together share one statement, so that a busy app's row is written
 * once for all of them.
 */
import type { Sql } from "postgres";
import { joined } from "./joined.ts";

/** A call that was answered. */
export interface Completed {
  appId: string;
  keyId: string;
  /** How many answers it counts for: of a batch, its users. */
  count: number;
  /** The JSON that the caller gets: the event's body, byte for byte. Null raises no event. */
  answer: string | null;
  /** Goes with the event to its deliveries. */
  requestId: string;
}

/** Notes a call; false when the app has been deleted meanwhile: then nothing was noted. */
export type NoteCompleted = (call: Completed) => Promise<boolean>;

/** The most calls in one statement. */
const TOGETHER = 500;

/** Notes calls, those under way together by one statement. */
export function createNoteCompleted(sql: Sql): NoteCompleted {
  return joined((calls) => writeCompleted(sql, calls), { atMost: TOGETHER });
}

/** Notes them all or none, and says of each whether its app was counted. */
async function writeCompleted(sql: Sql, calls: Completed[]): Promise<boolean[]> {
  const rows = await sql<{ app_id: string }[]>`
    select app_id from webhooks.note_completed(${JSON.stringify(calls)}::text::jsonb)`;
  const counted = new Set(rows.map(({ app_id }) => app_id));
  return calls.map(({ appId }) => counted.has(appId));
}
