import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { AdmissionLimit } from "./admission_limit.ts";
import { callerOf, Shares } from "./shares.ts";
import { Problem, problemResponse } from "../problem.ts";

/** Number of requests that are always admitted. */
const ALWAYS_ADMITTED = 50;
/**
 * Maximum age of a young request, in ms. `MOST_YOUNG` of them are admitted above the limit: if they
 * complete fast, the older requests wait for something else, such as a long computation.
 */
const YOUNG_MS = 1_000;
const MOST_YOUNG = 20;

export interface AtOnceOptions {
  /** Monotonic milliseconds. */
  clock?: () => number;
}

/**
 * Middleware that limits concurrent requests to `most`, and under load to the number that keeps
 * latency low; responds with 503 above that, and to a caller that already holds its share of them
 * while others call. An unbounded queue would keep every client waiting for responses that clients
 * no longer expect.
 *
 * Once several requests are present, a request counts only after its body has been received, so
 * slow or endless bodies occupy only a part of the capacity.
 */
export function atOnce(most: number, { clock = () => performance.now() }: AtOnceOptions = {}) {
  const least = Math.min(ALWAYS_ADMITTED, most);
  const limit = new AdmissionLimit({ least, first: Math.max(least, most / 3), most });
  /** Admission times of the young requests, oldest first. */
  const young = new Map<symbol, number>();
  const shares = new Shares();
  let present = 0;

  function isFull(now: number, caller: string): boolean {
    for (const [slot, since] of young) {
      if (now - since < YOUNG_MS) break;
      young.delete(slot);
    }
    const places = limit.at(now, present);
    const isTaken = shares.isTaken(caller, { limit: places, now });
    if (present >= most) return true;
    return (present >= places || isTaken) && young.size >= MOST_YOUNG;
  }

  // Returned, not thrown: an error with its stack on its way through all middleware costs as much
  // as the rest of a refusal, of which there are thousands a second under overload.
  const full = refusal(most);
  return createMiddleware(async (c, next) => {
    const caller = callerOf(c);
    if (present >= most / 2 && c.req.raw.body) {
      if (isFull(clock(), caller)) return problemResponse(c, full);
      await receive(c);
    }
    const since = clock();
    if (isFull(since, caller)) return problemResponse(c, full);
    const slot = Symbol();
    young.set(slot, since);
    present++;
    shares.enter(caller);
    try {
      await next();
    } finally {
      present--;
      shares.leave(caller);
      young.delete(slot);
      limit.completed(clock() - since);
    }
  });
}

/** Receives the body in the form in which its route will ask for it. */
async function receive({ req }: Context): Promise<void> {
  const isText = /^(text\/|application\/json\b)/i.test(req.header("content-type") ?? "");
  await (isText ? req.text() : req.arrayBuffer());
}

function refusal(most: number): Problem {
  return new Problem(
    "unavailable",
    `This service is overloaded: it accepts at most ${most} requests at a time, and fewer while ` +
      "its responses are slow; please try again shortly.",
    { headers: { "retry-after": "1" } },
  );
}
