import type { Sql } from "postgres";
import type { TrustedProxies } from "../http/client_address.ts";
import type { LogEntry, ServiceOptions } from "../http/service.ts";
import type { Passwords } from "./passwords.ts";

/** What the auth service is built from. */
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
  /** Where the app lives for one request, one that is quick to make. */
  router?: ServiceOptions["router"];
}
