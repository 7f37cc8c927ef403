/** Trying again what a broken line or a busy service let fail, and nothing else. */
import { type ApiProblem, asProblem } from "./problem.ts";
import { aborted } from "./send_body.ts";

/** Waiting for the next try. */
export interface Waiting {
  /** Why the last one failed. */
  problem: ApiProblem;
  /** When it goes on, in milliseconds since 1970. */
  until: number;
  /** Goes on now. */
  goOn: () => void;
}

export interface RetryOptions {
  signal?: AbortSignal;
  /** Told when a wait begins, and null when it is over. */
  onWaiting?: (waiting: Waiting | null) => void;
}

/** The pause after each failure in a row, in milliseconds; the last is kept to. */
const PAUSES = [500, 1_000, 2_000, 5_000, 10_000, 30_000];
/** A service that answers so often that it cannot has a fault that waiting does not mend. */
const MOST_FAULTS = 8;

/**
 * Does something until it succeeds or fails for good. The browser's word that it is online again
 * ends a pause.
 * @throws {ApiProblem} the failure that trying again does not help, or `aborted` by the signal.
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
