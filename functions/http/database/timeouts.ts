/**
 * Deadlines with a common time limit. Entries expire in the order in which they were added, so one
 * timer is enough for all.
 */
export class Timeouts<Entry> {
  /** When each entry was added, in milliseconds, oldest first. */
  readonly #since = new Map<Entry, number>();
  readonly #late: (entry: Entry) => void;
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param late called once with each entry that was not deleted within `ms`. */
  constructor(ms: number, late: (entry: Entry) => void) {
    this.#ms = ms;
    this.#late = late;
  }

  /** Starts a entry's deadline, or restarts it. */
  add(entry: Entry): void {
    this.#since.delete(entry);
    this.#since.set(entry, performance.now());
    this.#timer ??= setTimeout(this.#look, this.#ms);
  }

  /** Removes a entry. The timer keeps running for the next one. */
  delete(entry: Entry): void {
    this.#since.delete(entry);
  }

  /** Removes all entries and stops the timer. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#since.clear();
  }

  readonly #look = (): void => {
    for (const [entry, since] of this.#since) {
      const left = since + this.#ms - performance.now();
      if (left > 0) {
        this.#timer = setTimeout(this.#look, left);
        return;
      }
      this.#since.delete(entry);
      this.#late(entry);
    }
    this.#timer = undefined;
  };
}
