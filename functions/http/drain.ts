/**
 * Ending without breaking what is under way. Deno's `server.shutdown()` takes away the bodies of
 * requests that are still being read, so a service first lets its requests end, then shuts down.
 */
import { Problem, STATUS } from "./problem.ts";

export interface Drainable<Rest extends unknown[]> {
  /** Answers requests, counting those in flight; once drained, refuses new ones by 503. */
  fetch(request: Request, ...rest: Rest): Promise<Response>;
  /** Resolves when no request is in flight, but no later than given. */
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
  const { code, message } = new Problem("unavailable", "The service is ending; please try again.");
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
