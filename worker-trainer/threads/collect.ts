/** V8 flag of a process that may call the garbage collector. */
export const COLLECTING = "--v8-flags=--expose-gc";

/** Runs this thread's garbage collector; does nothing without the flag. */
export function collect(): void {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  // The second call waits until the memory found by the first has been freed.
  gc?.();
}
