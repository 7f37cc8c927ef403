/** Route that explains why an item is not in a visitor's list. */
import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../../http/problem.ts";
import type { Lane, Ticket } from "../../../http/load/lane.ts";
import { createRoutes } from "../../../http/service/service.ts";
import type { RecommenderDeps } from "../../deps.ts";
import type { LiveCatalogue } from "../../live/live_catalogue.ts";
import type { LiveHistories } from "../../live/live_histories.ts";
import type { Model } from "../../model/model.ts";
import type { PlacementRequest } from "../../model/placements/logics.ts";
import type { PlacementOptions } from "../../model/placements/placement_steps.ts";
import { type Absence, ABSENCE_REASONS, whyNotSteps } from "../../model/placements/why_not.ts";
import { personOf } from "../../model/request.ts";
import type { Steps } from "../../model/steps.ts";
import { requestWork } from "../../model/work.ts";
import { permitFor } from "../../permit.ts";
import { placementNamed } from "../../placements/placement_named.ts";
import type { ServedProjects } from "../../projects/served_projects.ts";
import type { Access } from "../access.ts";
import { projectIdOf, unknownProject } from "../parameters.ts";
import { json } from "../schemas.ts";
import { answered, hiding, placedChampion } from "../serving.ts";
import { ByName } from "./placement_routes.ts";

const Id = z.string().max(1000).optional();

const WhyNotQuery = z.strictObject({
  missing: z.string().min(1).max(1000).describe("Id of the item that is expected in the list."),
  user_id: Id,
  anonymous_id: Id,
  item_id: Id.describe("Id of the item that the visitor looks at."),
  items: z.string().max(10_000).optional()
    .describe("Ids of the items of the cart, or of those to order, separated by commas."),
  limit: z.coerce.number().pipe(z.int().min(1).max(200)).optional()
    .describe("Number of items of the list; 10 by default."),
});

const AbsenceSchema = z.object({
  item_id: z.string(),
  item_title: z.string(),
  position: z.int().nullable().describe("Position in the list from 1; null if it is not in it."),
  rank_without_rules: z.int().nullable().describe(
    "Position without the rules, of what is not left out; null if it is, or beyond 1,000.",
  ),
  score_without_rules: z.number().nullable(),
  reason: z.enum(ABSENCE_REASONS).nullable().describe(
    "The first rule that keeps it out of the list; null if it is in the list.",
  ),
  sentence: z.string(),
}).openapi("Absence");

const whyNotRoute = createRoute({
  method: "get",
  operationId: "explainAbsence",
  path: "/project/{id}/placements/{name}/why-not",
  summary: "Returns why an item is not in a visitor's list, or its position.",
  description: "The rules are added one by one, in their order, until the list does not have the " +
    "item any more.",
  request: { params: ByName, query: WhyNotQuery },
  responses: {
    200: json("The first reason, as a code and a sentence.", AbsenceSchema),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

/** Route that explains absences. */
export function whyNotRoutes(
  deps: RecommenderDeps & {
    access: Access;
    projects: ServedProjects;
    lane: Lane;
    live: LiveHistories;
    catalogue: LiveCatalogue;
  },
) {
  return createRoutes({ tag: "Placements" })
    .openapi({ ...whyNotRoute, ...deps.access.reads }, async (c) => {
      const { ownerId } = c.var;
      const { id, name } = c.req.valid("param");
      const { missing, items, limit, ...asked } = c.req.valid("query");
      const { project, hidden, erased, placements } =
        await deps.projects.of(ownerId, projectIdOf(id)) ?? unknownProject(id);
      const placement = placementNamed(placements, name);
      const person = personOf(asked);
      const visitors = person ? [person] : [];
      const about = { ownerId, erased, placement, visitors };
      const { champion, facts } = await placedChampion(deps, project, about);
      const request: PlacementRequest = { ...asked, n: limit, items: items?.split(",") };
      const begin = (ticket: Ticket) => {
        const limits = { permit: permitFor(c, request, ticket), costOf: requestWork };
        return absenceSteps(champion.model, { missing, request, hidden }, {
          ...{ placement, facts, erased, limits },
        });
      };
      const absence = answered(deps.lane.run(ownerId, begin, { signal: () => c.req.raw.signal }));
      return c.json(await absence, 200);
    });
}

function* absenceSteps(
  model: Model,
  { hidden, ...asked }: { missing: string; request: PlacementRequest; hidden: string[] },
  options: PlacementOptions,
): Steps<Absence> {
  return yield* whyNotSteps(model, asked, { ...options, ...yield* hiding(model, hidden) });
}
