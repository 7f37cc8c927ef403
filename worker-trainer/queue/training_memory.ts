import { memoryOfMachine } from "../memory_limit.ts";

/** Share of the machine that a training may hold: the rest is for its trainer and the system. */
const MOST_OF_MACHINE = 0.9;
/** `memory_limit` is held by estimates, which may be so far off. */
const SLACK = 1.5;
/** A process that reads a small file and fits popularity stays below it, whatever was estimated. */
const LEAST = 2e9;

/**
 * Returns the bytes that the process of a training may hold before it is ended.
 * @param limit `memory_limit` of the project's settings, which the search for a model plans by.
 */
export function memoryAllowed(
  limit: number | undefined,
  machine: number = memoryOfMachine(),
): number {
  const wanted = limit === undefined ? Infinity : Math.max(LEAST, SLACK * limit);
  return Math.floor(Math.min(MOST_OF_MACHINE * machine, wanted));
}
