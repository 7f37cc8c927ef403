import { createMiddleware } from "hono/factory";
import { Problem } from "./problem.ts";

/**
 * Lets so many requests in at a time and sends away by 503 who comes on top: a queue without an end
 * would have everybody wait for answers that nobody waits for any more.
 *
 * In a crowd a request takes its place when its body is there, so that bodies which never come to
 * their end hold half of the places at most.
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
