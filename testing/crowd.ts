/** More callers than a service has places, each of whom asks again as soon as there is an answer. */

export interface Crowd {
  /** How many answers had each status; 0 where there was no answer. */
  statuses: Record<number, number>;
  /** Milliseconds of each answer by 2xx, the shortest first. */
  waits: number[];
  /** Refusals by 429 or 503 that did not say when to come again. */
  withoutRetryAfter: number;
}

export interface CrowdOptions {
  callers: number;
  /** How long they go on asking, in milliseconds. */
  forMs: number;
  /** A caller's pause between two questions, in milliseconds: no one obeys Retry-After. */
  pauseMs?: number;
}

/** Has a crowd ask, and waits for the last answer. */
export async function crowd(
  ask: () => Promise<Response>,
  { callers, forMs, pauseMs = 100 }: CrowdOptions,
): Promise<Crowd> {
  const seen: Crowd = { statuses: {}, waits: [], withoutRetryAfter: 0 };
  const end = performance.now() + forMs;
  await Promise.all(Array.from({ length: callers }, async () => {
    while (performance.now() < end) {
      const start = performance.now();
      const answer = await ask().catch(() => Response.error());
      await answer.body?.cancel();
      const { status, ok, headers } = answer;
      seen.statuses[status] = (seen.statuses[status] ?? 0) + 1;
      if (ok) seen.waits.push(performance.now() - start);
      if ((status === 429 || status === 503) && !headers.has("retry-after")) {
        seen.withoutRetryAfter++;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }));
  seen.waits.sort((a, b) => a - b);
  return seen;
}

/** The wait that 99 of 100 answers did not exceed, in milliseconds. */
export function p99({ waits }: Crowd): number {
  return waits[Math.ceil(waits.length * 0.99) - 1];
}
