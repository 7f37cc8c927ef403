/** Room for what look-ups found, so that a busy thing is looked up once in a while. */

export interface MemoryOptions<Found> {
  /** How old what was found may be. */
  ms: number;
  /** So many are remembered. */
  room: number;
  /** Whether this is worth remembering; all is, by default. */
  holds?: (found: Found) => boolean;
  /** Milliseconds. */
  now?: () => number;
}

interface Entry<Found> {
  found: Promise<Found>;
  /** By what it is being looked up; nothing once it is found. */
  by: object | null;
  until: number;
}

/**
 * What look-ups found, by key, each for a moment. It is data alone and may outlive a request on
 * Workers: a look-up that is under way is shared only by those who look by the same connection,
 * since on Workers another request's may never end.
 */
export class Memory<Found> {
  readonly #entries = new Map<string, Entry<Found>>();
  readonly #options: MemoryOptions<Found>;

  constructor(options: MemoryOptions<Found>) {
    this.#options = options;
  }

  /** What is remembered of a key, else what `find` gives; a failure is forgotten at once. */
  of(key: string, { by, find }: { by: object; find: () => Promise<Found> }): Promise<Found> {
    const { ms, room, holds = () => true, now = Date.now } = this.#options;
    const known = this.#entries.get(key);
    if (known && now() < known.until && (known.by ?? by) === by) return known.found;
    const entry: Entry<Found> = { until: now() + ms, found: find(), by };
    const drop = () => void (this.#entries.get(key) === entry && this.#entries.delete(key));
    entry.found.then((found) => holds(found) ? entry.by = null : drop(), drop);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > room) this.#entries.delete(this.#entries.keys().next().value!);
    return entry.found;
  }

  /** Drops what is remembered of a key, under way or found. */
  forget(key: string): void {
    this.#entries.delete(key);
  }
}
