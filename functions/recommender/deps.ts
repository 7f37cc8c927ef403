import type { Sql } from "postgres";
import type { Trusted } from "../http/identity/identity.ts";
import type { Memory } from "../http/load/memory.ts";
import type { LogEntry, ServiceOptions } from "../http/service/service.ts";
import type { Addresses } from "./addresses/addresses.ts";
import type { Blobs } from "./blobs/blobs.ts";
import type { CatalogueMemory } from "./live/live_catalogue.ts";
import type { ModelCache } from "./registry/cache/model_cache.ts";
import type { Quotas } from "./projects/quotas.ts";
import type { Registry } from "./registry/registry.ts";
import type { IdKeys } from "./results/recommendation_id.ts";
import type { SettingLimits } from "./projects/settings.ts";
import type { ServedProject } from "./projects/served_projects.ts";
import type { Sha256 } from "./uploads/stored_file.ts";

/** Short-lived lookup caches. */
export interface RecommenderMemory {
  sessions: Memory<boolean>;
  projects: Memory<ServedProject | null>;
  /** Whether projects have live events. */
  live: Memory<boolean>;
  catalogue: CatalogueMemory;
}

/** Dependencies of the recommender. */
export interface RecommenderDeps {
  sql: Sql;
  blobs: Blobs;
  /** Opens data by their address; without it, no address can be opened. */
  addresses?: Addresses;
  registry: Registry;
  /** Cache of the models that serve: `modelCache` over the registry. */
  models: Pick<ModelCache, "champion" | "version" | "renew" | "aliasMoved" | "forget">;
  /** Creates a digest; the runtime's native one is several times faster than any in JavaScript. */
  sha256: () => Sha256;
  /** Trusted issuers of tokens: access tokens of people, and those of the webhooks service. */
  trusted: Trusted[];
  /** Keys that sign and verify recommendation ids. */
  idKeys: IdKeys;
  dashboardOrigin: string;
  /** Maximum size of a file, in bytes. */
  uploadLimitBytes: number;
  /** Quotas of each owner. */
  quotas: Quotas;
  /** The operator's limits of project settings. */
  settingLimits?: SettingLimits;
  /** Whether feeds may be at loopback addresses; false by default. */
  allowLoopback?: boolean;
  /**
   * Maximum body of one request with files in bytes, if less than `uploadLimitBytes`; larger files
   * are uploaded in parts.
   */
  requestLimitBytes?: number;
  log: (entry: LogEntry) => void;
  /** Aborted at shutdown; open streams then end. */
  ending?: AbortSignal;
  /** Keeps the request's resources, such as its database, until its stream has ended. */
  whileStreaming?: (stream: Promise<void>) => void;
  /** Caches that outlive the app, if the app is built per request. */
  memory?: RecommenderMemory;
  /** Router that is fast to build, if the app is built per request. */
  router?: ServiceOptions["router"];
}
