import { createMiddleware } from "hono/factory";
import { Problem } from "./problem.ts";

/**
 * Middleware that limits concurrent requests to `most` and answers 503 above that. An unbounded
 * queue would keep every client waiting for responses that clients no longer expect.
 *
 * From half of `most` on, a request counts only after its body has been received, so slow or
 * endless bodies occupy at most half of the capacity.
 */
export function atOnce(most: number) {
  let present = 0;
  return createMiddleware(async (c, next) => {
    if (present >= most / 2 && c.req.raw.body) await c.req.arrayBuffer();
    if (present >= most) {
      throw new Problem(
        "unavailable",
        `More is asked of this service than the ${most} requests it takes at a time; ` +
          "please try again shortly.",
        { headers: { "retry-after": "1" } },
      );
    }
    present++;
    try {
      await next();
    } finally {
      present--;
    }
  });
}
