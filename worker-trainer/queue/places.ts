import { memoryOfMachine } from "../runtime/machine_memory.ts";
import { isShort, type WaitingOptions } from "./turns.ts";
import type { Suspension } from "./suspension.ts";

/** The trainings that a free place accepts, as options of a claim. */
export type Place = Pick<WaitingOptions, "only">;

/** The properties of a training that decide its place. */
export interface Placed {
  /** Estimated duration. */
  seconds: number;
  failures: number;
  /** Whether it is the second half of a first training. */
  improving: boolean;
  /** The serving version; null for a first model. */
  serving: string | null;
}

/** A training that runs. */
interface Running {
  ended: Promise<void>;
  /** Suspends and resumes its process; only second halves have it. */
  suspension?: Suspension;
}

/** Share of the machine's memory for a short training; a long one has the rest. */
const SHORT_SHARE = 1 / 4;
/** Share of the machine's memory for either half of a first training. */
const HALF_SHARE = 1 / 2;

/** Minimum bytes of a share; below that there is only one place. */
const LEAST_BYTES = 1e9;

/** Milliseconds after which a running short training counts as long. */
const OVERRUN_MS = 30_000;

/**
 * The places of a trainer: one for any training, and one for trainings with a short estimate, so
 * that these do not wait for long ones. Two short trainings may use both. A second half of a first
 * training, whose project serves already, is suspended while a first model is computed in the
 * other place, however long that takes.
 */
export class Places<Training extends Running> {
  #machine: number;
  #taken = new Map<Training, Placed & { since: number }>();

  /** @param machine memory limit of all trainings together, in bytes. */
  constructor(machine: number = memoryOfMachine()) {
    this.#machine = machine;
  }

  /** The free place, or null if there is none. */
  get free(): Place | null {
    const trainings = [...this.#taken];
    if (trainings.length === 0) return {};
    if (trainings.length > 1) return null;
    const [[{ suspension }, placed]] = trainings;
    if (this.#areTwo && !isLong(placed)) return {};
    const only: Place["only"] = [
      ...(this.#areTwo ? ["short" as const] : []),
      ...(suspension?.mayBegin && this.#areHalves ? ["first" as const] : []),
    ];
    return only.length > 0 ? { only } : null;
  }

  get taken(): Iterable<Training> {
    return this.#taken.keys();
  }

  /** Returns the share of the machine's memory for a training, in bytes. */
  memoryOf(training: Placed): number {
    if (this.#areTwo && isShort(training)) return SHORT_SHARE * this.#machine;
    if (this.#areHalves && isHalf(training)) return HALF_SHARE * this.#machine;
    return this.#areTwo ? (1 - SHORT_SHARE) * this.#machine : this.#machine;
  }

  /** Occupies a slot until the training has ended. */
  take(training: Training, { seconds, failures, improving, serving }: Placed): void {
    this.#taken.set(training, { seconds, failures, improving, serving, since: Date.now() });
    this.#suspend();
    training.ended.then(() => {
      this.#taken.delete(training);
      this.#suspend();
    });
  }

  /** Suspends second halves while a first model is computed, and resumes them afterwards. */
  #suspend(): void {
    const isFirstThere = [...this.#taken.values()].some(({ serving }) => serving === null);
    for (const { suspension } of this.#taken.keys()) {
      if (isFirstThere) suspension?.begin();
      else suspension?.end();
    }
  }

  get #areTwo(): boolean {
    return this.#machine * SHORT_SHARE >= LEAST_BYTES;
  }

  get #areHalves(): boolean {
    return this.#machine * HALF_SHARE >= LEAST_BYTES;
  }
}

/** Whether a training is that of a first model, at its first attempt, or a second half. */
function isHalf({ improving, serving, failures }: Placed): boolean {
  return improving || serving === null && failures === 0;
}

function isLong(training: Placed & { since: number }): boolean {
  return !isShort(training) || Date.now() - training.since > OVERRUN_MS;
}
