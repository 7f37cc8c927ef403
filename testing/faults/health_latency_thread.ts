/** Thread of health_latency.ts: requests the address it gets until it gets null. */

/** Pause between two requests, in ms. */
const PAUSE_MS = 20;

let isOver = false;

addEventListener("message", async ({ data: url }: MessageEvent<string | null>) => {
  if (url === null) {
    isOver = true;
    return;
  }
  const waits: number[] = [];
  while (!isOver) {
    const start = performance.now();
    await (await fetch(url)).body?.cancel();
    waits.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  postMessage(waits);
});
