import type { Context } from "hono";

/** Maximum share of the places that one caller may take while others call. */
const SHARE = 3 / 4;
/** Time for which a caller counts as calling after its last request, in ms. */
const RECENT_MS = 10_000;

/**
 * Shares the places of a service, its concurrent requests, among its callers: a caller with very
 * many requests at a time leaves some places to others. A caller that is alone may take all.
 */
export class Shares {
  /** Number of requests in progress by caller. */
  #present = new Map<string, number>();
  /** Caller and time of the last request, and of the last one before it by a different caller. */
  #last = { caller: "", at: -Infinity };
  #other = this.#last;

  /**
   * Returns whether a caller holds its whole share of `limit` places while others call. Records
   * this call, at time `now` in monotonic ms.
   */
  isTaken(caller: string, { limit, now }: { limit: number; now: number }): boolean {
    if (this.#last.caller !== caller) this.#other = this.#last;
    this.#last = { caller, at: now };
    const isAlone = now - this.#other.at > RECENT_MS;
    return !isAlone && (this.#present.get(caller) ?? 0) >= SHARE * limit;
  }

  /** Counts a request that begins. */
  enter(caller: string): void {
    this.#present.set(caller, (this.#present.get(caller) ?? 0) + 1);
  }

  /** Ends a request that `enter` counted. */
  leave(caller: string): void {
    const left = this.#present.get(caller)! - 1;
    if (left > 0) this.#present.set(caller, left);
    else this.#present.delete(caller);
  }
}

/**
 * Returns a key of the request's caller, before authentication: the credential as sent, so that
 * only its holder uses up the share. Requests without a credential have the same key, "".
 */
export function callerOf({ req }: Context): string {
  return req.header("authorization") ?? req.header("x-api-key") ?? "";
}
