import { memoryOfMachine } from "../memory_limit.ts";
import { isShort } from "./turns.ts";

/** Which training a trainer has a place for. */
export type Place = "any" | "short";

/** What a place goes by of a training. */
export interface Placed {
  /** By estimate. */
  seconds: number;
  failures: number;
}

/** A short training has this share of the machine's memory, a long one the rest. */
const SHORT_SHARE = 1 / 4;

/** Where a share has fewer bytes there is no second place. */
const LEAST_BYTES = 1e9;

/** A short training that takes so many milliseconds counts as a long one. */
const OVERRUN_MS = 30_000;

/**
 * The places of a trainer: one for any training, and one for those that are short by estimate, so that
 * these wait for no long one. Two short ones may have both.
 */
export class Places<Training extends { ended: Promise<void> }> {
  #machine: number;
  #taken = new Map<Training, Placed & { since: number }>();

  /** @param machine bytes that all trainings together may hold. */
  constructor(machine: number = memoryOfMachine()) {
    this.#machine = machine;
  }

  /** What a place is free for; null where none is. */
  get free(): Place | null {
    const trainings = [...this.#taken.values()];
    if (trainings.length === 0) return "any";
    if (trainings.length > 1 || !this.#areTwo) return null;
    return trainings.some(isLong) ? "short" : "any";
  }

  get taken(): Iterable<Training> {
    return this.#taken.keys();
  }

  /** Bytes of the machine's memory that a training may go by. */
  memoryOf(training: Placed): number {
    if (!this.#areTwo) return this.#machine;
    return this.#machine * (isShort(training) ? SHORT_SHARE : 1 - SHORT_SHARE);
  }

  /** Takes a place until the training has ended. */
  take(training: Training, { seconds, failures }: Placed): void {
    this.#taken.set(training, { seconds, failures, since: Date.now() });
    training.ended.then(() => this.#taken.delete(training));
  }

  get #areTwo(): boolean {
    return this.#machine * SHORT_SHARE >= LEAST_BYTES;
  }
}

function isLong(training: Placed & { since: number }): boolean {
  return !isShort(training) || Date.now() - training.since > OVERRUN_MS;
}
