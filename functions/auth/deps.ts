import type { Sql } from "postgres";
import type { TrustedProxies } from "../http/client_address.ts";
import type { LogEntry, ServiceOptions } from "../http/service/service.ts";
import type { Passwords } from "./passwords.ts";

/** Dependencies of the auth service. */
export interface AuthDeps {
  sql: Sql;
  passwords: Passwords;
  /** Secrets of access tokens: the first one signs, all are accepted. */
  jwtSecrets: [string, ...string[]];
  signup: "open" | "closed";
  /** Proxies whose `X-Forwarded-For` is trusted. */
  trustedProxies: TrustedProxies;
  dashboardOrigin: string;
  log: (entry: LogEntry) => void;
  /** Router of an app that handles a single request. */
  router?: ServiceOptions["router"];
}
