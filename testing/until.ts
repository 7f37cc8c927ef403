/** Waits for conditions in tests. */

/**
 * Polls `look` and returns its first result that is neither false, null nor undefined.
 * @param options patienceMs: timeout, after which an error with the source of `look` is thrown
 */
export async function until<T>(
  look: () => T | false | null | undefined | Promise<T | false | null | undefined>,
  { patienceMs = 180_000, everyMs = 10 } = {},
): Promise<T> {
  for (const start = Date.now();;) {
    const seen = await look();
    if (seen !== false && seen !== null && seen !== undefined) return seen;
    if (Date.now() - start > patienceMs) {
      throw new Error(`${patienceMs / 1000} s went by without: ${look}`);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
