import { databaseTime } from "../http/service/health.ts";
import { createService } from "../http/service/service.ts";
import { accountRoutes } from "./routes/account_routes.ts";
import { byAccount } from "./routes/by_account.ts";
import { entranceRoutes } from "./routes/entrance_routes.ts";
import { profileRoutes } from "./routes/profile_routes.ts";
import type { AuthDeps } from "./deps.ts";

/** The auth service: accounts, and access tokens for the other services. */
export function createApp(deps: AuthDeps) {
  const { sql } = deps;
  const service = createService({
    name: "auth",
    description: "Accounts, and access tokens for the other services.",
    dashboardOrigin: deps.dashboardOrigin,
    takesCookies: true,
    checks: { database: () => databaseTime(sql) },
    log: deps.log,
    router: deps.router,
  });
  // Caches must not store responses, which contain tokens and personal data.
  service.use(async (c, next) => {
    await next();
    c.header("cache-control", "no-store");
  });
  const signedIn = byAccount(deps);
  return service
    .route("/", entranceRoutes(deps))
    .route("/", profileRoutes(deps, signedIn))
    .route("/", accountRoutes(deps, signedIn));
}

export type App = ReturnType<typeof createApp>;
