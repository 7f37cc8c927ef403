/** Recommendation routes. */
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { IdentityEnv } from "../../http/identity/identity.ts";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes, invalidInput, LISTS_HEADER } from "../../http/service/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import { jsonSteps, type Room } from "../json_steps.ts";
import type { Lane, Ticket } from "../../http/load/lane.ts";
import type { LiveCatalogue } from "../live/live_catalogue.ts";
import type { LiveHistories, Visitor } from "../live/live_histories.ts";
import { withMeantTypes } from "../live/meant_types.ts";
import type { RecommendationRequest, Rules } from "../model/answer.ts";
import { batchSteps, popularSteps, recommendSteps, similarSteps } from "../model/answer_steps.ts";
import type { Model } from "../model/model.ts";
import type { PlacementRequest } from "../model/placements/logics.ts";
import { type PlacementOptions, placementSteps } from "../model/placements/placement_steps.ts";
import { personOf, sendsHistory } from "../model/request.ts";
import type { Steps } from "../model/steps.ts";
import { requestWork } from "../model/work.ts";
import { type Asked, MOST_UNITS, permitFor, roomOfAnswer } from "../permit.ts";
import { itemsOfCursor, MOST_ITEMS, pageCursor } from "../placements/cursor.ts";
import { placementNamed } from "../placements/placement_named.ts";
import type { ServedProjects } from "../projects/served_projects.ts";
import { type IdentifiedLists, identifiedLists, visitorOf } from "../results/identified_lists.ts";
import type { Access } from "./access.ts";
import {
  BatchBody,
  BatchResults,
  counted,
  PopularItems,
  PopularQuery,
  RecommendationBody,
  RecommendationQuery,
  Recommendations,
  SimilarQuery,
} from "./answer_schemas.ts";
import { ById, json, jsonBody } from "./schemas.ts";
import { projectIdOf, unknownProject } from "./parameters.ts";
import { answered, championFor, heading, hiding, placedChampion, textAnswer } from "./serving.ts";

/** Description of the cost of a request, for the API description. */
const description =
  "Costs one unit of work a list of up to 20 items, more for longer lists, diversity, explain, " +
  "filters and long histories; the response's header x-airec-units has the number. A request " +
  "may cost " +
  `${
    MOST_UNITS.toLocaleString("en")
  } units, and its response have 8 MB, by estimate: more is 422, ` +
  "before any work, with advice what to request instead. Of a history that is too long for one " +
  "ranking the newest rows count.";

const recommended = json("The recommendations, best first.", Recommendations);

