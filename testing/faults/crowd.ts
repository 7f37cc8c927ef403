/** Load generator: concurrent callers, each of whom calls again after every response. */

export interface Crowd {
  /** Number of responses by status; 0 without a response. */
  statuses: Record<number, number>;
  /** Latencies of the 2xx responses in milliseconds, ascending. */
  waits: number[];
  /**
   * Durations of the same responses in the service, by `Server-Timing`, in milliseconds, ascending.
   */
  served: number[];
  /** Number of 429 and 503 responses without Retry-After. */
  withoutRetryAfter: number;
}

export interface CrowdOptions {
  callers: number;
  /** Duration of the load, in milliseconds. */
  forMs: number;
  /** Pause of a caller between two calls, in milliseconds; Retry-After is ignored. */
  pauseMs?: number;
}

/** Runs the load; resolves after the last response. */
export async function crowd(
  ask: () => Promise<Response>,
  { callers, forMs, pauseMs = 100 }: CrowdOptions,
): Promise<Crowd> {
  const seen: Crowd = { statuses: {}, waits: [], served: [], withoutRetryAfter: 0 };
  const end = performance.now() + forMs;
  await Promise.all(Array.from({ length: callers }, async () => {
    while (performance.now() < end) {
      const start = performance.now();
      const answer = await ask().catch(() => Response.error());
      await answer.body?.cancel();
      const { status, ok, headers } = answer;
      seen.statuses[status] = (seen.statuses[status] ?? 0) + 1;
      if (ok) {
        seen.waits.push(performance.now() - start);
        seen.served.push(
          Number(/total;dur=([\d.]+)/.exec(headers.get("server-timing") ?? "")?.[1]),
        );
      }
      if ((status === 429 || status === 503) && !headers.has("retry-after")) {
        seen.withoutRetryAfter++;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }));
  for (const times of [seen.waits, seen.served]) times.sort((a, b) => a - b);
  return seen;
}

/** Returns the 99th percentile of ascending durations. */
export function p99(times: number[]): number {
  return times[Math.ceil(times.length * 0.99) - 1];
}
