/** JSON request bodies, parsed once, within limits and in the service's lane. */
import { createMiddleware } from "hono/factory";
import type { IdentityEnv } from "./identity.ts";
import { jsonValue, jsonValueSteps } from "./json_text.ts";
import type { Lane } from "./lane.ts";
import { Problem } from "./problem.ts";

/** Bodies of up to this length, in characters, are parsed without queueing in the lane. */
const SMALL = 1024;

/**
 * Middleware that replaces `c.req.json()` by the parser of `json_text.ts`. A body is read only when
 * a route asks for it, so a rejected request costs nothing.
 */
export function jsonBodies(lane: Lane) {
  return createMiddleware<IdentityEnv>((c, next) => {
    let body: Promise<unknown> | undefined;
    const read = async () => {
      try {
        const text = await c.req.text();
        if (text.length <= SMALL) return jsonValue(text);
        const { ownerId = "" } = c.var;
        return await lane.run(ownerId, () => jsonValueSteps(text), {
          signal: () => c.req.raw.signal,
        });
      } catch (error) {
        // Hono's validator would report every error thrown here as malformed JSON.
        if (error instanceof Problem) c.set("unreadable", error);
        throw error;
      }
    };
    c.req.json = <Body>() => (body ??= read()) as Promise<Body>;
    return next();
  });
}
