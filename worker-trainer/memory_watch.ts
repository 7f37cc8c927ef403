/** Ending this process before it holds more memory than it may. */
import type { Watch } from "./memory_watch_thread.ts";

/** The variable of the environment that says how many bytes the process may hold. */
export const WATCHED_BYTES = "AIREC_WATCHED_BYTES";

/**
 * Ends the process once its resident memory is above what the environment says, on any system; does
 * nothing where it says nothing. A thread of its own looks four times a second, whatever the others
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
