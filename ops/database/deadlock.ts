/** Repeats transactions that Postgres ended because of a deadlock. */
import { delay } from "@std/async/delay";

/** SQLSTATE of a deadlock. */
const DEADLOCK = "40P01";

/**
 * Attempts of a transaction that migrates: it can deadlock with a migration of another database of
 * the server, which grants to the same roles.
 */
export const MIGRATION_ATTEMPTS = 10;

/** Longest pause before the first repeat, in ms; grows with each, and is drawn. */
const PAUSE_MS = 50;

/**
 * Returns the result of `run`, which is called again, after a pause, if it ends in a deadlock.
 * @param attempts maximum number of calls; the error of the last one is thrown
 */
export async function repeatOnDeadlock<T>(run: () => Promise<T>, attempts: number): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await run();
    } catch (error) {
      if ((error as { code?: string }).code !== DEADLOCK || attempt === attempts) throw error;
      // Two that repeat at once would meet again.
      await delay(Math.random() * PAUSE_MS * attempt);
    }
  }
}
