/** Results of a project: what its recommendations led to. */
import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes, invalidInput } from "../../http/service/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import type { LiveCatalogue } from "../live/live_catalogue.ts";
import { findProject } from "../projects/projects.ts";
import { findSettings, WINDOWS } from "../projects/settings.ts";
import { findResults } from "../results/results.ts";
import { findShownItems, shownItems } from "../results/shown_items.ts";
import type { Access } from "./access.ts";
import { projectIdOf, unknownProject } from "./parameters.ts";
import { ById, json } from "./schemas.ts";

const DAY = 24 * 3600 * 1000;
/** Default and maximum number of days. */
const USUAL_DAYS = 28;
const MOST_DAYS = 366;

const Share = z.object({ rate: z.number(), low: z.number(), high: z.number() })
  .describe("A share with its 95 % confidence interval (Wilson).");

const Figures = z.object({
  lists: z.int().describe("Lists of recommendations in answers by key."),
  fallbacks: z.int().describe("Lists of an unknown user or history."),
  impressions: z.int().describe("Events of type impression that name a list."),
  clicks: z.int().describe("Clicked or viewed items of lists, each once a list."),
  click_through: Share.nullable().describe("Lists with a click, as a share of the lists."),
  conversions: z.int().describe("Purchases of items of lists, each once a list."),
  revenue: z.number().describe("Sum of the values of these purchases, with six decimals at most."),
});

const ResultsSchema = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  click_window_hours: z.int().describe("Time in which a click counts for a list."),
  purchase_window_hours: z.int().describe("Time in which a purchase counts for a list."),
  total: Figures,
  days: z.array(Figures.extend({ day: z.iso.date() })).describe("Days with lists or events."),
  placements: z.array(Figures.extend({
    placement: z.string().describe("Empty for lists without a placement."),
  })),
  versions: z.array(Figures.extend({ version: z.int() })),
  purchases: z.object({
    all: z.int(),
    followed: Share.nullable().describe("Those that followed a recommendation."),
  }),
  events: z.object({
    all: z.int(),
    with_list: z.int().describe("Events with a recommendation_id."),
    unattributed: z.int().describe(
      "Events whose recommendation_id is forged, expired or another visitor's, or whose item is " +
        "not in the list.",
    ),
    unknown_items: z.int().describe("Events of items that are not in the catalogue."),
    alerts: z.array(z.enum(["unattributed", "unknown_items"]))
      .describe("Shares above 5 %, of at least 20 events."),
  }),
  items: z.object({
    catalogue: z.int(),
    never_shown: z.int().describe("Items without an impression in the period."),
    most_shown: z.array(z.object({
      item_id: z.string(),
      item_title: z.string(),
      shown: z.int(),
      clicked: z.int(),
    })),
    long_tail: z.number().nullable().describe(
      "Share of the impressions of items outside the most popular fifth of the catalogue.",
    ),
  }).nullable().describe("By impressions of the last 90 days; null without a model."),
}).openapi("Results");

const resultsRoute = createRoute({
  method: "get",
  operationId: "getResults",
  path: "/project/{id}/results",
  summary: "Returns what recommendations led to, by day, placement and version.",
  description:
    "Lists are counted when they are answered by key. Events count by their time, up to " +
    "a minute after they arrived. Days are of UTC.",
  request: {
    params: ById,
    query: z.strictObject({
      from: z.iso.date().optional().describe("First day; by default 27 days before to."),
      to: z.iso.date().optional().describe("Last day; by default today."),
    }),
  },
  responses: {
    200: json("The results.", ResultsSchema),
    ...problemResponses("unauthenticated", "not_found", "invalid_input"),
  },
});

export function resultsRoutes(
  { access, sql, models, catalogue }: RecommenderDeps & {
    access: Access;
    catalogue: LiveCatalogue;
  },
) {
  return createRoutes({ tag: "Results" })
    .openapi({ ...resultsRoute, ...access.reads }, async (c) => {
      const { ownerId } = c.var;
      const { id } = c.req.valid("param");
      const projectId = projectIdOf(id);
      const period = periodOf(c.req.valid("query"));
      const [project, settings] = await Promise.all([
        findProject(sql, ownerId, projectId),
        findSettings(sql, ownerId, projectId),
      ]);
      if (!project || !settings) unknownProject(id);
      const [results, found, champion] = await Promise.all([
        findResults(sql, ownerId, { projectId, ...period }),
        findShownItems(sql, ownerId, { projectId, ...period }),
        // The sums are of use without the model.
        project.trained_at ? models.champion(project.mlflow_model_name).catch(() => null) : null,
      ]);
      const served = champion && await catalogue.of(champion, { ownerId, projectId });
      const { click_window_hours, purchase_window_hours } = { ...WINDOWS, ...settings };
      return c.json({
        ...period,
        ...{ click_window_hours, purchase_window_hours },
        ...results,
        items: served && shownItems(served.model, found),
      }, 200);
    });
}

function periodOf({ from, to }: { from?: string; to?: string }): { from: string; to: string } {
  const last = to ?? new Date().toISOString().slice(0, 10);
  const first = from ??
    new Date(Date.parse(last) - (USUAL_DAYS - 1) * DAY).toISOString().slice(0, 10);
  const days = (Date.parse(last) - Date.parse(first)) / DAY + 1;
  if (days >= 1 && days <= MOST_DAYS) return { from: first, to: last };
  const detail = `must be a day up to ${MOST_DAYS - 1} days before to`;
  throw invalidInput([{ pointer: "/from", detail }]);
}
