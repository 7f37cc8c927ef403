/**
 * How long this thread's event loop stands still at most, in CPU time of the thread: what a busy
 * machine takes away from it does not count.
 */

/** Nanoseconds that the thread which reads it has run, of Linux (Documentation/scheduler/sched-stats). */
const STATISTICS = "/proc/thread-self/schedstat";

/** Whether this system tells a thread's CPU time. */
export const tellsCpuTime = Deno.build.os === "linux";

/** Milliseconds of CPU that this thread has had. */
function cpuMs(): number {
  return Number(Deno.readTextFileSync(STATISTICS).split(" ")[0]) / 1e6;
}

/** Runs something, and returns its result beside the longest turn meanwhile, in ms of CPU. */
export async function longestTurn<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; ms: number }> {
  let ms = 0;
  let isOver = false;
  let last = cpuMs();
  const watch = async () => {
    while (!isOver) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      const now = cpuMs();
      ms = Math.max(ms, now - last);
      last = now;
    }
  };
  const watching = watch();
  try {
    return {
      result: await work(),
      get ms() {
        return ms;
      },
    };
  } finally {
    isOver = true;
    await watching;
  }
}
