import { createMiddleware } from "hono/factory";
import { ACCESS, type IdentityEnv, signedIn } from "../../http/identity/identity.ts";
import { behindRole } from "../../http/identity/roles.ts";
import { Problem } from "../../http/problem.ts";
import { idempotent } from "../../http/service/idempotency.ts";
import type { AuthDeps } from "../deps.ts";
import { isAlive } from "../sessions.ts";

export type ByAccount = ReturnType<typeof byAccount>;

/**
 * Returns the access part of route definitions, one per role: it requires an access token with an
 * active session, and makes writes idempotent.
 */
export function byAccount({ sql, jwtSecrets }: Pick<AuthDeps, "sql" | "jwtSecrets">) {
  const by = signedIn([{ kind: ACCESS, secrets: jwtSecrets }]);
  const then = [
    // Signed, as bodies hold passwords; before the session check, as logout-all is repeatable.
    idempotent(sql, { service: "auth", signedBy: jwtSecrets[0] }),
    createMiddleware<IdentityEnv>(async (c, next) => {
      const { ownerId, sessionId } = c.var;
      if (!sessionId || !await isAlive(sql, ownerId, sessionId)) throw sessionEnded();
      await next();
    }),
  ];
  return {
    reads: behindRole("viewer", { by, then }),
    asOwner: behindRole("owner", { by, then }),
  };
}

/** Returns the problem of a token whose session or account has ended. */
export function sessionEnded(): Problem {
  return new Problem("unauthenticated", "The session of this token has ended: log in again.", {
    headers: { "www-authenticate": 'Bearer realm="airec"' },
  });
}
