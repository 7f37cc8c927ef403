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

/** Notes them all or none, and gives the apps that were counted. */
async function writeCompleted(sql: Sql, calls: Completed[]): Promise<Set<string>> {
  const given = calls.map(({ appId, keyId, count, answer }) => ({ appId, keyId, count, answer }));
  const rows = await sql<{ app_id: string }[]>`
    select app_id from webhooks.note_completed(${JSON.stringify(given)}::text::jsonb)`;
  return new Set(rows.map(({ app_id }) => app_id));
}
