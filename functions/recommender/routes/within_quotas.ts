import { createMiddleware } from "hono/factory";
import type { Sql } from "postgres";
import type { IdentityEnv } from "../../http/identity/identity.ts";
import { type Quotas, tooMuch, usedBy } from "../projects/quotas.ts";

/**
 * Middleware after `signedIn` that refuses a request before its body is received, if
 * `holdingQuotas` would roll it back.
 * @param adds quotas that the route adds to.
 * @throws {Problem} 429 with the usage and the limit.
 */
export function withinQuotas(
  sql: Sql,
  { quotas, adds }: { quotas: Quotas; adds: readonly (keyof Quotas)[] },
) {
  return createMiddleware<IdentityEnv>(async (c, next) => {
    const { ownerId } = c.var;
    const used = await usedBy(sql, ownerId);
    const full = adds.find((name) => used[name] >= quotas[name]);
    if (full) throw tooMuch(full, { quotas, used });
    await next();
  });
}
