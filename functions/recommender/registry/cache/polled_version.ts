/**
 * One subject of requests, an alias or a version, and the version that serves for it. It is polled
 * in the background while requests ask for it; a request waits only for the first load, or after
 * the subject was idle.
 */
import type { Background, LoadedVersion } from "./load_version.ts";
import { SingleFlight } from "./single_flight.ts";

/** Source of the version that serves. */
export interface VersionSource {
  /** Returns a version if it is in memory. */
  held(version: string): LoadedVersion | undefined;
  /**
   * Determines the version and brings it into memory. Null if there is none.
   * @param serving the version that has served so far.
   */
  fetch(serving: string | undefined, background: Background): Promise<Fetched | null>;
}

/** A version to serve; stale if it may no longer be the right one. */
export interface Fetched {
  loaded: LoadedVersion;
  stale: boolean;
}

export interface PollOptions {
  /** Interval of the polls, in ms. */
  pollMs: number;
  /** Time without requests after which polling ends, in ms. */
  idleMs: number;
  /**
   * False if nothing outlives a request, as on Workers: then requests themselves poll, in their
   * `background`.
   */
  timers: boolean;
  /** Age at which a poll in progress counts as lost, in ms. */
  lostMs?: number;
  /** Clock, in ms. */
  now: () => number;
}

/** Time a request after idleness waits for its poll before it uses the loaded version, in ms. */
const PATIENCE_MS = 1_000;

export class PolledVersion {
  readonly #source: VersionSource;
  readonly #options: PollOptions;
  readonly #polling: SingleFlight<Fetched | null>;
  #version?: string;
  #stale = false;
  #usedAt = -Infinity;
  #checkedAt = -Infinity;
  #timer?: ReturnType<typeof setTimeout>;
  #isStopped = false;

  constructor(source: VersionSource, options: PollOptions) {
    this.#source = source;
    this.#options = options;
    this.#polling = new SingleFlight(options);
  }

  /** The version that serves, if it is in memory. */
  get held(): Fetched | undefined {
    const loaded = this.#version === undefined ? undefined : this.#source.held(this.#version);
    return loaded && { loaded, stale: this.#stale };
  }

  /** Whether a poll is in progress. */
  get isPolling(): boolean {
    return this.#polling.pending !== undefined;
  }

  /** Whether no request has asked for it lately. */
  get isIdle(): boolean {
    return this.#options.now() - this.#usedAt > this.#options.idleMs;
  }

  /**
   * Returns the version for a request, or null if there is none.
   * @throws the error of the source, if nothing is in memory.
   */
  async current(background: Background): Promise<Fetched | null> {
    const { pollMs, timers, now } = this.#options;
    this.#usedAt = now();
    const age = now() - this.#checkedAt;
    if (this.held && (timers ? age <= 2 * pollMs : age <= pollMs)) return this.held;
    const polled = this.poll(background);
    background(polled.then(() => {}, () => {}));
    // A request after `expire` sees what was written before it. The version so far is not kept in a
    // variable meanwhile: where memory is short, the poll drops it.
    if (this.held && age < Infinity) {
      if (age <= 2 * pollMs) return this.held;
      const settled = await settledWithin(polled, PATIENCE_MS);
      if (settled) return settled.value;
      if (this.held) return this.held;
    }
    return await polled;
  }

  /**
   * Polls once for all concurrent callers. On failure the version in memory stays, marked stale.
   * @throws the error of the source, if nothing is in memory.
   */
  poll(background: Background = () => {}): Promise<Fetched | null> {
    return this.#polling.run(async (isCurrent) => {
      try {
        const fetched = await this.#source.fetch(this.#version, background);
        if (isCurrent()) {
          this.#version = fetched?.loaded.version;
          this.#stale = fetched?.stale ?? false;
        }
        return fetched;
      } catch (error) {
        if (!this.held) throw error;
        this.#stale = true;
        return this.held;
      } finally {
        if (isCurrent()) {
          this.#checkedAt = this.#options.now();
          this.#schedule();
        }
      }
    });
  }

  /** Waits for a poll in progress, which may have read what has changed since, but not long. */
  async settled(): Promise<void> {
    await settledWithin(this.#polling.pending?.catch(() => {}) ?? Promise.resolve(), PATIENCE_MS);
  }

  /** Lets the next request wait for a poll of its own, as after an alias moved. */
  expire(): void {
    this.#checkedAt = -Infinity;
    this.#polling.discard();
  }

  /** Ends polling for good. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#isStopped = true;
  }

  /** Schedules the next poll, as long as the version is in use. */
  #schedule(): void {
    clearTimeout(this.#timer);
    if (!this.#options.timers || this.#isStopped || !this.held || this.isIdle) return;
    this.#timer = setTimeout(() => {
      // A version that was evicted meanwhile is loaded by the next request.
      if (this.held) this.poll().catch(() => {});
    }, this.#options.pollMs);
  }
}

/** Returns the value of a promise, or undefined if it takes longer than `ms`. */
async function settledWithin<Value>(
  promise: Promise<Value>,
  ms: number,
): Promise<{ value: Value } | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return await Promise.race([promise.then((value) => ({ value })), patience])
    .finally(() => clearTimeout(timer));
}
