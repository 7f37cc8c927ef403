export interface SingleFlightOptions {
  /**
   * Age in ms after which a run counts as lost and the next caller starts another: on Workers a run
   * ends with the request that started it, and its promise never settles.
   */
  lostMs?: number;
  /** Clock, in ms. */
  now?: () => number;
}

/** Shares one run of an asynchronous function among concurrent callers. */
export class SingleFlight<Value> {
  #flight?: { done?: Promise<Value>; since: number };
  readonly #lostMs: number;
  readonly #now: () => number;

  constructor({ lostMs = Infinity, now = Date.now }: SingleFlightOptions = {}) {
    this.#lostMs = lostMs;
    this.#now = now;
  }

  /** The run in progress, if there is one that is not lost. */
  get pending(): Promise<Value> | undefined {
    const flight = this.#flight;
    return flight && this.#now() - flight.since < this.#lostMs ? flight.done : undefined;
  }

  /**
   * Returns the run in progress, or starts one.
   * @param start receives a function that returns whether the run is still the latest and was not
   * discarded.
   */
  run(start: (isCurrent: () => boolean) => Promise<Value>): Promise<Value> {
    if (this.pending) return this.pending;
    const flight: { done?: Promise<Value>; since: number } = { since: this.#now() };
    this.#flight = flight;
    const isCurrent = () => this.#flight === flight;
    flight.done = start(isCurrent).finally(() => {
      if (isCurrent()) this.#flight = undefined;
    });
    return flight.done;
  }

  /** Gives up the run in progress: its callers still get its result, later callers do not. */
  discard(): void {
    this.#flight = undefined;
  }
}
