/**
 * Concurrency slots of a sender, one for each endpoint with requests in flight. A slow endpoint
 * gives up its slot but continues, so that hanging endpoints do not block others.
 */

export interface Places {
  /** Returns the number of free slots. */
  free(): number;
  /** Returns the ids of endpoints with requests in flight. */
  busy(): string[];
  /** Occupies a slot until the work has ended, then resolves. The work never rejects. */
  take(endpointId: string, work: Promise<unknown>): Promise<void>;
  /** Resolves when all work has ended. */
  empty(): Promise<void>;
}

/** Number of slots, and the time after which an endpoint gives up its slot, in ms. */
const PLACES = 16;
const SOON_MS = 2_000;
/** Maximum number of endpoints without a slot; any more keep theirs. */
const BESIDE = 128;

/** @param clock milliseconds: `Date.now`. */
export function createPlaces(clock: () => number): Places {
  /** In order of their start. */
  const held = new Map<string, { since: number; end: Promise<void> }>();
  return {
    free() {
      const until = clock() - SOON_MS;
      const late = held.values().filter(({ since }) => since <= until).toArray().length;
      return Math.max(0, PLACES - (held.size - Math.min(late, BESIDE)));
    },
    busy: () => [...held.keys()],
    take(endpointId, work) {
      const end = work.then(() => void held.delete(endpointId));
      held.set(endpointId, { since: clock(), end });
      return end;
    },
    async empty() {
      await Promise.all(held.values().map(({ end }) => end));
    },
  };
}
