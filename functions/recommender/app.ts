/** The recommender service: projects from data files, recommendations from their models. */
import { databaseTime } from "../http/service/health.ts";
import { idempotent } from "../http/service/idempotency.ts";
import { signedIn } from "../http/identity/identity.ts";
import { liveSessions } from "../http/identity/live_sessions.ts";
import { createService } from "../http/service/service.ts";
import { answerRoutes } from "./routes/answer_routes.ts";
import { browseRoutes } from "./routes/browse_routes.ts";
import { dataRoutes } from "./routes/data_routes.ts";
import { erasedRoutes } from "./routes/erased_routes.ts";
import { eventRoutes } from "./routes/event_routes.ts";
import { fileRoutes } from "./routes/file_routes.ts";
import { hiddenRoutes } from "./routes/hidden_routes.ts";
import { modelRoutes } from "./routes/model_routes.ts";
import { projectRoutes } from "./routes/project_routes.ts";
import { uploadRoutes } from "./routes/upload_routes.ts";
import { settingsRoutes } from "./routes/settings_routes.ts";
import { versionRoutes } from "./routes/version_routes.ts";
import { withinQuotas } from "./routes/within_quotas.ts";
import type { RecommenderDeps } from "./deps.ts";
import { Lane } from "../http/load/lane.ts";
import type { Quotas } from "./projects/quotas.ts";
import { rememberServedProjects } from "./projects/served_projects.ts";

export type App = ReturnType<typeof createApp>;

/** Builds the service with its middleware and routes. */
export function createApp(deps: RecommenderDeps) {
  const { sql } = deps;
  const lane = new Lane();
  const service = createService({
    name: "recommender",
    description: "Projects: files, trainings, models and recommendations.",
    dashboardOrigin: deps.dashboardOrigin,
    bodyLimitOf,
    lane,
    checks: { database: () => databaseTime(sql) },
    log: deps.log,
    router: deps.router,
  });
  const isAlive = liveSessions(sql, deps.memory?.sessions);
  const identity = signedIn(deps.trusted, isAlive);
  for (const path of ["/projects", "/create-project", "/project/*", "/uploads", "/uploads/*"]) {
    service.use(path, identity);
  }
  const once = idempotent(sql, {
    service: "recommender",
    streams: {
      has: (path, contentType) => bodyLimitOf(path, contentType) === "streamed",
      sha256: deps.sha256,
    },
  });
  // `/uploads/*` also matches `/uploads`: registered for both, a request would wait for itself.
  for (const path of ["/create-project", "/uploads/*", "/project/*"]) {
    service.use(path, (c, next) => ANSWERS.test(c.req.path) ? next() : once(c, next));
  }
  for (const [method, path, adds] of ADDING) {
    service.on(method, path, withinQuotas(sql, { quotas: deps.quotas, adds }));
  }

  const projects = rememberServedProjects(sql, deps.memory?.projects);
  return service
    .route("/", projectRoutes({ ...deps, projects, lane }))
    .route("/", eventRoutes({ ...deps, isAlive }))
    .route("/", browseRoutes({ ...deps, lane }))
    .route("/", answerRoutes({ ...deps, projects, lane }))
    .route("/", hiddenRoutes({ ...deps, projects }))
    .route("/", dataRoutes({ ...deps, lane }))
    .route("/", erasedRoutes({ ...deps, projects }))
    .route("/", fileRoutes(deps))
    .route("/", settingsRoutes(deps))
    .route("/", versionRoutes(deps))
    .route("/", modelRoutes(deps))
    .route("/", uploadRoutes(deps));
}

/** Quotas that an uploaded file counts towards. */
const FILES_OF = ["bytes", "unpackedBytes", "rows"] as const;

/**
 * Routes that add to an owner's usage, with the quotas to check first. Their transactions enforce
 * the quotas, too.
 */
const ADDING: [method: string, path: string, adds: readonly (keyof Quotas)[]][] = [
  ["POST", "/create-project", ["projects", "trainings", ...FILES_OF]],
  ["POST", "/uploads", FILES_OF],
  ["POST", "/project/:id/interactions", FILES_OF],
  ["POST", "/project/:id/retrain", ["trainings"]],
];

/** POST routes without side effects, which need no Idempotency-Key. */
const ANSWERS = /^\/project\/[^/]*\/recommendations(\/batch)?\/?$/;

const MIB = 1024 * 1024;
const FILES = /^\/(create-project|project\/[^/]*\/interactions|uploads\/[^/]*\/[^/]*)\/?$/;

/** Returns the body limit in bytes. Uploaded files are streamed; JSON rows are buffered. */
function bodyLimitOf(path: string, contentType: string): number | "streamed" {
  if (!FILES.test(path)) return MIB;
  return /^application\/json\b/i.test(contentType) ? 8 * MIB : "streamed";
}
