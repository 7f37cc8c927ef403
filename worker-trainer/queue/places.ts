import { memoryOfMachine } from "../runtime/machine_memory.ts";
import { isShort } from "./turns.ts";

/** Which trainings a free place accepts. */
export type Place = "any" | "short";

/** The properties of a training that decide its place. */
export interface Placed {
  /** Estimated duration. */
  seconds: number;
  failures: number;
}

/** Share of the machine's memory for a short training; a long one has the rest. */
const SHORT_SHARE = 1 / 4;

/** Minimum bytes of a share; below that there is only one place. */
const LEAST_BYTES = 1e9;

/** Milliseconds after which a running short training counts as long. */
const OVERRUN_MS = 30_000;

/**
 * The places of a trainer: one for any training, and one for trainings with a short estimate, so
 * that these do not wait for long ones. Two short trainings may use both.
 */
export class Places<Training extends { ended: Promise<void> }> {
  #machine: number;
  #taken = new Map<Training, Placed & { since: number }>();

  /** @param machine memory limit of all trainings together, in bytes. */
  constructor(machine: number = memoryOfMachine()) {
    this.#machine = machine;
  }

  /** The free place, or null if there is none. */
  get free(): Place | null {
    const trainings = [...this.#taken.values()];
    if (trainings.length === 0) return "any";
    if (trainings.length > 1 || !this.#areTwo) return null;
    return trainings.some(isLong) ? "short" : "any";
  }

  get taken(): Iterable<Training> {
    return this.#taken.keys();
  }

  /** Returns the share of the machine's memory for a training, in bytes. */
  memoryOf(training: Placed): number {
    if (!this.#areTwo) return this.#machine;
    return this.#machine * (isShort(training) ? SHORT_SHARE : 1 - SHORT_SHARE);
  }

  /** Occupies a slot until the training has ended. */
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
