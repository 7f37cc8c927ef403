/** Ends this process when it exceeds its memory limit, and notes when it is suspended. */
import { firstBeat, pausedMs } from "./pauses.ts";
import type { Watch } from "./memory_watch_thread.ts";

/** Environment variable of the memory limit in bytes. */
export const WATCHED_BYTES = "AIREC_WATCHED_BYTES";

/** The watch of a process, until it is disposed of. */
export interface MemoryWatch extends Disposable {
  /** Returns the seconds for which the process was suspended. */
  pausedSeconds: () => number;
}

/**
 * Kills the process once its resident memory exceeds the limit in the environment, on any system;
 * does nothing without a limit. A separate thread checks four times a second, even while others
 * compute.
 */
export function watchMemory(environment: Pick<typeof Deno.env, "get"> = Deno.env): MemoryWatch {
  const bytes = Number(environment.get(WATCHED_BYTES));
  if (!bytes) return { pausedSeconds: () => 0, [Symbol.dispose]() {} };
  const thread = new Worker(new URL("./memory_watch_thread.ts", import.meta.url), {
    type: "module",
  });
  const beats = firstBeat();
  thread.postMessage({ bytes, everyMs: 250, beats } satisfies Watch);
  return {
    pausedSeconds: () => pausedMs(beats) / 1000,
    [Symbol.dispose]: () => thread.terminate(),
  };
}
