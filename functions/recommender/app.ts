/** The recommender: projects made of CSV files, and recommendations from the models they became. */
import type { Sql } from "postgres";
import { signedIn, type Trusted } from "../http/identity.ts";
import { createService, type LogEntry } from "../http/service.ts";
import type { Blobs } from "./blobs/blobs.ts";
import { rememberHiddenItems } from "./hidden_items.ts";
import type { ModelCache } from "./registry/cache.ts";
import type { Registry } from "./registry/registry.ts";
import { answerRoutes } from "./routes/answer_routes.ts";
import { browseRoutes } from "./routes/browse_routes.ts";
import { dataRoutes } from "./routes/data_routes.ts";
import { fileRoutes } from "./routes/file_routes.ts";
import { hiddenRoutes } from "./routes/hidden_routes.ts";
import { modelRoutes } from "./routes/model_routes.ts";
import { projectRoutes } from "./routes/project_routes.ts";
import { settingsRoutes } from "./routes/settings_routes.ts";
import { versionRoutes } from "./routes/version_routes.ts";
import type { Sha256 } from "./uploads/stored_file.ts";

export interface RecommenderDeps {
  sql: Sql;
  blobs: Blobs;
  registry: Registry;
  /** The models that serve, by name: `modelCache` over the registry. */
  models: Pick<ModelCache, "champion" | "forget">;
  /** Starts a digest; the runtimes' own is several times faster than any in JavaScript. */
  sha256: () => Sha256;
  /** Whose word on the caller counts: people's access tokens, the webhooks service's own. */
  trusted: Trusted[];
  dashboardOrigin: string;
  /** The largest upload in bytes. */
  uploadLimitBytes: number;
  log: (entry: LogEntry) => void;
}

export type App = ReturnType<typeof createApp>;

/** The recommender's routes. */
export function createApp(deps: RecommenderDeps) {
  const { sql } = deps;
  const service = createService({
    name: "recommender",
    description: "Trained recommenders from CSV files.",
    dashboardOrigin: deps.dashboardOrigin,
    bodyLimitOf,
    checks: { database: () => sql`select 1` },
    log: deps.log,
  });
  const identity = signedIn(deps.trusted);
  for (const path of ["/projects", "/create-project", "/project/*"]) service.use(path, identity);

  const hiddenItems = rememberHiddenItems(sql);
  return service
    .route("/", projectRoutes(deps))
    .route("/", browseRoutes(deps))
    .route("/", answerRoutes({ ...deps, hiddenItems }))
    .route("/", hiddenRoutes({ ...deps, hiddenItems }))
    .route("/", dataRoutes(deps))
    .route("/", fileRoutes(deps))
    .route("/", settingsRoutes(deps))
    .route("/", versionRoutes(deps))
    .route("/", modelRoutes(deps));
}

const MIB = 1024 * 1024;
const FILES = /^\/(create-project|project\/[^/]*\/interactions)\/?$/;

/** Files are counted as they come; rows as JSON are held in memory. */
function bodyLimitOf(path: string, contentType: string): number | "streamed" {
  if (!FILES.test(path)) return MIB;
  return /^application\/json\b/i.test(contentType) ? 8 * MIB : "streamed";
}
