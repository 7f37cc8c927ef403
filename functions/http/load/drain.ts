/**
 * Graceful shutdown. Deno's `server.shutdown()` cuts off request bodies that are still being read,
 * so requests are finished before it is called.
 */
import { Problem, STATUS } from "../problem.ts";

export interface Drainable<Rest extends unknown[]> {
  /** Handles requests and counts those in flight; responds with 503 after `drain` was called. */
  fetch(request: Request, ...rest: Rest): Promise<Response>;
  /** Resolves when no request is in flight, or after `withinMs`. */
  drain(options: { withinMs: number }): Promise<void>;
}

/** Wraps an app's `fetch`. */
export function drainable<Rest extends unknown[]>(
  fetch: (request: Request, ...rest: Rest) => Response | Promise<Response>,
): Drainable<Rest> {
  let inFlight = 0;
  let ending = false;
  const idle = Promise.withResolvers<void>();
  return {
    async fetch(request, ...rest) {
      if (ending) return refusal();
      inFlight++;
      try {
        return await fetch(request, ...rest);
      } finally {
        if (--inFlight === 0 && ending) idle.resolve();
      }
    },
    async drain({ withinMs }) {
      ending = true;
      if (inFlight === 0) return;
      const timer = setTimeout(idle.resolve, withinMs);
      await idle.promise;
      clearTimeout(timer);
    },
  };
}

function refusal(): Response {
  const { code, message } = new Problem(
    "unavailable",
    "The service is shutting down; please try again.",
  );
  const document = { type: "about:blank", title: "Unavailable", status: STATUS[code], code };
  return new Response(JSON.stringify({ ...document, detail: message }), {
    status: STATUS[code],
    headers: {
      "content-type": "application/problem+json",
      "retry-after": "2",
      connection: "close",
    },
  });
}
