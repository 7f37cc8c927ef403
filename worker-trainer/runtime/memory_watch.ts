/** Ends this process when it exceeds its memory limit. */
import type { Watch } from "./memory_watch_thread.ts";

/** Environment variable of the memory limit in bytes. */
export const WATCHED_BYTES = "AIREC_WATCHED_BYTES";

/**
 * Kills the process once its resident memory exceeds the limit in the environment, on any system;
 * does nothing without a limit. A separate thread checks four times a second, even while others
 * compute.
 */
export function watchMemory(environment: Pick<typeof Deno.env, "get"> = Deno.env): Disposable {
  const bytes = Number(environment.get(WATCHED_BYTES));
  if (!bytes) return { [Symbol.dispose]() {} };
  const thread = new Worker(new URL("./memory_watch_thread.ts", import.meta.url), {
    type: "module",
  });
  thread.postMessage({ bytes, everyMs: 250 } satisfies Watch);
  return { [Symbol.dispose]: () => thread.terminate() };
}
