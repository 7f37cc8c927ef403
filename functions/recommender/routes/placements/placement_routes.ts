/** Routes to read and change the placements of a project. */
import { createRoute, z } from "@hono/zod-openapi";
import { Problem, problemResponses } from "../../../http/problem.ts";
import { createRoutes, invalidInput } from "../../../http/service/service.ts";
import { NoQuery } from "../../../http/service/unknown_fields.ts";
import type { RecommenderDeps } from "../../deps.ts";
import type { LiveCatalogue } from "../../live/live_catalogue.ts";
import type { NamedPlacement, Placement } from "../../model/placements/placement.ts";
import { faultsOf } from "../../placements/check_placement.ts";
import { placementNamed } from "../../placements/placement_named.ts";
import { listPlacements, MOST_PLACEMENTS, savePlacement } from "../../placements/placements.ts";
import { findProject } from "../../projects/projects.ts";
import type { ServedProjects } from "../../projects/served_projects.ts";
import type { Access } from "../access.ts";
import { PLACEMENT } from "../answer_schemas.ts";
import { projectIdOf, unknownProject } from "../parameters.ts";
import { ById, json, jsonBody } from "../schemas.ts";
import { championFor } from "../serving.ts";
import { PlacementDocument, PlacementRules } from "./placement_schemas.ts";

/** The parameters of a placement's path. */
export const ByName = ById.extend({
  name: z.string().regex(PLACEMENT, "must have 1 to 64 of the characters a-z, 0-9, _ and -"),
});

const placement = json("The placement.", PlacementDocument);

const listRoute = createRoute({
  method: "get",
  operationId: "listPlacements",
  path: "/project/{id}/placements",
  summary: "Lists the placements of a project by name.",
  description: "Each project starts with home, item and cart.",
  request: { params: ById, query: NoQuery },
  responses: {
    200: json("The placements.", z.object({ placements: z.array(PlacementDocument) })),
    ...problemResponses("unauthenticated", "not_found"),
  },
});

const getRoute = createRoute({
  method: "get",
  operationId: "getPlacement",
  path: "/project/{id}/placements/{name}",
  summary: "Returns a placement.",
  request: { params: ByName, query: NoQuery },
  responses: { 200: placement, ...problemResponses("unauthenticated", "not_found") },
});

const saveRoute = createRoute({
  method: "put",
  operationId: "savePlacement",
  path: "/project/{id}/placements/{name}",
  summary: "Saves a placement: effective at once here, elsewhere within 5 seconds.",
  description: "Checked as a whole: unknown columns, rules that contradict each other or have no " +
    "effect, and items of pins that are not in the catalogue are refused, each with its place. " +
    "Before the first training, columns and items are not checked.",
  request: { params: ByName, query: NoQuery, body: jsonBody(PlacementRules) },
  responses: {
    200: placement,
    ...problemResponses(
      "malformed_request",
      "unauthenticated",
      "not_found",
      "conflict",
      "unsupported_media_type",
      "invalid_input",
    ),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  operationId: "deletePlacement",
  path: "/project/{id}/placements/{name}",
  summary: "Deletes a placement; requests that name it are refused from then on.",
  request: { params: ByName, query: NoQuery },
  responses: {
    204: { description: "Deleted." },
    ...problemResponses("unauthenticated", "not_found"),
  },
});

/** Routes of placements. */
export function placementRoutes(
  deps: RecommenderDeps & {
    access: Access;
    projects: ServedProjects;
    catalogue: LiveCatalogue;
  },
) {
  const { access, sql, projects } = deps;

  /** Returns the placements of one of the owner's projects. @throws {Problem} 404 without it. */
  async function placementsOf(ownerId: string, id: string): Promise<NamedPlacement[]> {
    const project = await findProject(sql, ownerId, projectIdOf(id)) ?? unknownProject(id);
    return await listPlacements(sql, ownerId, project.id);
  }

  return createRoutes({ tag: "Placements" })
    .openapi({ ...listRoute, ...access.reads }, async (c) => {
      const { id } = c.req.valid("param");
      return c.json({ placements: await placementsOf(c.var.ownerId, id) }, 200);
    })
    .openapi({ ...getRoute, ...access.reads }, async (c) => {
      const { id, name } = c.req.valid("param");
      return c.json(placementNamed(await placementsOf(c.var.ownerId, id), name), 200);
    })
    .openapi({ ...saveRoute, ...access.writes() }, async (c) => {
      const { ownerId } = c.var;
      const { id, name } = c.req.valid("param");
      const rules: Placement = c.req.valid("json");
      const project = await findProject(sql, ownerId, projectIdOf(id)) ?? unknownProject(id);
      const model = project.trained_at
        ? (await championFor(deps, project, { ownerId })).model
        : undefined;
      const faults = faultsOf(rules, model);
      if (faults.length > 0) throw invalidInput(faults);
      const others = await listPlacements(sql, ownerId, project.id);
      if (others.length >= MOST_PLACEMENTS && !others.some((one) => one.name === name)) {
        throw new Problem(
          "conflict",
          `A project has at most ${MOST_PLACEMENTS} placements: delete one first.`,
        );
      }
      const version = await savePlacement(sql, ownerId, { projectId: project.id, name, rules }) ??
        unknownProject(id);
      projects.forget(ownerId, project.id);
      return c.json({ name, version, rules }, 200);
    })
    .openapi({ ...deleteRoute, ...access.writes() }, async (c) => {
      const { ownerId } = c.var;
      const { id, name } = c.req.valid("param");
      placementNamed(await placementsOf(ownerId, id), name);
      const projectId = projectIdOf(id);
      await savePlacement(sql, ownerId, { projectId, name, rules: null }) ?? unknownProject(id);
      projects.forget(ownerId, projectId);
      return c.body(null, 204);
    });
}
