/**
 * The thread of memory_watch.ts: checks the memory of the whole process, and kills it; and beats, so
 * that pauses of the process are known.
 */
/// <reference lib="deno.worker" />
import { beat, type Beats } from "./pauses.ts";
import { OUT_OF_MEMORY } from "./crash_reason.ts";

export interface Watch {
  /** Limit of resident memory in bytes. */
  bytes: number;
  everyMs: number;
  beats: Beats;
}

self.onmessage = ({ data: { bytes, everyMs, beats } }: MessageEvent<Watch>) => {
  setInterval(() => {
    beat(beats);
    const { rss } = Deno.memoryUsage();
    if (rss <= bytes) return;
    Deno.stderr.writeSync(new TextEncoder().encode(`${OUT_OF_MEMORY}: ${rss} of ${bytes} bytes\n`));
    Deno.kill(Deno.pid, "SIGKILL");
  }, everyMs);
};
