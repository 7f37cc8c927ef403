/** Routes that any origin may call, since they need an API key and take no login. */
import type { Env, Hono, MiddlewareHandler } from "hono";
import { PatternRouter } from "hono/router/pattern-router";

const ANY_ORIGIN = Symbol("any origin");

/** Marks a route's middleware, so that CORS opens the path of the route to any origin. */
export function fromAnyOrigin<Middleware extends MiddlewareHandler>(by: Middleware): Middleware {
  return Object.assign(by, { [ANY_ORIGIN]: true });
}

/**
 * Returns whether a route at a path is open to any origin, whatever its method: preflights match no
 * route. The routes are read at the first call, when all are registered.
 */
export function openPaths<E extends Env>(app: Hono<E>): (path: string) => boolean {
  let router: PatternRouter<true> | undefined;
  function routerOfOpen(): PatternRouter<true> {
    const result = new PatternRouter<true>();
    const open = app.routes.filter(({ handler }) => Object.hasOwn(handler, ANY_ORIGIN));
    for (const path of new Set(open.map(({ path }) => path))) result.add("ALL", path, true);
    return result;
  }
  return (path) => (router ??= routerOfOpen()).match("ALL", path)[0].length > 0;
}
