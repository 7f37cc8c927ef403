import { type Contact, isDatabaseAway } from "./contact.ts";

/** Interval between two tries, in milliseconds. */
const EVERY_MS = 1_000;

/**
 * Repeats a database write until the database responds, so that an outage does not discard a
 * finished training. The write must be fenced, because a try whose response was lost may have
 * succeeded.
 * @throws {unknown} the last error once `stop` is aborted; any other error at once.
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
