/** Answers from the model that serves: recommendations, and the items and users it knows. */
import { createRoute, z } from "@hono/zod-openapi";
import { pageOf, PageQuery } from "../../http/pages.ts";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service.ts";
import type { RecommenderDeps } from "../app.ts";
import { erasedAmong } from "../erased_users.ts";
import type { HiddenItems } from "../hidden_items.ts";
import type { RecommendationRequest } from "../model/answer.ts";
import { searchStrings } from "../model/search.ts";
import { stringAt } from "../model/string_table.ts";
import { cursorOf } from "./parameters.ts";
import { ById, json, jsonBody, ModelType, security } from "./schemas.ts";
import { championOf, heading, recommended } from "./serving.ts";

const Recommendations = z.object({
  project_id: z.int(),
  model_type: ModelType,
  model_version: z.string(),
  recommendations: z.array(z.object({
    item_id: z.string(),
    item_title: z.string(),
    score: z.number(),
    fallback: z.literal("popular").optional()
      .describe("The score is 0: the item comes for its popularity."),
  })),
  fallback: z.enum(["popular", "item_only"]).optional()
    .describe("What was answered from, where the user or the history is unknown."),
  fallback_reason: z.string().optional(),
  stale: z.literal(true).optional()
    .describe("The registry does not answer: a newer version may exist."),
}).openapi("Recommendations");

/** Null and empty count as missing. */
const emptyAsMissing = (value: unknown) => value === "" || value === null ? undefined : value;

const Count = z.int().min(1).max(200);
const Id = z.union([z.string().max(1000), z.number()], "must be a string or a number");
const Ids = z.array(Id).max(10_000);
const Weight = z.number().min(-1e6).max(1e6);

const RecommendationQuery = z.object({
  item_title: z.string().max(1000).optional(),
  item_id: z.string().max(1000).optional()
    .openapi({ description: "Decides over item_title." }),
  user_id: z.string().max(1000).optional(),
  n: z.preprocess(
    (value) => value === "" ? undefined : Number(value ?? 10),
    z.number("must be a whole number from 1 to 200").pipe(Count).optional(),
  ).openapi({ type: "integer", description: "How many, 1 to 200; 10 by default." }),
  include_seen: z.preprocess(emptyAsMissing, z.enum(["true", "false"]).optional())
    .openapi({ type: "string", description: "Recommend what the user already has, too." }),
});

const RecommendationBody = z.object({
  user_id: Id.nullish(),
  item_id: Id.nullish(),
  item_title: z.string().max(1000).nullish(),
  history: z.array(z.union(
    [Id, z.object({ item_id: Id, weight: Weight.optional() })],
    "must be an item's id, or {item_id, weight} with a weight between -1000000 and 1000000",
  )).max(10_000).nullish()
    .describe("What a visitor had, oldest first; stands in for user_id."),
  n: z.preprocess(emptyAsMissing, Count.optional())
    .openapi({ type: "integer", description: "How many, 1 to 200; 10 by default." }),
  exclude: Ids.nullish(),
  include_seen: z.boolean().nullish(),
}).openapi("RecommendationRequest");

const SearchQuery = PageQuery.extend({
  q: z.string().max(200).default("")
    .openapi({ description: "A part of the name, in any case." }),
});

const recommendations = json("The recommendations, best first.", Recommendations);

const projectItemsRoute = createRoute({
  method: "get",
  path: "/project/{id}/items",
  summary: "Items by a part of their title, the most popular first.",
  security,
  request: { params: ById, query: SearchQuery },
  responses: {
    200: json(
      "The items.",
      z.object({ items: z.array(z.object({ item_id: z.string(), item_title: z.string() })) }),
    ),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

const projectUsersRoute = createRoute({
  method: "get",
  path: "/project/{id}/users",
  summary: "Users by a part of their id.",
  security,
  request: { params: ById, query: SearchQuery },
  responses: {
    200: json("The users.", z.object({ users: z.array(z.object({ user_id: z.string() })) })),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

const recommendationsRoute = createRoute({
  method: "get",
  path: "/project/{id}/recommendations",
  summary: "Recommendations: CONTENT by item_title, COLLABORATIVE by user_id, HYBRID by both.",
  security,
  request: { params: ById, query: RecommendationQuery },
  responses: {
    200: recommendations,
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

const askRecommendationsRoute = createRoute({
  method: "post",
  path: "/project/{id}/recommendations",
  summary: "Recommendations, also for a visitor whose history comes with the request.",
  security,
  request: { params: ById, body: jsonBody(RecommendationBody) },
  responses: {
    200: recommendations,
    ...problemResponses(
      "malformed_request",
      "unauthenticated",
      "not_found",
      "not_ready",
      "unsupported_media_type",
      "invalid_input",
    ),
  },
});

/** Answers, each without who was erased and what is hidden. */
export function answerRoutes(deps: RecommenderDeps & { hiddenItems: HiddenItems }) {
  const { sql, hiddenItems } = deps;
  return createRoutes()
    .openapi(projectItemsRoute, async (c) => {
      const { q, limit, cursor } = c.req.valid("query");
      const { model } = await championOf(deps, c.var.ownerId, c.req.valid("param").id);
      const { ids, titles, popularOrder } = model.items;
      const offset = cursor === undefined ? 0 : cursorOf(cursor);
      const found = searchStrings(titles, { q, offset, limit: limit + 1, order: popularOrder });
      const page = pageOf(c, found, { limit, cursorOf: () => String(offset + limit) });
      const items = page.map((item) => ({
        item_id: stringAt(ids, item),
        item_title: stringAt(titles, item),
      }));
      return c.json({ items }, 200);
    })
    .openapi(projectUsersRoute, async (c) => {
      const { ownerId } = c.var;
      const { q, limit, cursor } = c.req.valid("query");
      const { model, project } = await championOf(deps, ownerId, c.req.valid("param").id);
      if (!model.users) return c.json({ users: [] }, 200);
      const { ids } = model.users;
      const offset = cursor === undefined ? 0 : cursorOf(cursor);
      const found = searchStrings(ids, { q, offset, limit: limit + 1 });
      const userIds = pageOf(c, found, { limit, cursorOf: () => String(offset + limit) })
        .map((user) => stringAt(ids, user));
      const erased = await erasedAmong(sql, ownerId, { projectId: project.id, userIds });
      const known = userIds.filter((user) => !erased.has(user));
      return c.json({ users: known.map((user_id) => ({ user_id })) }, 200);
    })
    .openapi(recommendationsRoute, async (c) => {
      const { include_seen, ...query } = c.req.valid("query");
      const request = { ...query, include_seen: include_seen === "true" };
      return c.json(await answer(c.var.ownerId, c.req.valid("param").id, request), 200);
    })
    .openapi(askRecommendationsRoute, async (c) => {
      const request = c.req.valid("json");
      return c.json(await answer(c.var.ownerId, c.req.valid("param").id, request), 200);
    });

  async function answer(ownerId: string, id: string, request: RecommendationRequest) {
    const champion = await championOf(deps, ownerId, id);
    const projectId = champion.project.id;
    const userIds = [String(request.user_id ?? "")];
    const [hidden, erased] = await Promise.all([
      hiddenItems.of(ownerId, projectId),
      userIds[0] === "" ? new Set() : erasedAmong(sql, ownerId, { projectId, userIds }),
    ]);
    // To a model without users everybody is unknown.
    const model = erased.size > 0 ? { ...champion.model, users: undefined } : champion.model;
    const exclude = [...request.exclude ?? [], ...hidden];
    return { ...heading(champion), ...recommended(model, { ...request, exclude }) };
  }
}
