/** Routes for items that are hidden for a while, for example sold out. */
import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import { hideItems, listHiddenItems } from "../projects/hidden_items.ts";
import { findProject } from "../projects/projects.ts";
import type { ServedProjects } from "../projects/served_projects.ts";
import type { Access } from "./access.ts";
import { projectIdOf, unknownProject } from "./parameters.ts";
import { ById, json, jsonBody } from "./schemas.ts";
import { visibleId } from "../text/visible.ts";

const Id = z.union([z.string().max(1000), z.number()], "must be a string or a number")
  .transform((id) => visibleId(String(id)));
const hidden = json("The hidden items.", z.object({ item_ids: z.array(z.string()) }));

const hiddenItemsRoute = createRoute({
  method: "get",
  operationId: "listHiddenItems",
  path: "/project/{id}/items/hidden",
  summary: "Returns the items that are hidden from recommendations.",
  request: { params: ById },
  responses: { 200: hidden, ...problemResponses("unauthenticated", "not_found") },
});

const hideItemsRoute = createRoute({
  method: "put",
  operationId: "replaceHiddenItems",
  path: "/project/{id}/items/hidden",
  summary: "Replaces the list of hidden items: effective at once here, elsewhere within 5 seconds.",
  request: {
    params: ById,
    body: jsonBody(z.strictObject({ item_ids: z.array(Id).max(10_000) }).openapi("HiddenItems")),
  },
  responses: {
    200: hidden,
    ...problemResponses(
      "malformed_request",
      "unauthenticated",
      "not_found",
      "too_large",
      "unsupported_media_type",
      "invalid_input",
    ),
  },
});

/** Routes to read and replace the list of hidden items. */
export function hiddenRoutes(
  { access, sql, projects }: RecommenderDeps & { access: Access; projects: ServedProjects },
) {
  return createRoutes({ tag: "Data" })
    .openapi({ ...hiddenItemsRoute, ...access.reads }, async (c) => {
      const { id } = c.req.valid("param");
      const project = await findProject(sql, c.var.ownerId, projectIdOf(id)) ?? unknownProject(id);
      return c.json({ item_ids: await listHiddenItems(sql, c.var.ownerId, project.id) }, 200);
    })
    .openapi({ ...hideItemsRoute, ...access.writes() }, async (c) => {
      const { ownerId } = c.var;
      const { id } = c.req.valid("param");
      const { item_ids } = c.req.valid("json");
      const project = await findProject(sql, ownerId, projectIdOf(id)) ?? unknownProject(id);
      await hideItems(sql, ownerId, { projectId: project.id, itemIds: item_ids });
      projects.forget(ownerId, project.id);
      return c.json({ item_ids: await listHiddenItems(sql, ownerId, project.id) }, 200);
    });
}
