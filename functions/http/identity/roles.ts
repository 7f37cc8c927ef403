/**
 * How a route is opened, said in its definition: to a role, by an API key, or to everybody. The API
 * description shows it, and `e2e/route_access_test.ts` refuses a route that does not say it.
 */
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { type IdentityEnv, type Role, ROLES } from "./identity.ts";
import { Problem } from "../problem.ts";
import { inContext } from "./request_context.ts";

/** Member of an operation in the API description: the least role, "key" or "open". */
export const ACCESS_FIELD = "x-airec-access";
export type RouteAccess = Role | "key" | "open";

/** Parts of the definition of a route that anybody may call. */
export const OPEN = { [ACCESS_FIELD]: "open" as RouteAccess };

/** Returns the parts of the definition of a route behind an API key, which `by` checks. */
export function byKey<Middleware>(by: Middleware) {
  return {
    [ACCESS_FIELD]: "key" as RouteAccess,
    security: [{ apiKey: [] }],
    middleware: by,
  };
}

/**
 * Returns the parts of the definition of a route behind a login.
 * @param role the least role that may call it.
 * @param options.by `signedIn`.
 * @param options.then middleware that knows the caller, such as `idempotent`.
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
 * Middleware after `signedIn` that answers 403 to a caller below `role`. What an editor or owner does
 * is in the audit trail, so the rest of the chain runs in the request's context, where a transaction
 * finds the actor; reading leaves no entry, and does without the cost of a context.
 */
export function needs(role: Role): MiddlewareHandler<IdentityEnv> {
  const isReading = !includes(role, "editor");
  return createMiddleware<IdentityEnv>((c, next) => {
    if (!includes(c.var.role, role)) throw notAllowed(c.var.role, role);
    return isReading ? next() : inContext(c, next);
  });
}

/** Whether `role` may do all that `other` may. */
export function includes(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(other);
}

function notAllowed(role: Role, needed: Role): Problem {
  return new Problem(
    "forbidden",
    `This needs the role ${needed} in the account; yours is ${role}.`,
  );
}
