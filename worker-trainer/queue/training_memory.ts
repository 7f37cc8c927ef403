import { memoryOfMachine } from "../runtime/machine_memory.ts";

/** Share of the machine's memory for trainings: the rest is for the trainer and the system. */
const MOST_OF_MACHINE = 0.9;
/** Factor on `memory_limit`, which is planned by estimates. */
const SLACK = 1.5;
/** Minimum in bytes: enough to read a small file and fit popularity, whatever was estimated. */
const LEAST = 2e9;

/**
 * Returns the memory limit of a training process in bytes.
 * @param limit `memory_limit` of the project's settings, by which the model search plans.
 */
export function memoryAllowed(
  limit: number | undefined,
  machine: number = memoryOfMachine(),
): number {
  const wanted = limit === undefined ? Infinity : Math.max(LEAST, SLACK * limit);
  return Math.floor(Math.min(MOST_OF_MACHINE * machine, wanted));
}

/**
 * Returns the bytes by which the model search plans within a process's limit, in bytes.
 * @param limit `memory_limit` of the project's settings.
 */
export function memoryPlanned(limit: number | undefined, allowed: number): number {
  return Math.min(limit ?? Infinity, allowed / SLACK);
}
