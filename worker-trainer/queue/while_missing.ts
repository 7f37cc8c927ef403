import { type Missing, missingOf } from "./missing.ts";

export interface WhileMissingOptions {
  /** Called with the unavailable dependency at each failed try, and with null when it is back. */
  onMissing: (missing: Missing | null) => void;
  /** Maximum wait, in milliseconds. */
  patienceMs?: number;
  /** Longest interval between two tries; the first is a fifth of it. */
  everyMs?: number;
  /** Ends the wait: the last error is thrown. */
  stop?: AbortSignal;
}

/** Time a finished training waits for the registry, holding its place. */
const PATIENCE_MS = 15 * 60_000;

/**
 * Repeats idempotent work while a dependency it needs is unavailable.
 * @throws {unknown} the last error after `patienceMs`; any other error at once.
 */
export async function whileMissing<T>(
  work: () => Promise<T>,
  options: WhileMissingOptions,
): Promise<T> {
  const { onMissing, patienceMs = PATIENCE_MS, everyMs = 5_000, stop } = options;
  const deadline = Date.now() + patienceMs;
  for (let waited = everyMs / 5, isReported = false;; waited = Math.min(2 * waited, everyMs)) {
    try {
      const result = await work();
      if (isReported) onMissing(null);
      return result;
    } catch (error) {
      const missing = missingOf(error);
      if (!missing || missing.refused || stop?.aborted || Date.now() > deadline) throw error;
      onMissing(missing);
      isReported = true;
      if (stop?.aborted) throw error; // aborted by `onMissing`: no event will follow
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waited);
      stop?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}
