import type { Sql } from "postgres";
import type { Memory } from "../http/memory.ts";
import type { LogEntry, ServiceOptions } from "../http/service.ts";
import type { Recommender } from "./recommender.ts";

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
  /** Hears that something is due in the outbox, where no sender listens to the database. */
  due?: () => void;
  dashboardOrigin: string;
  log: (entry: LogEntry) => void;
  /** Where the app lives for one request, what it would remember of sign-ins. */
  sessions?: Memory<boolean>;
  /** Likewise, a router that is quick to make. */
  router?: ServiceOptions["router"];
}
