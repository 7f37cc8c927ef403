/** The recommender service: projects from data files, recommendations from their models. */
import { databaseTime } from "../http/service/health.ts";
import { liveSessions } from "../http/identity/live_sessions.ts";
import { createService } from "../http/service/service.ts";
import { createAccess } from "./routes/access.ts";
import { answerRoutes } from "./routes/answer_routes.ts";
import { browseRoutes } from "./routes/browse_routes.ts";
import { dataRoutes } from "./routes/data_routes.ts";
import { erasedRoutes } from "./routes/erased_routes.ts";
import { eventRoutes } from "./routes/event_routes.ts";
import { fileRoutes } from "./routes/file_routes.ts";
import { hiddenRoutes } from "./routes/hidden_routes.ts";
import { itemRoutes } from "./routes/items/item_routes.ts";
import { liveRoutes } from "./routes/live_routes.ts";
import { modelRoutes } from "./routes/model_routes.ts";
import { placementRoutes } from "./routes/placements/placement_routes.ts";
import { projectRoutes } from "./routes/project_routes.ts";
import { resultsRoutes } from "./routes/results_routes.ts";
import { trendingRoutes } from "./routes/trending_routes.ts";
import { uploadRoutes } from "./routes/upload_routes.ts";
import { settingsRoutes } from "./routes/settings_routes.ts";
import { versionRoutes } from "./routes/version_routes.ts";
import { previewRoutes } from "./routes/placements/preview_route.ts";
import { whyNotRoutes } from "./routes/placements/why_not_route.ts";
import type { RecommenderDeps } from "./deps.ts";
import { createLiveCatalogue } from "./live/live_catalogue.ts";
import { createLiveHistories } from "./live/live_histories.ts";
import { Lane } from "../http/load/lane.ts";
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
    lane,
    checks: { database: () => databaseTime(sql) },
    log: deps.log,
    router: deps.router,
  });
  const isAlive = liveSessions(sql, deps.memory?.sessions);
  const access = createAccess(deps, { isAlive });
  const projects = rememberServedProjects(sql, deps.memory?.projects);
  const live = createLiveHistories(sql, deps.memory?.live);
  const catalogue = createLiveCatalogue(sql, { lane, memory: deps.memory?.catalogue });
  return service
    .route("/", projectRoutes({ ...deps, access, projects, lane }))
    .route("/", eventRoutes({ ...deps, access, isAlive }))
    .route("/", browseRoutes({ ...deps, access, lane, live, catalogue }))
    .route("/", answerRoutes({ ...deps, access, projects, lane, live, catalogue }))
    .route("/", trendingRoutes({ ...deps, access, projects, catalogue }))
    .route("/", placementRoutes({ ...deps, access, projects, catalogue }))
    .route("/", previewRoutes({ ...deps, access, projects, lane, catalogue }))
    .route("/", whyNotRoutes({ ...deps, access, projects, lane, live, catalogue }))
    .route("/", hiddenRoutes({ ...deps, access, projects }))
    .route("/", itemRoutes({ ...deps, access, projects, catalogue }))
    .route("/", liveRoutes({ ...deps, access, projects, live, catalogue }))
    .route("/", dataRoutes({ ...deps, access, lane }))
    .route("/", erasedRoutes({ ...deps, access, projects }))
    .route("/", fileRoutes({ ...deps, access }))
    .route("/", settingsRoutes({ ...deps, access }))
    .route("/", resultsRoutes({ ...deps, access, catalogue }))
    .route("/", versionRoutes({ ...deps, access }))
    .route("/", modelRoutes({ ...deps, access }))
    .route("/", uploadRoutes({ ...deps, access }));
}
