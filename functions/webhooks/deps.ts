import type { Sql } from "postgres";
import type { TrustedProxies } from "../http/client_address.ts";
import type { Memory } from "../http/memory.ts";
import type { LogEntry, ServiceOptions } from "../http/service.ts";
import type { Recommender } from "./recommender.ts";
import type { TakeVisit } from "./visitor_limit.ts";

/** What the webhooks service is built from. */
export interface WebhooksDeps {
  sql: Sql;
  recommender: Recommender;
  /** The keys of access tokens that are believed. */
  jwtSecrets: string[];
  /** The key under which endpoints' secrets are sealed: 32 bytes. */
  secretKey: Uint8Array<ArrayBuffer>;
  /** Whether webhooks may go to this machine itself. */
  allowLoopback: boolean;
  /** False where the app lives for one request: then no calls of a limited key are leased ahead. */
  leases?: boolean;
  /** Whose word on a caller's address counts. */
  trustedProxies: TrustedProxies;
  /** Counts the calls of each address by a publishable key; in this process's memory by default. */
  takeVisit?: TakeVisit;
  /** Hears that something is due in the outbox, where no sender listens to the database. */
  due?: () => void;
  dashboardOrigin: string;
  log: (entry: LogEntry) => void;
  /** Where the app lives for one request, what it would remember of sign-ins. */
  sessions?: Memory<boolean>;
  /** Likewise, a router that is quick to make. */
  router?: ServiceOptions["router"];
}
