/** Route that returns the price of a placement's rules before they are saved. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Lane, Ticket } from "../../../http/load/lane.ts";
import { problemResponses } from "../../../http/problem.ts";
import { createRoutes, invalidInput } from "../../../http/service/service.ts";
import { NoQuery } from "../../../http/service/unknown_fields.ts";
import type { RecommenderDeps } from "../../deps.ts";
import type { LiveCatalogue } from "../../live/live_catalogue.ts";
import { loadRehearsal } from "../../model/artifact/artifact.ts";
import type { Model, Rehearsal } from "../../model/model.ts";
import type { NamedPlacement } from "../../model/placements/placement.ts";
import { type Price, type PriceOptions, priceSteps } from "../../model/price/price.ts";
import type { Steps } from "../../model/steps.ts";
import { permitFor } from "../../permit.ts";
import { faultsOf } from "../../placements/check_placement.ts";
import { placementNamed } from "../../placements/placement_named.ts";
import type { ServedProjects } from "../../projects/served_projects.ts";
import type { Access } from "../access.ts";
import { PLACEMENT } from "../answer_schemas.ts";
import { projectIdOf, unknownProject } from "../parameters.ts";
import { ById, json, jsonBody } from "../schemas.ts";
import { answered, championFor, hiding, registryProblem } from "../serving.ts";
import { PlacementRules } from "./placement_schemas.ts";

const PreviewRequest = z.strictObject({
  name: z.string().regex(PLACEMENT, "must have 1 to 64 of the characters a-z, 0-9, _ and -")
    .optional().describe("A saved placement; without it, rules must be given."),
  rules: PlacementRules.optional().describe("Rules that need not be saved."),
  n: z.int().min(10).max(100).default(10).describe("Length of the lists."),
}).refine(({ name, rules }) => (name === undefined) !== (rules === undefined), {
  error: "must be given, or a name: one of the two",
  path: ["rules"],
}).openapi("PreviewRequest");

const Figures = z.object({
  ndcg: z.number().describe("Mean NDCG@10."),
  recall: z.number().describe("Mean recall@10."),
  coverage: z.number().describe("Share of the catalogue that is in a first ten."),
  long_tail: z.number().describe("Share of items outside the most popular fifth."),
}).openapi("PriceFigures");

const Listed = z.array(z.object({
  item_id: z.string(),
  item_title: z.string(),
  score: z.number(),
}));

const PriceSchema = z.object({
  priced: z.boolean().describe("Whether it can be priced; otherwise the sentence has the reason."),
  sentence: z.string(),
  users: z.int().describe("Number of test users."),
  before: Figures.optional().describe("Of the logic without rules."),
  after: Figures.optional(),
  ndcg_change: z.object({ change: z.number(), low: z.number(), high: z.number() }).optional()
    .describe("Relative change of NDCG@10 with its 95 % interval: -0.031 is a loss of 3.1 %."),
  columns: z.array(z.object({
    column: z.string(),
    values: z.array(z.object({ value: z.string(), before: z.number(), after: z.number() })),
  })).optional().describe(
    "Shares of the first ten by value, of the columns that the rules name; at most ten values.",
  ),
  examples: z.array(z.object({ user_id: z.string(), before: Listed, after: Listed })).optional()
    .describe("Lists of three test users."),
}).openapi("Price");

const previewRoute = createRoute({
  method: "post",
  operationId: "previewPlacement",
  path: "/project/{id}/placements/preview",
  summary: "Returns what rules cost: figures of test users' lists without and with them.",
  description: "Rules are applied to the candidates that the evaluated model had for up to 1,000 " +
    "test users. Not priced are versions of a first model, trending, new and other logics without " +
    "such candidates, pins, and rules that leave too few of them; the sentence says why.",
  request: { params: ById, query: NoQuery, body: jsonBody(PreviewRequest) },
  responses: {
    200: json("The price.", PriceSchema),
    ...problemResponses(
      "malformed_request",
      "unauthenticated",
      "not_found",
      "not_ready",
      "unsupported_media_type",
      "invalid_input",
      "unavailable",
    ),
  },
});

/** Route of previews. */
export function previewRoutes(
  deps: RecommenderDeps & {
    access: Access;
    projects: ServedProjects;
    lane: Lane;
    catalogue: LiveCatalogue;
  },
) {
  const { access, projects, lane, registry } = deps;
  return createRoutes({ tag: "Placements" })
    .openapi({ ...previewRoute, ...access.reads }, async (c) => {
      const { ownerId } = c.var;
      const { id } = c.req.valid("param");
      const { name, rules, n } = c.req.valid("json");
      const { project, hidden, erased, placements } = await projects.of(ownerId, projectIdOf(id)) ??
        unknownProject(id);
      const placement: NamedPlacement = rules
        ? { name: "preview", version: 0, rules }
        : placementNamed(placements, name!);
      const { model, version } = await championFor(deps, project, { ownerId });
      const faults = rules ? faultsOf(rules, model) : [];
      if (faults.length > 0) {
        throw invalidInput(faults.map((one) => ({ ...one, pointer: `/rules${one.pointer}` })));
      }
      const read = (path: string) => registry.read(project.mlflow_model_name, version, path);
      const rehearsal = await loadRehearsal(model.manifest, read).catch(registryProblem);
      const begin = (ticket: Ticket) =>
        pricedSteps(model, { rehearsal, hidden }, {
          ...{ placement, n, erased, now: Date.now(), permit: permitFor(c, {}, ticket) },
        });
      const price = answered(lane.run(ownerId, begin, { signal: () => c.req.raw.signal }));
      return c.json(await price, 200);
    });
}

function* pricedSteps(
  model: Model,
  { rehearsal, hidden }: { rehearsal: Rehearsal | undefined; hidden: string[] },
  options: PriceOptions,
): Steps<Price> {
  return yield* priceSteps(model, rehearsal, { ...options, ...yield* hiding(model, hidden) });
}
