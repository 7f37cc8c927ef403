/**
 * Returns the latencies of requests to a service's `/health` until it is stopped, in ms, ascending.
 * A thread of its own sends them: a test that prepares a large request holds its own event loop.
 */
export function healthLatency(service: string): () => Promise<number[]> {
  const thread = new Worker(new URL("./health_latency_thread.ts", import.meta.url), {
    type: "module",
  });
  const { promise, resolve, reject } = Promise.withResolvers<number[]>();
  thread.addEventListener("message", ({ data }) => resolve(data));
  thread.addEventListener("error", reject);
  thread.postMessage(`${service}/health`);
  return async () => {
    thread.postMessage(null);
    const waits = await promise;
    thread.terminate();
    return waits.sort((a, b) => a - b);
  };
}
