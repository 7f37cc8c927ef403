/** JSON request bodies, parsed once, within limits and in the service's lane. */
import type { Context, HonoRequest } from "hono";
import { createMiddleware } from "hono/factory";
import type { IdentityEnv } from "../identity/identity.ts";
import { jsonValue, jsonValueSteps } from "./json_text.ts";
import type { Lane } from "../load/lane.ts";
import { Problem } from "../problem.ts";

/** Bodies of up to this length, in characters, are parsed without queueing in the lane. */
const SMALL = 1024;

/**
 * Middleware that replaces `c.req.json()` by the parser of `json_text.ts`. A body is read only when
 * a route asks for it, so a rejected request costs nothing.
 */
export function jsonBodies(lane: Lane) {
  async function read(c: Context<IdentityEnv>): Promise<unknown> {
    try {
      const text = await c.req.text();
      if (text.length <= SMALL) return jsonValue(text);
      return await lane.run(c.get("ownerId") ?? "", () => jsonValueSteps(text), {
        signal: () => c.req.raw.signal,
      });
    } catch (error) {
      // Hono's validator would report every error thrown here as malformed JSON.
      if (error instanceof Problem) c.set("unreadable", error);
      throw error;
    }
  }

  // One function for all requests: V8 keeps a function that is assigned to an object, and with it
  // all that a closure refers to, in memory until the next full garbage collection.
  function json<Body>(this: RequestWithBody): Promise<Body> {
    const body = this[BODY]!;
    return (body.value ??= read(body.context)) as Promise<Body>;
  }

  return createMiddleware<IdentityEnv>((c, next) => {
    const request: RequestWithBody = c.req;
    request[BODY] = { context: c, value: undefined };
    request.json = json;
    return next();
  });
}

/**
 * Returns the parsed JSON body of a request, or undefined if no route read it. Rejects as the
 * route's reading did.
 */
export function readJson(c: Context<IdentityEnv>): Promise<unknown> | undefined {
  return (c.req as RequestWithBody)[BODY]?.value;
}

const BODY = Symbol("body");

type RequestWithBody = HonoRequest & {
  [BODY]?: { context: Context<IdentityEnv>; value: Promise<unknown> | undefined };
};
