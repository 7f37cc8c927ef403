/** Limits of request bodies, declared by the route and enforced before the body is read. */
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";

/** Default limit, in bytes. */
export const BODY_BYTES = 1024 * 1024;

/**
 * Returns the maximum size of a body of a type, in bytes. With "streamed" the route itself enforces
 * the limit, since a body without a length would be buffered in memory to count it.
 */
export type BodyLimit = (contentType: string) => number | "streamed";

const LIMIT = Symbol("body limit");

/** Middleware that declares the body limit of its route; the service enforces it. */
export function accepts(limit: BodyLimit): MiddlewareHandler {
  const middleware: MiddlewareHandler = (_c, next) => next();
  return Object.assign(middleware, { [LIMIT]: limit });
}

/** Returns the body limit of the request's route; `otherwise` if it declares none. */
export function bodyLimitOf(c: Context, otherwise: number = BODY_BYTES): number | "streamed" {
  if (c.req.method === "GET" || c.req.method === "HEAD") return otherwise;
  for (const { handler } of matchedRoutes(c)) {
    const { [LIMIT]: limit } = handler as { [LIMIT]?: BodyLimit };
    if (limit) return limit(c.req.header("content-type") ?? "");
  }
  return otherwise;
}
