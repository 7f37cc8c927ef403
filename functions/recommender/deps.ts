import type { Sql } from "postgres";
import type { Trusted } from "../http/identity.ts";
import type { Memory } from "../http/memory.ts";
import type { LogEntry, ServiceOptions } from "../http/service.ts";
import type { Blobs } from "./blobs/blobs.ts";
import type { ModelCache } from "./registry/cache.ts";
import type { Quotas } from "./quotas.ts";
import type { Registry } from "./registry/registry.ts";
import type { SettingLimits } from "./settings.ts";
import type { ServedProject } from "./served_projects.ts";
import type { Sha256 } from "./uploads/stored_file.ts";

/** What was found, and holds for a moment. */
export interface RecommenderMemory {
  sessions: Memory<boolean>;
  projects: Memory<ServedProject | null>;
}

/** What the recommender is built from. */
export interface RecommenderDeps {
  sql: Sql;
  blobs: Blobs;
  registry: Registry;
  /** The models that serve, by name: `modelCache` over the registry. */
  models: Pick<ModelCache, "champion" | "renew" | "forget">;
  /** Starts a digest; the runtimes' own is several times faster than any in JavaScript. */
  sha256: () => Sha256;
  /** Whose word on the caller counts: people's access tokens, the webhooks service's own. */
  trusted: Trusted[];
  dashboardOrigin: string;
  /** The largest file in bytes. */
  uploadLimitBytes: number;
  /** What each owner may have. */
  quotas: Quotas;
  /** What the operator lets owners set about their trainings. */
  settingLimits?: SettingLimits;
  /** The largest body of one request with files, where that is less: the rest comes in parts. */
  requestLimitBytes?: number;
  log: (entry: LogEntry) => void;
  /** Aborted when the service is told to end: what streams comes to its end. */
  ending?: AbortSignal;
  /** Keeps what a request has, such as its database, until its stream has ended. */
  whileStreaming?: (stream: Promise<void>) => void;
  /** Where the app lives for one request, what outlives it. */
  memory?: RecommenderMemory;
  /** Likewise, a router that is quick to make. */
  router?: ServiceOptions["router"];
}
