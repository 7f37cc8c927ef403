/** JSON bodies of requests, read once, within limits and in the lane of the service. */
import { createMiddleware } from "hono/factory";
import type { IdentityEnv } from "./identity.ts";
import { jsonValue, jsonValueSteps } from "./json_text.ts";
import type { Lane } from "./lane.ts";
import { Problem } from "./problem.ts";

/** Bodies of so many characters are read without a turn in the lane. */
const SMALL = 1024;

/**
 * Middleware that has `c.req.json()` read as `json_text.ts` does. Nothing is read before a route asks
 * for it, so a caller who is refused has cost nothing.
 */
export function jsonBodies(lane: Lane) {
  return createMiddleware<IdentityEnv>((c, next) => {
    let body: Promise<unknown> | undefined;
    const read = async () => {
      try {
        const text = await c.req.text();
        if (text.length <= SMALL) return jsonValue(text);
        const { ownerId = "" } = c.var;
        return await lane.run(ownerId, () => jsonValueSteps(text), { signal: c.req.raw.signal });
      } catch (error) {
        // Hono's validator says "malformed" of all that is thrown here.
        if (error instanceof Problem) c.set("unreadable", error);
        throw error;
      }
    };
    c.req.json = <Body>() => (body ??= read()) as Promise<Body>;
    return next();
  });
}
