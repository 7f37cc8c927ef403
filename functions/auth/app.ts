import type { Sql } from "postgres";
import type { TrustedProxies } from "../http/client_address.ts";
import { createService, type LogEntry } from "../http/service.ts";
import type { Passwords } from "./passwords.ts";
import { accountRoutes } from "./routes/account_routes.ts";
import { entranceRoutes } from "./routes/entrance_routes.ts";

export interface AuthDeps {
  sql: Sql;
  passwords: Passwords;
  /** The keys of access tokens: the first signs, all are believed. */
  jwtSecrets: [string, ...string[]];
  signup: "open" | "closed";
  /** Whose word counts on where a request comes from. */
  trustedProxies: TrustedProxies;
  dashboardOrigin: string;
  log: (entry: LogEntry) => void;
}

/** The auth service: accounts and the tokens that the other services believe. */
export function createApp(deps: AuthDeps) {
  const { sql } = deps;
  const service = createService({
    name: "auth",
    description: "Accounts, and the tokens that the other services believe.",
    dashboardOrigin: deps.dashboardOrigin,
    takesCookies: true,
    checks: { database: () => sql`select 1` },
    log: deps.log,
  });
  // Tokens and personal data stay in no cache.
  service.use(async (c, next) => {
    await next();
    c.header("cache-control", "no-store");
  });
  return service.route("/", entranceRoutes(deps)).route("/", accountRoutes(deps));
}

export type App = ReturnType<typeof createApp>;
