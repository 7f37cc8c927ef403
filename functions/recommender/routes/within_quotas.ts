import { createMiddleware } from "hono/factory";
import type { Sql } from "postgres";
import type { IdentityEnv } from "../../http/identity.ts";
import { type Quotas, tooMuch, usedBy } from "../quotas.ts";

/**
 * Middleware behind `signedIn` that refuses what would be undone by `holdingQuotas`, before anything
 * of it is received.
 * @param adds what the route adds to.
 * @throws {Problem} 429 with what there is and what there may be.
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
