/** What a process is started with that can call the collector. */
export const COLLECTING = "--v8-flags=--expose-gc";

/** Lets this thread's collector run, where the process has the flag; nothing elsewhere. */
export function collect(): void {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  // The second time waits until what the first found is freed.
  gc?.();
}
