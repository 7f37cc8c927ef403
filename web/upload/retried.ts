/** Retries calls that failed by a broken connection or an overloaded service. */
import { type ApiProblem, asProblem } from "../api/problem.ts";
import { aborted } from "./send_body.ts";

/** A pause before the next attempt. */
export interface Waiting {
  /** Error of the last attempt. */
  problem: ApiProblem;
  /** End of the pause, in milliseconds since the epoch. */
  until: number;
  /** Ends the pause now. */
  goOn: () => void;
}

export interface RetryOptions {
  signal?: AbortSignal;
  /** Called when a pause begins, and with null when it is over. */
  onWaiting?: (waiting: Waiting | null) => void;
}

/** Backoff after consecutive failures, in milliseconds; the last value repeats. */
const PAUSES = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
/** Most error responses before giving up; unreachable attempts do not count. */
const MOST_FAULTS = 8;

/**
 * Runs `action` until it succeeds or fails permanently. The `online` event ends a pause.
 * @throws {ApiProblem} an error that a retry cannot fix, or `aborted` by the signal
 */
export async function retried<Result>(
  action: () => Promise<Result>,
  { signal, onWaiting }: RetryOptions,
): Promise<Result> {
  let faults = 0;
  for (let failures = 0;; failures++) {
    try {
      return await action();
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status > 0) faults++;
      if (signal?.aborted || !mayPass(problem) || faults >= MOST_FAULTS) throw problem;
      const asked = Number(problem.document.retry_after) * 1000;
      const own = PAUSES[Math.min(failures, PAUSES.length - 1)];
      await pauseFor(Math.max(asked || 0, own), { problem, signal, onWaiting });
    }
  }
}

/** Whether the same request may succeed later. */
function mayPass({ code, status, document }: ApiProblem): boolean {
  if (code === "unreachable" || Number(document.retry_after) > 0) return true;
  return [408, 500, 502, 503, 504].includes(status);
}

async function pauseFor(
  ms: number,
  { problem, signal, onWaiting }: RetryOptions & { problem: ApiProblem },
): Promise<void> {
  const over = Promise.withResolvers<void>();
  const goOn = () => over.resolve();
  const stop = () => over.reject(aborted());
  const timer = setTimeout(goOn, ms);
  addEventListener("online", goOn);
  signal?.addEventListener("abort", stop);
  onWaiting?.({ problem, until: Date.now() + ms, goOn });
  try {
    await over.promise;
  } finally {
    clearTimeout(timer);
    removeEventListener("online", goOn);
    signal?.removeEventListener("abort", stop);
    onWaiting?.(null);
  }
}
