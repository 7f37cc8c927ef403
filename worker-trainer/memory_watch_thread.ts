/** The thread of memory_watch.ts: looks at what the whole process holds, and ends it. */
/// <reference lib="deno.worker" />
import { OUT_OF_MEMORY } from "./queue/crash_reason.ts";

export interface Watch {
  /** Resident bytes that the process may hold. */
  bytes: number;
  everyMs: number;
}

self.onmessage = ({ data: { bytes, everyMs } }: MessageEvent<Watch>) => {
  setInterval(() => {
    const { rss } = Deno.memoryUsage();
    if (rss <= bytes) return;
    Deno.stderr.writeSync(new TextEncoder().encode(`${OUT_OF_MEMORY}: ${rss} of ${bytes} bytes\n`));
    Deno.kill(Deno.pid, "SIGKILL");
  }, everyMs);
};
