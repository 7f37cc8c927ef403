/** Length of a measurement, in milliseconds. */
const WINDOW_MS = 250;
/** Latency that the fastest request of a measurement may have, in milliseconds. */
const TARGET_MS = 300;
/** Time with few requests after which the limit starts anew, in milliseconds. */
const CALM_MS = 2_000;
/** Factor of the limit after a measurement over the target, and after one within it. */
const [LESS, MORE] = [0.7, 1.1];

/** Bounds of the limit. */
export interface LimitBounds {
  /** Limit that is never fallen below. */
  least: number;
  /** Limit before anything is measured. */
  first: number;
  most: number;
}

/**
 * Limit of concurrent requests that keeps their latency near a target: additive increase and
 * multiplicative decrease by the fastest request of each quarter of a second. If all are slow they
 * wait for each other, as in CoDel (RFC 8289), which uses the minimum, too; if some are fast, the
 * slow ones have something else to wait for. Times are monotonic milliseconds.
 */
export class AdmissionLimit {
  readonly #bounds: LimitBounds;
  #limit: number;
  #since = -Infinity;
  #fastest = Infinity;
  /** Most requests in flight of this measurement. */
  #peak = 0;
  #busyAt = -Infinity;

  constructor(bounds: LimitBounds) {
    this.#bounds = bounds;
    this.#limit = bounds.first;
  }

  /** Records a completed request. */
  completed(latencyMs: number): void {
    this.#fastest = Math.min(this.#fastest, latencyMs);
  }

  /** Returns the limit, with `present` requests in flight. */
  at(now: number, present: number): number {
    const { least, first, most } = this.#bounds;
    this.#peak = Math.max(this.#peak, present);
    if (now - this.#since < WINDOW_MS) return this.#limit;
    // Nobody came for a while, and those who were there are answered.
    if (now - this.#since > CALM_MS && present < least / 2) this.#peak = present;
    if (this.#peak < least / 2) {
      if (now - this.#busyAt > CALM_MS) this.#limit = first;
    } else {
      this.#busyAt = now;
      if (this.#fastest <= TARGET_MS) {
        if (this.#peak >= this.#limit / 2) this.#limit = Math.min(most, this.#limit * MORE + 1);
      } else {
        // Nothing completed is as bad as slow, once it is late.
        if (now - this.#since <= TARGET_MS) return this.#limit;
        this.#limit = Math.max(least, this.#limit * LESS);
      }
    }
    this.#since = now;
    this.#fastest = Infinity;
    this.#peak = 0;
    return this.#limit;
  }
}
