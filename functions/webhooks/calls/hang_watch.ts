/** Ends calls to a service that hangs, and lets calls take long that it works on. */

/** Time without a response after which a call's service is asked whether it is alive, in ms. */
const PATIENCE_MS = 4_000;

/** Watch of one call, to be disposed when the response is there. */
export interface HangWatch extends Disposable {
  /** Aborted when the service hangs, or the call's time is over. */
  signal: AbortSignal;
}

/**
 * Starts a watch. Every `patienceMs` it asks the service whether it is alive, which takes far less
 * than that, however much work the service has.
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
