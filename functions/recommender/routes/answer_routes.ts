/** Recommendation routes. */
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { IdentityEnv } from "../../http/identity.ts";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import { jsonSteps, type Room } from "../json_steps.ts";
import type { Lane } from "../../http/lane.ts";
import type { RecommendationRequest, Rules } from "../model/answer.ts";
import { batchSteps, popularSteps, recommendSteps, similarSteps } from "../model/answer_steps.ts";
import type { Model } from "../model/model.ts";
import type { Steps } from "../model/steps.ts";
import { type Asked, MOST_UNITS, permitFor, roomOfAnswer } from "../permit.ts";
import type { ServedProjects } from "../projects/served_projects.ts";
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
import { answered, championFor, heading, hiding, textAnswer } from "./serving.ts";

/** Description of the cost of a request, for the API description. */
const description =
  "Costs one unit of work a list of up to 20 items, more for longer lists, diversity, explain, " +
  "filters and long histories; the answer's header x-airec-units says how many. A request may cost " +
  `${MOST_UNITS.toLocaleString("en")} units, and its answer have 8 MB, by estimate: more is 422, ` +
  "before any work, and says what to ask for instead. Of a history that is too long for one " +
  "ranking the newest rows count.";

const recommended = json("The recommendations, best first.", Recommendations);

const recommendationsRoute = createRoute({
  method: "get",
  path: "/project/{id}/recommendations",
  summary: "Recommendations: CONTENT by item_title, COLLABORATIVE by user_id, HYBRID by both.",
  description,
  security,
  request: { params: ById, query: RecommendationQuery },
  responses: {
    200: recommended,
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

const askRecommendationsRoute = createRoute({
  method: "post",
  path: "/project/{id}/recommendations",
  summary: "Recommendations, also for a visitor whose history comes with the request.",
  description,
  security,
  request: { params: ById, body: jsonBody(RecommendationBody) },
  responses: {
    200: recommended,
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
  description,
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
  description,
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
  summary: "The items that most users liked.",
  description,
  security,
  request: { params: ById, query: PopularQuery },
  responses: {
    200: json("The items, the most popular first.", PopularItems),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

/** Recommendation routes, without erased users and hidden items, computed in the lane. */
export function answerRoutes(deps: RecommenderDeps & { projects: ServedProjects; lane: Lane }) {
  return createRoutes()
    .openapi(recommendationsRoute, async (c) => {
      const { include_seen, ...query } = c.req.valid("query");
      const request = { ...query, include_seen: include_seen === "true" };
      return textAnswer(c, await recommendations(c, request));
    })
    .openapi(askRecommendationsRoute, async (c) => {
      return textAnswer(c, await recommendations(c, c.req.valid("json"), { anyOf: true }));
    })
    .openapi(batchRoute, async (c) => {
      const request = c.req.valid("json");
      const asked = { ...request, userIds: request.users.map(String) };
      const text = await ask(c, asked, function* (model, { rules, head, room }) {
        const { lists } = yield* batchSteps(model, request, rules);
        const texts: string[] = [];
        for (const list of lists) texts.push(yield* jsonSteps(yield* list(), room));
        return `${JSON.stringify(head).slice(0, -1)},"results":[${texts.join(",")}]}`;
      });
      return textAnswer(c, text);
    })
    .openapi(similarRoute, async (c) => {
      const request = c.req.valid("query");
      const text = await ask(c, request, function* (model, { rules, head, room }) {
        return yield* jsonSteps({ ...head, ...yield* similarSteps(model, request, rules) }, room);
      });
      return textAnswer(c, text);
    })
    .openapi(popularRoute, async (c) => {
      const request = c.req.valid("query");
      const text = await ask(c, request, function* (model, { rules, head, room }) {
        const items = yield* popularSteps(model, request, rules);
        return yield* jsonSteps({ ...head, items }, room);
      });
      return textAnswer(c, text);
    });

  function recommendations(
    c: ProjectContext,
    request: RecommendationRequest,
    { anyOf = false } = {},
  ): Promise<string> {
    const user = String(request.user_id ?? "");
    const asked = { ...request, userIds: user === "" ? [] : [user] };
    return ask(c, asked, function* (model, { rules, head, room }) {
      const answer = yield* recommendSteps(model, request, { ...rules, anyOf });
      return yield* jsonSteps({ ...head, ...answer }, room);
    });
  }

  /** Queries the champion of a project, loaded with at least these users. */
  async function ask(
    c: ProjectContext,
    { userIds = [], ...asked }: Asked & { userIds?: string[] },
    steps: (
      model: Model,
      options: { rules: Rules; head: ReturnType<typeof heading>; room: Room },
    ) => Steps<string>,
  ): Promise<string> {
    const { ownerId } = c.var;
    const id = c.req.param("id");
    const { project, hidden, erased } = await deps.projects.of(ownerId, projectIdOf(id)) ??
      unknownProject(id);
    const champion = await championFor(deps, project, userIds);
    const { model } = champion;
    return await answered(deps.lane.run(ownerId, function* (place) {
      const rules = { ...yield* hiding(model, hidden), erased, permit: permitFor(c, asked, place) };
      return yield* steps(model, { rules, head: heading(champion), room: roomOfAnswer() });
    }, { signal: () => c.req.raw.signal }));
  }
}

type ProjectContext = Context<IdentityEnv, "/project/:id">;
