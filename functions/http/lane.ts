/**
 * One lane for all computations of a process. They are cut into steps, and between slices of steps
 * the event loop turns, so that what comes meanwhile is heard: an answer that takes two seconds
 * keeps nobody else waiting for two seconds.
 *
 * Owners have equal shares by start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996): the
 * one that had least comes next, and a newcomer begins where the present one is. Of one owner's
 * computations the smallest goes first, and so it does between owners that had the same. Sizes are
 * units, by estimate; no clock is asked, for on Workers it stands still while something is computed.
 */
import { Problem } from "./problem.ts";

/** A computation that yields, before each of its steps, the units that the step will cost. */
export type Steps<Result> = Generator<number, Result, void>;

/** Milliseconds of one unit on the machine of bench/README.md. */
export const UNIT_MS = 0.5;

/** The longest slice of a turn, in units: 20 ms. */
export const SLICE_UNITS = 20 / UNIT_MS;

/** A computation's place in the lane. */
export interface Place {
  /**
   * Says what the computation costs before it goes on, in units.
   * @throws {Problem} `too_many_requests` where too much waits for its owner already.
   */
  weigh(units: number): void;
}

/**
 * The most units that may wait of one owner, ten seconds of the machine alone, not counting what
 * fits into a slice; and the most computations, so that the places of a service are never one
 * owner's alone.
 */
const MOST_UNITS_WAITING = 10_000 / UNIT_MS;
const MOST_WAITING = 400;

interface Computation {
  steps: Steps<unknown>;
  /** The cost of its next step. */
  next: number;
  /** The cost of all; 0 until it is weighed. */
  units: number;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

interface Owner {
  /** The units it had, on the scale of all owners. */
  had: number;
  waiting: Computation[];
}

/** The lane of one process. */
export class Lane {
  /** Those with a share since the lane was last empty. */
  #owners = new Map<string, Owner>();
  /** Where the owner was that came last, on the scale of all owners. */
  #now = 0;
  /** The units that are left of the slice of this turn. */
  #left = SLICE_UNITS;
  #driving = false;
  #turn: () => Promise<void>;

  /** @param turn resolves when the event loop has turned. */
  constructor(turn: () => Promise<void> = nextTurn) {
    this.#turn = turn;
  }

  /**
   * Runs a computation: at once where none waits and this turn has time left, else in its turns.
   * @param begin makes the steps. They weigh the computation as soon as its size is known.
   * @param options.signal ends it: nobody waits for the result any more.
   * @throws {Problem} `unavailable` where too many wait for the owner already.
   */
  run<Result>(
    ownerId: string,
    begin: (place: Place) => Steps<Result>,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const weigh = (units: number) => {
      computation.units = units;
      this.#checkWaiting(ownerId, computation);
    };
    const computation: Computation = {
      steps: begin({ weigh }),
      next: 0,
      units: 0,
      resolve: resolve as (value: unknown) => void,
      reject,
    };
    if (this.#driving || !this.#advance(computation)) {
      const { waiting } = this.#ownerOf(ownerId);
      if (waiting.length >= MOST_WAITING) {
        reject(tooMany());
        return promise;
      }
      waiting.push(computation);
      signal?.addEventListener("abort", () => {
        const place = waiting.indexOf(computation);
        if (place < 0) return;
        waiting.splice(place, 1);
        reject(new Problem("unavailable", "The caller left before the answer was there."));
      }, { once: true });
      if (!this.#driving) this.#drive();
    }
    return promise;
  }

  #ownerOf(ownerId: string): Owner {
    let owner = this.#owners.get(ownerId);
    if (!owner) this.#owners.set(ownerId, owner = { had: 0, waiting: [] });
    if (owner.waiting.length === 0) owner.had = Math.max(owner.had, this.#now);
    return owner;
  }

  #checkWaiting(ownerId: string, one: Computation): void {
    if (one.units <= SLICE_UNITS) return;
    const before = (this.#owners.get(ownerId)?.waiting ?? [])
      .filter((other) => other !== one && other.units > SLICE_UNITS)
      .reduce((sum, { units }) => sum + units, 0);
    if (before === 0 || before + one.units <= MOST_UNITS_WAITING) return;
    throw new Problem(
      "too_many_requests",
      `At most ${figureOf(MOST_UNITS_WAITING)} units of work of an account may wait for their ` +
        `turn, and ${figureOf(before)} do: ask again when some of your calls are answered.`,
      { headers: { "retry-after": String(Math.ceil(before * UNIT_MS / 1000)) } },
    );
  }

  /** A slice a turn, until nothing waits. */
  async #drive(): Promise<void> {
    this.#driving = true;
    do {
      await this.#turn();
      this.#left = SLICE_UNITS;
      while (this.#left > 0 && this.#advanceNext());
    } while (this.#next());
    this.#owners.clear();
    this.#now = 0;
    this.#driving = false;
  }

  /** Advances what comes next; false where nothing waits, or it does not end in this slice. */
  #advanceNext(): boolean {
    const owner = this.#next();
    if (!owner) return false;
    this.#now = owner.had;
    const smallest = smallestOf(owner);
    const left = this.#left;
    const isDone = this.#advance(smallest);
    owner.had += left - this.#left;
    if (isDone) owner.waiting.splice(owner.waiting.indexOf(smallest), 1);
    return isDone;
  }

  /** Of the owners for whom something waits the one that had least, of equal ones the one with the smallest. */
  #next(): Owner | undefined {
    let next: Owner | undefined;
    for (const owner of this.#owners.values()) {
      if (owner.waiting.length === 0) continue;
      const isBefore = !next || owner.had < next.had ||
        (owner.had === next.had && smallestOf(owner).units < smallestOf(next).units);
      if (isBefore) next = owner;
    }
    return next;
  }

  /** Takes as many steps as this turn's slice has room for; true when it was the last. */
  #advance(computation: Computation): boolean {
    const { steps, resolve, reject } = computation;
    // A step that is larger than a slice has a slice for itself.
    while (computation.next <= this.#left || this.#left === SLICE_UNITS) {
      this.#left -= computation.next;
      try {
        const { done, value } = steps.next();
        if (done) {
          resolve(value);
          return true;
        }
        computation.next = value;
      } catch (error) {
        reject(error);
        return true;
      }
    }
    return false;
  }
}

/** What goes first of an owner; of equal ones what came first. */
function smallestOf({ waiting }: Owner): Computation {
  return waiting.reduce((a, b) => b.units < a.units ? b : a);
}

function tooMany(): Problem {
  return new Problem(
    "unavailable",
    `At most ${MOST_WAITING} calls of an account may wait for their turn; please try again shortly.`,
    { headers: { "retry-after": "1" } },
  );
}

function figureOf(units: number): string {
  return Math.ceil(units).toLocaleString("en");
}

/**
 * A timer, for only behind one do sockets get their turn: `setImmediate` and messages come before
 * them, again and again.
 */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
