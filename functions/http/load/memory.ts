/** Short-lived cache of look-ups. */

export interface MemoryOptions<Found> {
  /** Maximum age of an entry, in ms. */
  ms: number;
  /** Maximum number of entries; the oldest is evicted. */
  room: number;
  /** Whether a result is worth caching; by default every result is. */
  holds?: (found: Found) => boolean;
  /** Clock, in milliseconds. */
  now?: () => number;
}

interface Entry<Found> {
  found: Promise<Found>;
  /** The connection of a pending look-up; null once it has completed. */
  by: object | null;
  until: number;
}

/**
 * Cache of look-up results by key. It holds plain data and may outlive a request on Workers. A
 * pending look-up is shared only by callers with the same connection: on Workers, that of another
 * request may never complete.
 */
export class Memory<Found> {
  readonly #entries = new Map<string, Entry<Found>>();
  readonly #options: MemoryOptions<Found>;

  constructor(options: MemoryOptions<Found>) {
    this.#options = options;
  }

  /** Returns the cached result of `key`, else that of `find`. Failures are not cached. */
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

  /** Removes an entry, pending or complete. */
  forget(key: string): void {
    this.#entries.delete(key);
  }
}
