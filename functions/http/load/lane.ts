/**
 * Fair scheduler of a process's computations. A computation runs in steps, and the event loop turns
 * between slices of steps, so that a computation of two seconds does not block other requests for
 * two seconds.
 *
 * Owners get equal shares by start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996): the
 * owner with the least virtual time is next, and a new owner starts at the current virtual time.
 * Within an owner, and between owners with equal virtual time, the smallest computation is first.
 * Sizes are estimated in units; a clock is no alternative, since on Workers it stops during a
 * computation.
 */
import { Problem } from "../problem.ts";

/** A computation that yields the cost in units of each step before it. */
export type Steps<Result> = Generator<number, Result, void>;

/** Duration of a unit in ms, on the machine of bench/README.md. */
export const UNIT_MS = 0.5;

/** Maximum slice of a turn, in units: 20 ms. */
export const SLICE_UNITS = 20 / UNIT_MS;

/** The lane, as seen by a computation. */
export interface Ticket {
  /**
   * Declares the total cost of the computation in units, before it continues.
   * @throws {Problem} `too_many_requests` if too many units of its owner are queued.
   */
  weigh(units: number): void;
}

/**
 * Maximum units of an owner's queued computations larger than a slice: ten seconds of the machine.
 * And their maximum number, so that one owner cannot occupy all of a service's concurrent requests.
 */
const MOST_UNITS_WAITING = 10_000 / UNIT_MS;
const MOST_WAITING = 400;

interface Computation {
  steps: Steps<unknown>;
  /** Cost of the next step. */
  next: number;
  /** Total cost; 0 until `weigh` is called. */
  units: number;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

interface Owner {
  /** Virtual time: the units consumed, on the scale of all owners. */
  virtualTime: number;
  waiting: Computation[];
}

/** The lane of one process. */
export class Lane {
  /** Owners that have run since the lane was last empty. */
  #owners = new Map<string, Owner>();
  /** Current virtual time: that of the owner that ran last. */
  #now = 0;
  /** Remaining units of this turn's slice. */
  #left = SLICE_UNITS;
  #driving = false;
  /** Computations queued since the last slice, with the abort signals of their callers. */
  readonly #unwatched: {
    computation: Computation;
    waiting: Computation[];
    signal: () => AbortSignal;
  }[] = [];
  #turn: () => Promise<void>;

  /** @param turn resolves after a turn of the event loop. */
  constructor(turn: () => Promise<void> = nextTurn) {
    this.#turn = turn;
  }

  /**
   * Runs a computation: immediately if none is queued and this turn has units left, else queued.
   * @param begin creates the steps, which call `weigh` as soon as the cost is known.
   * @param options.signal returns the signal that cancels a queued computation when the caller has
   * disconnected. Called only for computations that wait longer than a turn: on Deno the signal of
   * a request costs as much as a short ranking.
   * @throws {Problem} `unavailable` if too many computations of the owner are queued.
   */
  run<Result>(
    ownerId: string,
    begin: (ticket: Ticket) => Steps<Result>,
    { signal }: { signal?: () => AbortSignal } = {},
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
      if (signal) this.#unwatched.push({ computation, waiting, signal });
      if (!this.#driving) this.#drive();
    }
    return promise;
  }

  /** Cancels computations that wait longer than a turn if their caller disconnects. */
  #watch(): void {
    for (const { computation, waiting, signal } of this.#unwatched.splice(0)) {
      if (!waiting.includes(computation)) continue;
      const caller = signal();
      const cancel = () => {
        const index = waiting.indexOf(computation);
        if (index < 0) return;
        waiting.splice(index, 1);
        const left = "The caller disconnected before the response was ready.";
        computation.reject(new Problem("unavailable", left));
      };
      if (caller.aborted) cancel();
      else caller.addEventListener("abort", cancel, { once: true });
    }
  }

  #ownerOf(ownerId: string): Owner {
    let owner = this.#owners.get(ownerId);
    if (!owner) this.#owners.set(ownerId, owner = { virtualTime: 0, waiting: [] });
    if (owner.waiting.length === 0) owner.virtualTime = Math.max(owner.virtualTime, this.#now);
    return owner;
  }

  #checkWaiting(ownerId: string, computation: Computation): void {
    if (computation.units <= SLICE_UNITS) return;
    const before = (this.#owners.get(ownerId)?.waiting ?? [])
      .filter((other) => other !== computation && other.units > SLICE_UNITS)
      .reduce((sum, { units }) => sum + units, 0);
    if (before === 0 || before + computation.units <= MOST_UNITS_WAITING) return;
    throw new Problem(
      "too_many_requests",
      `An account may have at most ${figureOf(MOST_UNITS_WAITING)} units of work waiting, ` +
        `and ${figureOf(before)} of yours are: try again when some of your calls have finished.`,
      { headers: { "retry-after": String(Math.ceil(before * UNIT_MS / 1000)) } },
    );
  }

  /** Runs one slice a turn until the queue is empty. */
  async #drive(): Promise<void> {
    this.#driving = true;
    do {
      await this.#turn();
      this.#left = SLICE_UNITS;
      while (this.#left > 0 && this.#advanceNext());
      if (this.#unwatched.length > 0) this.#watch();
    } while (this.#next());
    this.#owners.clear();
    this.#now = 0;
    this.#driving = false;
  }

  /** Runs the next computation; false if none is queued, or if it does not finish in this slice. */
  #advanceNext(): boolean {
    const owner = this.#next();
    if (!owner) return false;
    this.#now = owner.virtualTime;
    const smallest = smallestOf(owner);
    const left = this.#left;
    const isDone = this.#advance(smallest);
    owner.virtualTime += left - this.#left;
    if (isDone) owner.waiting.splice(owner.waiting.indexOf(smallest), 1);
    return isDone;
  }

  /** Returns the next owner: least virtual time, then smallest computation. */
  #next(): Owner | undefined {
    let next: Owner | undefined;
    for (const owner of this.#owners.values()) {
      if (owner.waiting.length === 0) continue;
      const isBefore = !next || owner.virtualTime < next.virtualTime ||
        (owner.virtualTime === next.virtualTime &&
          smallestOf(owner).units < smallestOf(next).units);
      if (isBefore) next = owner;
    }
    return next;
  }

  /** Runs steps while this turn's slice lasts; true if the computation has finished. */
  #advance(computation: Computation): boolean {
    const { steps, resolve, reject } = computation;
    // A step larger than a slice gets a slice of its own.
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

/** Returns an owner's smallest computation, of equal ones the first. */
function smallestOf({ waiting }: Owner): Computation {
  return waiting.reduce((a, b) => b.units < a.units ? b : a);
}

function tooMany(): Problem {
  return new Problem(
    "unavailable",
    `An account may have at most ${MOST_WAITING} calls waiting; please try again shortly.`,
    { headers: { "retry-after": "1" } },
  );
}

function figureOf(units: number): string {
  return Math.ceil(units).toLocaleString("en");
}

/** Waits by a timer: `setImmediate` and messages run before sockets and would starve them. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