const recommendationsRoute = createRoute({
  method: "get",
  operationId: "getRecommendations",
  path: "/project/{id}/recommendations",
  summary:
    "Returns recommendations: CONTENT by item_title, COLLABORATIVE by user_id, HYBRID by both.",
  description,
  request: { params: ById, query: RecommendationQuery },
  responses: {
    200: recommended,
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

const askRecommendationsRoute = createRoute({
  method: "post",
  operationId: "recommendItems",
  path: "/project/{id}/recommendations",
  summary: "Returns recommendations, also for a visitor whose history is in the request.",
  description: description + " With a placement, its rules make the list; an unknown one is 404, " +
    "and a cursor of an earlier version 410.",
  request: { params: ById, body: jsonBody(RecommendationBody) },
  responses: {
    200: recommended,
    ...problemResponses(
      "malformed_request",
      "unauthenticated",
      "not_found",
      "not_ready",
      "gone",
      "unsupported_media_type",
      "invalid_input",
    ),
  },
});

const batchRoute = createRoute({
  method: "post",
  operationId: "recommendBatch",
  path: "/project/{id}/recommendations/batch",
  summary: "Returns recommendations for up to 1,000 users by their histories, in their order.",
  description,
  request: { params: ById, body: jsonBody(BatchBody) },
  responses: {
    200: json("One list per user.", BatchResults),
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
  operationId: "listSimilarItems",
  path: "/project/{id}/similar",
  summary: "Returns the items most similar to an item, for any type of project.",
  description,
  request: { params: ById, query: SimilarQuery },
  responses: {
    200: json("The similar items, the most similar first.", Recommendations),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

const popularRoute = createRoute({
  method: "get",
  operationId: "listPopularItems",
  path: "/project/{id}/popular",
  summary: "Returns the items that most users liked.",
  description,
  request: { params: ById, query: PopularQuery },
  responses: {
    200: json("The items, the most popular first.", PopularItems),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

/** Recommendation routes, without erased users and hidden items, computed in the lane. */
export function answerRoutes(
  deps: RecommenderDeps & {
    access: Access;
    projects: ServedProjects;
    lane: Lane;
    live: LiveHistories;
    catalogue: LiveCatalogue;
  },
) {
  const { access } = deps;
  return createRoutes({ tag: "Recommendations" })
    .openapi({ ...recommendationsRoute, ...access.answers }, async (c) => {
      const { include_seen, ...query } = c.req.valid("query");
      const request = counted({ ...query, include_seen: include_seen === "true" });
      const visitors = visitorsIn(request);
      return textAnswer(c, await ask(c, request, { steps: recommendedText, visitors }));
    })
    .openapi({ ...askRecommendationsRoute, ...access.answers }, async (c) => {
      const request = counted(c.req.valid("json"));
      const visitors = visitorsIn(request);
      if (request.placement) return textAnswer(c, await askPlacement(c, request));
      refuseWithoutPlacement(request);
      const answer = { steps: recommendedText, visitors, anyOf: true };
      return textAnswer(c, await ask(c, request, answer));
    })
    .openapi({ ...batchRoute, ...access.answers }, async (c) => {
      const request = counted(c.req.valid("json"));
      const visitors = request.users.map((user) => ({ person: String(user), anonymous: false }));
      return textAnswer(c, await ask(c, request, { steps: batchText, visitors }));
    })
    .openapi({ ...similarRoute, ...access.answers }, async (c) => {
      return textAnswer(c, await ask(c, counted(c.req.valid("query")), { steps: similarText }));
    })
    .openapi({ ...popularRoute, ...access.answers }, async (c) => {
      return textAnswer(c, await ask(c, counted(c.req.valid("query")), { steps: popularText }));
    });

  /** Answers by the rules of the placement that the request names. */
  async function askPlacement(
    c: ProjectContext,
    request: PlacementRequest & Asked & { placement?: string; cursor?: string },
  ): Promise<string> {
    const ownerId = c.get("ownerId");
    const id = c.req.param("id");
    const { project, hidden, erased, placements } =
      await deps.projects.of(ownerId, projectIdOf(id)) ?? unknownProject(id);
    const placement = placementNamed(placements, request.placement!);
    const visitors = visitorsIn(request);
    const about = { ownerId, erased, placement, visitors };
    const { champion, facts } = await placedChampion(deps, project, about);
    const { version, model } = champion;
    const shown = request.cursor
      ? itemsOfCursor(request.cursor, { version, items: model.items.popularity.length })
      : [];
    const of = { project: project.id, version, placement: placement.name };
    const lists = identifiedLists(deps.idKeys, of);
    const begin = (ticket: Ticket) => {
      const limits = { permit: permitFor(c, request, ticket), costOf: requestWork };
      const options = { placement, facts, erased, limits, shown };
      return placedText(champion, request, { options, hidden, lists });
    };
    const signal = () => c.req.raw.signal;
    const text = await answered(deps.lane.run(ownerId, begin, { signal }));
    if (lists.counted.lists > 0) c.header(LISTS_HEADER, JSON.stringify(lists.counted));
    return text;
  }

  /** Queries the champion of a project, loaded with at least these persons. */
  async function ask<Request extends Asked & { placement?: string }>(
    c: ProjectContext,
    request: Request,
    { steps, visitors = [], anyOf = false }: {
      steps: TextSteps<Request>;
      visitors?: readonly Visitor[];
      anyOf?: boolean;
    },
  ): Promise<string> {
    const ownerId = c.get("ownerId");
    const id = c.req.param("id");
    const { project, hidden, erased } = await deps.projects.of(ownerId, projectIdOf(id)) ??
      unknownProject(id);
    const champion = await championFor(deps, project, { ownerId, visitors });
    const { placement = "" } = request;
    const lists = identifiedLists(deps.idKeys, {
      ...{ project: project.id, version: champion.version, placement },
    });
    const begin = (ticket: Ticket) => {
      const limits = { permit: permitFor(c, request, ticket), costOf: requestWork };
      const rules = { anyOf, erased, limits };
      return championText(champion, request, { steps, hidden, rules, lists });
    };
    const signal = () => c.req.raw.signal;
    const text = await answered(deps.lane.run(ownerId, begin, { signal }));
    if (lists.counted.lists > 0) c.header(LISTS_HEADER, JSON.stringify(lists.counted));
    return text;
  }
}

/** @throws {Problem} 422 if the request has parameters that only placements have. */
function refuseWithoutPlacement({ items, cursor }: { items?: unknown; cursor?: string }): void {
  const names = [...(items ? ["items"] : []), ...(cursor ? ["cursor"] : [])];
  if (names.length === 0) return;
  throw invalidInput(names.map((name) => ({
    pointer: `/${name}`,
    detail: "needs a placement: send its name as placement",
  })));
}

/** Returns the person whose history the answer needs: none if the request brings one. */
function visitorsIn(request: RecommendationRequest): Visitor[] {
  const person = sendsHistory(request) ? undefined : personOf(request);
  return person ? [person] : [];
}

// Each generator function is declared once. V8 makes a hidden class for every closure that is a
// generator, which keeps the whole request in memory until the next full garbage collection.

/** Computes the text of an answer from a request to a model. */
type TextSteps<Request> = (
  model: Model,
  request: Request,
  options: {
    rules: Rules;
    head: ReturnType<typeof heading>;
    room: Room;
    lists: IdentifiedLists;
  },
) => Steps<string>;

function* championText<Request>(
  champion: Parameters<typeof heading>[0],
  request: Request,
  { steps, hidden, rules, lists }: {
    steps: TextSteps<Request>;
    hidden: string[];
    rules: Rules;
    lists: IdentifiedLists;
  },
): Steps<string> {
  const { model } = champion;
  return yield* steps(model, request, {
    rules: { ...yield* hiding(model, hidden), ...rules },
    head: heading(champion),
    room: roomOfAnswer(),
    lists,
  });
}

const recommendedText: TextSteps<RecommendationRequest> = function* (
  model,
  request,
  { rules, head, room, lists },
) {
  const list = yield* recommendSteps(model, yield* withMeantTypes(model, request), rules);
  const recommendation_id = lists.idOf(visitorOf(request), list);
  return yield* jsonSteps({ ...head, recommendation_id, ...list }, room);
};

function* placedText(
  champion: Parameters<typeof heading>[0],
  request: PlacementRequest,
  { options, hidden, lists }: {
    options: PlacementOptions;
    hidden: string[];
    lists: IdentifiedLists;
  },
): Steps<string> {
  const { model, version } = champion;
  const { placement: { name, version: saved }, shown = [] } = options;
  const { items, ...list } = yield* placementSteps(model, yield* withMeantTypes(model, request), {
    ...options,
    ...yield* hiding(model, hidden),
  });
  const recommendation_id = lists.idOf(visitorOf(request), list);
  const all = [...shown, ...items];
  const isLast = list.logic === "personal_order" || items.length < (request.n ?? 10) ||
    all.length >= MOST_ITEMS;
  return yield* jsonSteps({
    ...heading(champion),
    recommendation_id,
    placement: { name, version: saved },
    ...list,
    ...(!isLast && { cursor: pageCursor(version, all) }),
  }, roomOfAnswer());
}

const batchText: TextSteps<Parameters<typeof batchSteps>[1]> = function* (
  model,
  request,
  { rules, head, room, lists },
) {
  const batch = yield* batchSteps(model, request, rules);
  const texts: string[] = [];
  for (const listSteps of batch.lists) {
    const list = yield* listSteps();
    const recommendation_id = lists.idOf(visitorOf(list), list);
    texts.push(yield* jsonSteps({ recommendation_id, ...list }, room));
  }
  return `${JSON.stringify(head).slice(0, -1)},"results":[${texts.join(",")}]}`;
};

const similarText: TextSteps<Parameters<typeof similarSteps>[1] & { placement?: string }> =
  function* (model, request, { rules, head, room, lists }) {
    const list = yield* similarSteps(model, request, rules);
    const recommendation_id = request.placement ? lists.idOf(null, list) : undefined;
    return yield* jsonSteps({ ...head, recommendation_id, ...list }, room);
  };

const popularText: TextSteps<Parameters<typeof popularSteps>[1]> = function* (
  model,
  request,
  { rules, head, room },
) {
  const items = yield* popularSteps(model, request, rules);
  return yield* jsonSteps({ ...head, items }, room);
};

type ProjectContext = Context<IdentityEnv, "/project/:id">;
