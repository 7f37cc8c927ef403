/**
 * The places of a sender: endpoints that are being sent to. One that has not answered soon gives its
 * place to another and goes on beside, so that those that hang keep nobody waiting.
 */

export interface Places {
  /** How many more endpoints may be sent to. */
  free(): number;
  /** Which are being sent to. */
  busy(): string[];
  /** Takes a place until the work has ended; resolves then. The work never rejects. */
  take(endpointId: string, work: Promise<unknown>): Promise<void>;
  /** Resolves when all that is under way has ended. */
  empty(): Promise<void>;
}

/** Places for those that answer soon, and how soon that is, in ms. */
const PLACES = 16;
const SOON_MS = 2_000;
/** The most that go on beside; more than that keep their places. */
const BESIDE = 128;

/** @param clock milliseconds: `Date.now`. */
export function createPlaces(clock: () => number): Places {
  /** In the order of their beginning. */
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
