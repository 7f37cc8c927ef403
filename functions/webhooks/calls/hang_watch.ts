/** Ends calls to a service that hangs, but not calls that a live service takes long to answer. */

/** Time without a response after which the health of the service is checked, in ms. */
const PATIENCE_MS = 4_000;

/** Watch of one call; dispose of it when the response has arrived. */
export interface HangWatch extends Disposable {
  /** Aborted when the service fails a health check, or the call's time is over. */
  signal: AbortSignal;
}

/**
 * Returns a watch of a call that begins now. Every `patienceMs` it checks the service's health,
 * which takes far less time than that even if the service is busy.
 * @param askHealth resolves if the service responds, and rejects if it does not within `ms`.
 * @param options.mostMs time limit of the call, without that of the health checks.
 */
export function hangWatch(
  askHealth: (ms: number) => Promise<unknown>,
  { patienceMs = PATIENCE_MS, mostMs }: { patienceMs?: number; mostMs: number },
): HangWatch {
  const late = new AbortController();
  let left = mostMs;
  let isOver = false;
  let timer: ReturnType<typeof setTimeout>;

  function wait(): void {
    const ms = Math.min(patienceMs, left);
    timer = setTimeout(async () => {
      left -= ms;
      const isAlive = left > 0 && await askHealth(patienceMs).then(() => true, () => false);
      if (isOver) return;
      if (isAlive) wait();
      else late.abort();
    }, ms);
  }

  wait();
  return {
    signal: late.signal,
    [Symbol.dispose]() {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
