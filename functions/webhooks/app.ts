/** The webhooks service: apps and API keys, calls by key, and signed webhooks. */
import { databaseTime } from "../http/service/health.ts";
import { createService } from "../http/service/service.ts";
import { appRoutes } from "./routes/app_routes.ts";
import { deliveryRoutes } from "./routes/delivery_routes.ts";
import { endpointRoutes } from "./routes/endpoint_routes.ts";
import { identityRoutes } from "./routes/identity_routes.ts";
import { keyRoutes } from "./routes/key_routes.ts";
import { keyedRoutes } from "./routes/keyed_routes.ts";
import type { WebhooksDeps } from "./deps.ts";
import { scriptRoute } from "./page/script_route.ts";

export type App = ReturnType<typeof createApp>;

/** Returns the service with its routes. */
export function createApp(deps: WebhooksDeps) {
  const { sql, recommender } = deps;
  return createService({
    name: "webhooks",
    description: "Apps with their API keys, recommendations by key, and signed webhooks.",
    dashboardOrigin: deps.dashboardOrigin,
    checks: { database: () => databaseTime(sql), recommender: () => recommender.check() },
    log: deps.log,
    router: deps.router,
  })
    .route("/", appRoutes(deps))
    .route("/", keyRoutes(deps))
    .route("/", identityRoutes(deps))
    .route("/", endpointRoutes(deps))
    .route("/", deliveryRoutes(deps))
    .route("/", keyedRoutes(deps))
    .route("/", scriptRoute());
}
