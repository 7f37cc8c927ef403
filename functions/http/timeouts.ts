/**
 * Things that must all be done within the same time. They become late in the order in which they
 * were added, so one timer watches them all, and adding costs no timer.
 */
export class Timeouts<Thing> {
  /** When each was added, in milliseconds; the oldest first. */
  readonly #since = new Map<Thing, number>();
  readonly #late: (thing: Thing) => void;
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param late is told each thing that was not deleted within `ms`, once. */
  constructor(ms: number, late: (thing: Thing) => void) {
    this.#ms = ms;
    this.#late = late;
  }

  /** Begins a thing's time, anew where it is watched already. */
  add(thing: Thing): void {
    this.#since.delete(thing);
    this.#since.set(thing, performance.now());
    this.#timer ??= setTimeout(this.#look, this.#ms);
  }

  /** Ends the watch over a thing. The timer stays, for the next one. */
  delete(thing: Thing): void {
    this.#since.delete(thing);
  }

  /** Ends the watch over everything. */
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
