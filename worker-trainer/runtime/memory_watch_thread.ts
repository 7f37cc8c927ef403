/** The thread of memory_watch.ts: checks the memory of the whole process, and kills it. */
/// <reference lib="deno.worker" />
import { OUT_OF_MEMORY } from "./crash_reason.ts";

export interface Watch {
  /** Limit of resident memory in bytes. */
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
