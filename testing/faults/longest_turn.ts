/**
 * Measures the longest event loop turn of this thread in CPU time, so that the load of the machine
 * does not count.
 */

/**
 * Linux file with the CPU time in nanoseconds of the reading thread
 * (Documentation/scheduler/sched-stats).
 */
const STATISTICS = "/proc/thread-self/schedstat";

/** Whether the system reports a thread's CPU time. */
export const tellsCpuTime = Deno.build.os === "linux";

/** Returns this thread's CPU time in milliseconds. */
function cpuMs(): number {
  return Number(Deno.readTextFileSync(STATISTICS).split(" ")[0]) / 1e6;
}

/** Runs `work`; returns its result and the longest turn meanwhile, in ms of CPU time. */
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
