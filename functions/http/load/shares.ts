import type { Context } from "hono";

/** Part of the places that one caller may take while others call. */
const SHARE = 3 / 4;
/** Time for which a caller counts as calling after its last request, in ms. */
const RECENT_MS = 10_000;

/**
 * Shares the places of a service among its callers, so that one with very many requests at a time
 * leaves a part of them to others. A caller that is alone may take all.
 */
export class Shares {
  #present = new Map<string, number>();
  /** The last caller, and the last one before it that was another, with their times. */
  #last = { caller: "", at: -Infinity };
  #other = this.#last;

  /**
   * Whether a caller has its share of `limit` places. Records that it calls at time `now`, in
   * monotonic ms.
   */
  isTaken(caller: string, { limit, now }: { limit: number; now: number }): boolean {
    if (this.#last.caller !== caller) this.#other = this.#last;
    this.#last = { caller, at: now };
    const isAlone = now - this.#other.at > RECENT_MS;
    return !isAlone && (this.#present.get(caller) ?? 0) >= SHARE * limit;
  }

  enter(caller: string): void {
    this.#present.set(caller, (this.#present.get(caller) ?? 0) + 1);
  }

  leave(caller: string): void {
    const left = this.#present.get(caller)! - 1;
    if (left > 0) this.#present.set(caller, left);
    else this.#present.delete(caller);
  }
}

/**
 * Returns the caller of a request before it is authenticated: its credential as sent, so that
 * nobody else can take a caller's share; those without one are one caller.
 */
export function callerOf({ req }: Context): string {
  return req.header("authorization") ?? req.header("x-api-key") ?? "";
}
