import type { Sql } from "postgres";
import type { TrustedProxies } from "../http/client_address.ts";
import type { Memory } from "../http/load/memory.ts";
import type { LogEntry, ServiceOptions } from "../http/service/service.ts";
import type { Recommender } from "./calls/recommender.ts";
import type { TakeVisit } from "./calls/visitor_limit.ts";

/** Dependencies of the webhooks service. */
export interface WebhooksDeps {
  sql: Sql;
  recommender: Recommender;
  /** Accepted secrets of access tokens. */
  jwtSecrets: string[];
  /** Key that seals endpoint secrets: 32 bytes. */
  secretKey: Uint8Array<ArrayBuffer>;
  /** Whether webhooks may be sent to loopback addresses. */
  allowLoopback: boolean;
  /** Whether calls of a limited key may be leased ahead; false if the app handles one request. */
  leases?: boolean;
  /** Proxies whose `X-Forwarded-For` is trusted. */
  trustedProxies: TrustedProxies;
  /** Rate limit for each address and publishable key; by default in this process's memory. */
  takeVisit?: TakeVisit;
  /** Called when a delivery is due, if no sender listens to the database. */
  due?: () => void;
  dashboardOrigin: string;
  log: (entry: LogEntry) => void;
  /** Session cache that outlives an app which handles one request. */
  sessions?: Memory<boolean>;
  /** Keys whose use was recorded within the last minute; outlives such an app as well. */
  uses?: Memory<void>;
  /** Router of an app that handles one request. */
  router?: ServiceOptions["router"];
}
