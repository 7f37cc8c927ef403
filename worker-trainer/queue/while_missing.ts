import { type Missing, missingOf } from "./missing.ts";

export interface WhileMissingOptions {
  /** Told what is away, at each try that it fails, and null when it is back. */
  onMissing: (missing: Missing | null) => void;
  /** How long it is waited for, in milliseconds. */
  patienceMs?: number;
  /** Between two tries; the first waits a fifth of it. */
  everyMs?: number;
  /** Ends the wait: the last error is thrown. */
  stop?: AbortSignal;
}

/** So long a finished training holds its place for the registry that takes it. */
const PATIENCE_MS = 15 * 60_000;

/**
 * Does what needs a dependency, again and again as long as that is away. It must bear being done
 * again.
 * @throws {unknown} the last error where patience ends, and every other error at once.
 */
export async function whileMissing<T>(
  work: () => Promise<T>,
  options: WhileMissingOptions,
): Promise<T> {
  const { onMissing, patienceMs = PATIENCE_MS, everyMs = 5_000, stop } = options;
  const deadline = Date.now() + patienceMs;
  for (let waited = everyMs / 5, told = false;; waited = Math.min(2 * waited, everyMs)) {
    try {
      const made = await work();
      if (told) onMissing(null);
      return made;
    } catch (error) {
      const missing = missingOf(error);
      if (!missing || missing.refused || stop?.aborted || Date.now() > deadline) throw error;
      onMissing(missing);
      told = true;
      if (stop?.aborted) throw error; // heard while it was told: there is no event to come
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waited);
      stop?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
