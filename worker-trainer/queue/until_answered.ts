import { type Contact, isDatabaseAway } from "./contact.ts";

/** Two tries of what the database did not answer, in milliseconds. */
const EVERY_MS = 1_000;

/**
 * Does what the database has to know until it answers, for a training that ended well is not thrown
 * away because it was told in a bad moment. What is done must be fenced: it may have been done by a
 * try whose answer was lost.
 * @throws {unknown} the error of the last try once `stop` is aborted, and every other at once.
 */
export async function untilAnswered<T>(
  work: () => Promise<T>,
  { contact, stop }: { contact: Contact; stop: AbortSignal },
): Promise<T> {
  for (;;) {
    try {
      return await contact.over(work());
    } catch (error) {
      if (!isDatabaseAway(error) || stop.aborted) throw error;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, EVERY_MS);
      stop.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
