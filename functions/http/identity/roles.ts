/**
 * Access of a route, declared in its definition: a minimum role, an API key, or open. The OpenAPI
 * document contains it, and `e2e/route_access_test.ts` fails for a route that does not declare it.
 */
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { type IdentityEnv, type Role, ROLES } from "./identity.ts";
import { Problem } from "../problem.ts";
import { inContext } from "./request_context.ts";

/** Member of an operation in the OpenAPI document: the minimum role, "key" or "open". */
export const ACCESS_FIELD = "x-airec-access";
export type RouteAccess = Role | "key" | "open";

/** Access part of the definition of a route without authentication. */
export const OPEN = { [ACCESS_FIELD]: "open" as RouteAccess, security: [] };

/** Returns the access part of the definition of a route that needs an API key, checked by `by`. */
export function byKey<Middleware>(by: Middleware) {
  return {
    [ACCESS_FIELD]: "key" as RouteAccess,
    security: [{ apiKey: [] }],
    middleware: by,
  };
}

/**
 * Returns the access part of the definition of a route that needs a signed-in caller.
 * @param role the minimum role.
 * @param options.by `signedIn`.
 * @param options.then middleware that runs after the role check, such as `idempotent`.
 */
export function behindRole(
  role: Role,
  { by, then = [] }: {
    by: MiddlewareHandler<IdentityEnv>;
    then?: MiddlewareHandler<IdentityEnv>[];
  },
) {
  return {
    [ACCESS_FIELD]: role as RouteAccess,
    security: [{ bearer: [] }],
    middleware: [by, needs(role), ...then],
  };
}

/**
 * Middleware after `signedIn` that responds with 403 to a caller below `role`. Writes are recorded
 * in the audit trail, so for an editor or owner the rest of the chain runs in the request's
 * context, where a transaction finds the actor. Reads are not recorded, and save the cost of a
 * context.
 */
export function needs(role: Role): MiddlewareHandler<IdentityEnv> {
  const isReading = !includes(role, "editor");
  return createMiddleware<IdentityEnv>((c, next) => {
    if (!includes(c.var.role, role)) throw notAllowed(c.var.role, role);
    return isReading ? next() : inContext(c, next);
  });
}

/** Middleware that responds with 403 to a viewer, for changes that services make, too. */
export const exceptViewers = createMiddleware<IdentityEnv>((c, next) => {
  if (c.var.role === "viewer") throw notAllowed("viewer", "editor");
  return next();
});

/** Whether `role` includes the permissions of `other`. */
export function includes(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(other);
}

function notAllowed(role: Role, needed: Role): Problem {
  return new Problem(
    "forbidden",
    `This needs the role ${needed} in the account; yours is ${role}.`,
  );
}
