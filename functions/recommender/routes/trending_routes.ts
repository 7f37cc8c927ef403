/** Route of a project's trending items. */
import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import type { LiveCatalogue } from "../live/live_catalogue.ts";
import { trendingItems } from "../live/trending.ts";
import { itemOf } from "../model/request.ts";
import { stringAt } from "../model/string_table.ts";
import type { ServedProjects } from "../projects/served_projects.ts";
import type { Access } from "./access.ts";
import { counted, PopularQuery } from "./answer_schemas.ts";
import { projectIdOf, unknownProject } from "./parameters.ts";
import { ById, json } from "./schemas.ts";
import { championFor, heading } from "./serving.ts";

const Trending = z.object({
  project_id: z.int(),
  model_type: z.string(),
  model_version: z.string(),
  stale: z.literal(true).optional(),
  items: z.array(z.object({
    item_id: z.string(),
    item_title: z.string(),
    score: z.number().describe("Sum of its events' weights, each halved by age."),
  })),
}).openapi("TrendingItems");

const trendingRoute = createRoute({
  method: "get",
  operationId: "listTrendingItems",
  path: "/project/{id}/trending",
  summary: "Returns the items with most live events lately, the most first.",
  description: "Each event counts by its weight, which halves within the half-life of the " +
    "project's settings; a visitor counts once per item, type and day. Updated every 5 seconds.",
  request: { params: ById, query: PopularQuery.strict() },
  responses: {
    200: json("The trending items; empty without live events.", Trending),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

/** Items asked for beyond `n`, in place of those that are hidden or not in the catalogue. */
const SPARE = 1_000;

/** Route of trending items, without hidden ones. */
export function trendingRoutes(
  deps: RecommenderDeps & {
    access: Access;
    projects: ServedProjects;
    catalogue: LiveCatalogue;
  },
) {
  return createRoutes({ tag: "Recommendations" })
    .openapi({ ...trendingRoute, ...deps.access.answers }, async (c) => {
      const { ownerId } = c.var;
      const { id } = c.req.valid("param");
      const { n = 10 } = counted(c.req.valid("query"));
      const { project, hidden } = await deps.projects.of(ownerId, projectIdOf(id)) ??
        unknownProject(id);
      const { model, ...champion } = await championFor(deps, project, c.var);
      const asked = { projectId: project.id, most: n + SPARE };
      const trending = await trendingItems(deps.sql, ownerId, asked);
      const hiddenIds = new Set(hidden);
      const items = trending.flatMap(({ item_id, score }) => {
        const item = hiddenIds.has(item_id) ? -1 : itemOf(model, item_id);
        return item < 0 ? [] : [{ item_id, item_title: stringAt(model.items.titles, item), score }];
      });
      return c.json({ ...heading({ ...champion, model }), items: items.slice(0, n) }, 200);
    });
}
