/** Answers from the model that serves. */
import { createRoute } from "@hono/zod-openapi";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import {
  popularItems,
  recommend,
  type RecommendationRequest,
  recommendBatch,
  similarItems,
} from "../model/answer.ts";
import type { Model } from "../model/model.ts";
import type { ServedProjects } from "../served_projects.ts";
import {
  BatchBody,
  BatchResults,
  PopularItems,
  PopularQuery,
  RecommendationBody,
  RecommendationQuery,
  Recommendations,
  SimilarQuery,
} from "./answer_schemas.ts";
import { ById, json, jsonBody, security } from "./schemas.ts";
import { projectIdOf, unknownProject } from "./parameters.ts";
import { answered, championFor, heading, hiding } from "./serving.ts";

const recommendations = json("The recommendations, best first.", Recommendations);

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

const batchRoute = createRoute({
  method: "post",
  path: "/project/{id}/recommendations/batch",
  summary: "Recommendations for up to 1,000 users by their histories, in their order.",
  security,
  request: { params: ById, body: jsonBody(BatchBody) },
  responses: {
    200: json("A list a user.", BatchResults),
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

const similarRoute = createRoute({
  method: "get",
  path: "/project/{id}/similar",
  summary: "The items most like one, by item_id or item_title, whatever the project's type.",
  security,
  request: { params: ById, query: SimilarQuery },
  responses: {
    200: json("The similar items, the most similar first.", Recommendations),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

const popularRoute = createRoute({
  method: "get",
  path: "/project/{id}/popular",
  summary: "The items with the most interactions.",
  security,
  request: { params: ById, query: PopularQuery },
  responses: {
    200: json("The items, the most popular first.", PopularItems),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

/** Answers, each without who was erased and what is hidden. */
export function answerRoutes(deps: RecommenderDeps & { projects: ServedProjects }) {
  return createRoutes()
    .openapi(recommendationsRoute, async (c) => {
      const { include_seen, ...query } = c.req.valid("query");
      const request = { ...query, include_seen: include_seen === "true" };
      return c.json(await answer(c.var.ownerId, c.req.valid("param").id, { request }), 200);
    })
    .openapi(askRecommendationsRoute, async (c) => {
      const asked = { request: c.req.valid("json"), anyOf: true };
      return c.json(await answer(c.var.ownerId, c.req.valid("param").id, asked), 200);
    })
    .openapi(batchRoute, async (c) => {
      const request = c.req.valid("json");
      const userIds = request.users.map(String);
      const { champion, model, rules, erased } = await serving(
        c.var.ownerId,
        c.req.valid("param").id,
        userIds,
      );
      const results = answered(() => {
        const known = recommendBatch(model, request, rules);
        if (erased.size === 0) return known;
        const strangers = recommendBatch(strange(model), { ...request, users: [...erased] }, rules);
        const byUser = new Map(strangers.map((result) => [result.user_id, result]));
        return known.map((result) => byUser.get(result.user_id) ?? result);
      });
      return c.json({ ...heading(champion), results }, 200);
    })
    .openapi(similarRoute, async (c) => {
      const { champion, model, rules } = await serving(c.var.ownerId, c.req.valid("param").id);
      const similar = answered(() => similarItems(model, c.req.valid("query"), rules));
      return c.json({ ...heading(champion), ...similar }, 200);
    })
    .openapi(popularRoute, async (c) => {
      const { champion, model, rules } = await serving(c.var.ownerId, c.req.valid("param").id);
      const items = popularItems(model, c.req.valid("query"), rules);
      return c.json({ ...heading(champion), items }, 200);
    });

  async function answer(
    ownerId: string,
    id: string,
    { request, anyOf = false }: { request: RecommendationRequest; anyOf?: boolean },
  ) {
    const user = String(request.user_id ?? "");
    const users = user === "" ? [] : [user];
    const { champion, model, rules, erased } = await serving(ownerId, id, users);
    const asked = erased.size > 0 ? strange(model) : model;
    return {
      ...heading(champion),
      ...answered(() => recommend(asked, request, { ...rules, anyOf })),
    };
  }

  /** The model with what of it may be said, and which of these users were erased. */
  async function serving(ownerId: string, id: string, userIds: string[] = []) {
    const served = await deps.projects.of(ownerId, projectIdOf(id)) ?? unknownProject(id);
    const champion = await championFor(deps, served.project, userIds);
    const erased = new Set(userIds.filter((user) => served.erased.has(user)));
    const { model } = champion;
    return { champion, model, rules: hiding(model, served.hidden), erased };
  }
}

/** To a model without users everybody is unknown. */
function strange(model: Model): Model {
  return { ...model, users: undefined };
}
