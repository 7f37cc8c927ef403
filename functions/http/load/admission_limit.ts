/** Length of a measurement, in milliseconds. */
const WINDOW_MS = 250;
/** Target for the fastest request of a measurement, in milliseconds. */
const TARGET_MS = 300;
/** Time with few requests after which the limit is reset, in milliseconds. */
const CALM_MS = 2_000;
/** Factor by which the limit grows after a measurement within the target. */
const INCREASE = 1.1;
/** Bounds of the factor after a measurement above the target, which is target / latency. */
const [MIN_DECREASE, MAX_DECREASE] = [0.5, 0.9];

/** Bounds of the limit. */
export interface LimitBounds {
  /** Minimum of the limit. */
  least: number;
  /** Limit before anything is measured. */
  first: number;
  /** Maximum of the limit. */
  most: number;
}

/**
 * Limit of concurrent requests that keeps latency near a target, by additive increase and
 * multiplicative decrease, the faster the farther the latency is above the target. It uses the
 * fastest request of each measurement, as CoDel (RFC 8289) uses the minimum delay: if all requests
 * are slow, they queue for each other; if some are fast, the slow ones wait for something else. It
 * grows only if the requests in flight can complete within the target at the present rate (Little's
 * law), as the first requests of a burst are fast and the last are not. Times are monotonic
 * milliseconds.
 */
export class AdmissionLimit {
  readonly #bounds: LimitBounds;
  #limit: number;
  /** Start of the current measurement. */
  #since = -Infinity;
  #fastest = Infinity;
  #completed = 0;
  /** Maximum number of requests in flight during this measurement. */
  #peak = 0;
  /** Time of the last measurement with many requests. */
  #busyAt = -Infinity;

  constructor(bounds: LimitBounds) {
    this.#bounds = bounds;
    this.#limit = bounds.first;
  }

  /** Records a completed request. */
  completed(latencyMs: number): void {
    this.#fastest = Math.min(this.#fastest, latencyMs);
    this.#completed++;
  }

  /** Returns the limit at time `now`, and records that `present` requests are in flight. */
  at(now: number, present: number): number {
    const { least, first, most } = this.#bounds;
    this.#peak = Math.max(this.#peak, present);
    if (now - this.#since < WINDOW_MS) return this.#limit;
    // After a calm period the earlier peak no longer counts.
    if (now - this.#since > CALM_MS && present < least / 2) this.#peak = present;
    if (this.#peak < least / 2) {
      if (now - this.#busyAt > CALM_MS) this.#limit = first;
    } else {
      this.#busyAt = now;
      if (this.#fastest <= TARGET_MS) {
        const expectedMs = this.#peak * (now - this.#since) / this.#completed;
        const isUsed = this.#peak >= this.#limit / 2;
        if (isUsed && expectedMs <= TARGET_MS) {
          this.#limit = Math.min(most, this.#limit * INCREASE + 1);
        }
      } else {
        // Without a completed request, latency is unknown until the target has passed.
        if (now - this.#since <= TARGET_MS) return this.#limit;
        const factor = Math.min(MAX_DECREASE, Math.max(MIN_DECREASE, TARGET_MS / this.#fastest));
        this.#limit = Math.max(least, this.#limit * factor);
      }
    }
    this.#since = now;
    this.#fastest = Infinity;
    this.#completed = 0;
    this.#peak = 0;
    return this.#limit;
  }
}
