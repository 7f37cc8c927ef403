/**
 * Deadlines with a common time limit. Things expire in the order in which they were added, so one
 * timer is enough for all.
 */
export class Timeouts<Thing> {
  /** When each thing was added, in milliseconds, oldest first. */
  readonly #since = new Map<Thing, number>();
  readonly #late: (thing: Thing) => void;
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param late called once with each thing that was not deleted within `ms`. */
  constructor(ms: number, late: (thing: Thing) => void) {
    this.#ms = ms;
    this.#late = late;
  }

  /** Starts a thing's deadline, or restarts it. */
  add(thing: Thing): void {
    this.#since.delete(thing);
    this.#since.set(thing, performance.now());
    this.#timer ??= setTimeout(this.#look, this.#ms);
  }

  /** Removes a thing. The timer keeps running for the next one. */
  delete(thing: Thing): void {
    this.#since.delete(thing);
  }

  /** Removes all things and stops the timer. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#since.clear();
  }

  readonly #look = (): void => {
    for (const [thing, since] of this.#since) {
      const left = since + this.#ms - performance.now();
      if (left > 0) {
        this.#timer = setTimeout(this.#look, left);
        return;
      }
      this.#since.delete(thing);
      this.#late(thing);
    }
    this.#timer = undefined;
  };
}
