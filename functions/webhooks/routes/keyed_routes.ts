/** Routes authenticated by API key: the recommender's answers, passed on and counted. */
import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/problem.ts";
import { byKey } from "../../http/identity/roles.ts";
import { createRoutes } from "../../http/service/service.ts";
import { warnOf } from "../../http/service/unknown_fields.ts";
import type { WebhooksDeps } from "../deps.ts";
import { countedLists, createNoteCompleted } from "../calls/completed.ts";
import { checkProject, keyed, unknownKey } from "../calls/keyed.ts";
import { itemsLink, passOn } from "../calls/pass_on.ts";
import { PUBLIC_MEMBERS, publicRequest } from "../calls/public_request.ts";
import { createRateLimit } from "../calls/rate_limit.ts";
import { BatchSchema, PopularSchema, RecommendationsSchema, TrendingSchema } from "./schemas.ts";
import { createVisitorLimit } from "../calls/visitor_limit.ts";
import { answer, body, bodyOrText, ProjectId } from "./contract.ts";
import { itemRoutes } from "./item_routes.ts";
import { liveRoutes } from "./live_routes.ts";
import { modelFileRoute } from "./model_file_route.ts";

/** Describes a call's cost in the API description. */
const description =
  "Costs one unit of work a list of up to 20 items, more for longer lists, diversity, explain, " +
  "filters and long histories; the response's header x-airec-units has the number. A key with a " +
  "limit pays one unit before the call and the rest after it: units beyond the limit are " +
  "deducted from the next minutes, and calls get 429 until then. Older keys count requests " +
  "instead of units.";

/** Describes the member `placement` of requests. */
const PLACEMENT = {
  type: ["string", "null"] as ["string", "null"],
  description: "Name of a placement of the project, such as home, item or cart: its rules make " +
    "the list, and results are shown by placement. An unknown one is 404.",
};

/** Describes the member `placement` where its rules do not apply. */
const PLACEMENT_OF_BATCH = {
  type: ["string", "null"] as ["string", "null"],
  description: "Name under which the results of these lists are shown: up to 64 of a-z, 0-9, _ " +
    "and -. Rules of placements do not apply to batches.",
};

const recommend = createRoute({
  method: "post",
  operationId: "recommendItems",
  path: "/api/recommend",
  summary: "Returns recommendations by key. Apart from project_id, the body is the recommender's.",
  description: description +
    " With a publishable key, a user_id needs its user_token, and explanations name only " +
    "items of the request. A page can send it without a preflight as text/plain: the same " +
    "JSON, with the key as its member key.",
  request: bodyOrText(
    // The recommender validates all members but project_id, and words their errors.
    z.looseObject({ project_id: ProjectId }).openapi("RecommendRequest", {
      properties: {
        project_id: { type: "integer" },
        item_title: {
          type: ["string", "null"],
          description: "Title of the item that the user is viewing.",
        },
        item_id: {
          type: ["string", "number", "null"],
          description: "Id of the item; takes precedence over item_title.",
        },
        user_id: {
          type: ["string", "number", "null"],
          description: "The user; unknown users get popular items.",
        },
        user_token: {
          type: ["string", "null"],
          description:
            "Proves a user_id for a publishable key: exp.HMAC-SHA-256(identity secret, " +
            "JSON [project_id, user_id, exp]), at most 24 hours ahead.",
        },
        anonymous_id: {
          type: ["string", "null"],
          description:
            "A visitor without an account: a random UUID (version 4) created by the page.",
        },
        history: {
          type: "array",
          items: {},
          description: "The visitor's history, oldest first: ids, or {item_id, event_type, " +
            "rating, timestamp, weight}. Replaces user_id.",
        },
        limit: { type: "integer", description: "Number of items, 1 to 200; 10 by default." },
        n: {
          type: "integer",
          deprecated: true,
          description: "The older name of limit, which takes precedence.",
        },
        exclude: { type: "array", items: {}, description: "Ids of items to exclude." },
        include_seen: {
          type: "boolean",
          description: "Whether items of the user's history may be recommended, too.",
        },
        filter: {
          type: "object",
          additionalProperties: true,
          description: 'By columns of the items: {genre: "Drama", year: {gte: 1990}}.',
        },
        diversity: {
          type: "number",
          description: "From 0, by score alone, to 1, as different from each other as possible.",
        },
        explain: { type: "boolean", description: "Explain the score of each item." },
        placement: PLACEMENT,
        items: {
          type: ["array", "null"],
          items: { type: ["string", "number"] },
          description: "With a placement: the items of the cart, or those to order.",
        },
        cursor: {
          type: ["string", "null"],
          description: "With a placement: the cursor of the page before, for the next page.",
        },
      },
    }),
  ),
  responses: {
    200: answer("As the recommender responds", RecommendationsSchema),
    ...passedOn(),
    ...problemResponses("gone"),
  },
});

const batch = createRoute({
  method: "post",
  operationId: "recommendBatch",
  path: "/api/recommend/batch",
  description,
  summary:
    "Returns recommendations for up to 1,000 users by key; counts users, and raises no event.",
  request: body(
    z.looseObject({ project_id: ProjectId, users: z.array(z.unknown()).max(1_000) })
      .openapi("BatchRequest", {
        properties: {
          project_id: { type: "integer" },
          users: { type: "array", items: { type: ["string", "number"] } },
          limit: {
            type: "integer",
            description: "Number of items per user, 1 to 200; 10 by default.",
          },
          n: {
            type: "integer",
            deprecated: true,
            description: "The older name of limit, which takes precedence.",
          },
          placement: PLACEMENT_OF_BATCH,
        },
      }),
  ),
  responses: {
    200: answer("As the recommender responds", BatchSchema),
    ...passedOn(),
  },
});

const popular = createRoute({
  method: "get",
  operationId: "listPopularItems",
  path: "/api/popular",
  description,
  summary: "Returns a project's most popular items by key.",
  request: {
    query: z.object({
      project_id: ProjectId,
      limit: z.string().optional(),
      n: z.string().optional(),
    }),
  },
  responses: {
    200: answer("As the recommender responds", PopularSchema),
    ...passedOn(),
  },
});

const trending = createRoute({
  method: "get",
  operationId: "listTrendingItems",
  path: "/api/trending",
  description: description + " Each live event counts by its weight, which halves within the " +
    "half-life of the project's settings; a visitor counts once per item, type and day.",
  summary: "Returns the items with most live events lately by key.",
  request: {
    query: z.strictObject({ project_id: ProjectId, limit: z.string().optional() }),
  },
  responses: {
    200: answer("As the recommender responds", TrendingSchema),
    ...passedOn(),
  },
});

const items = createRoute({
  method: "get",
  operationId: "listItems",
  path: "/api/items",
  description,
  summary: "Lists a project's items by key, or returns one by its id.",
  request: {
    query: z.object({
      project_id: ProjectId,
      q: z.string().optional(),
      item_id: z.string().optional(),
      columns: z.string().optional(),
      limit: z.string().optional(),
      cursor: z.string().optional(),
    }),
  },
  responses: {
    200: answer(
      "As the recommender responds",
      z.object({ items: z.array(z.looseObject({ item_id: z.string(), item_title: z.string() })) }),
    ),
    ...passedOn(),
  },
});

const columns = createRoute({
  method: "get",
  operationId: "listColumns",
  path: "/api/columns",
  description,
  summary: "Lists the filterable columns with their values by key.",
  request: { query: z.object({ project_id: ProjectId }) },
  responses: {
    200: answer(
      "As the recommender responds",
      z.object({ columns: z.array(z.looseObject({ name: z.string(), kind: z.string() })) }),
    ),
    ...passedOn(),
  },
});

export function keyedRoutes(deps: WebhooksDeps) {
  const { sql, recommender, leases, due, secretKey } = deps;
  const clock = () => performance.now();
  const access = keyed(sql, {
    takeCall: {
      answers: createRateLimit(sql, { clock, leases }),
      events: createRateLimit(sql, { clock, leases, windows: "event_windows" }),
    },
    takeVisit: deps.takeVisit ?? createVisitorLimit({ clock }),
    trustedProxies: deps.trustedProxies,
    log: deps.log,
    uses: deps.uses,
  });
  const noteCompleted = createNoteCompleted(sql);
  const bySecret = byKey(access());
  /** Also open to publishable keys. */
  const byAny = byKey(access({ toPages: () => true }));
  const byItems = byKey(access({ counts: "events" }));
  const byEvents = byKey(access({ toPages: () => true, counts: "events" }));
  const byModel = byKey(access({ toPages: ({ model }) => model }));

  return createRoutes({ tag: "By key" })
    .openapi({ ...recommend, ...byAny }, async (c) => {
      const { project_id, ...fields } = c.req.valid("json");
      const { bearer, requestId } = c.var;
      const { appId, keyId, hasSubscriber } = bearer;
      checkProject(bearer, project_id);
      // A server is trusted to name the user, so its user_token is dropped.
      const { user_token: _, ...trusted } = fields;
      if (bearer.kind === "publishable") warnOf(c, Object.keys(fields), PUBLIC_MEMBERS);
      const request = bearer.kind === "secret" ? trusted : await publicRequest(fields, {
        projectId: project_id,
        bearer,
        secretKey,
        now: Date.now(),
      });
      const given = await recommender.recommend(project_id, request, c.var);
      if (given.status === 200) {
        const answer = hasSubscriber ? given.body : null;
        const { placement } = fields;
        const lists = countedLists(given.lists, { project: project_id, placement });
        const noted = await noteCompleted({ appId, keyId, count: 1, answer, requestId, lists });
        if (!noted) throw unknownKey();
        if (hasSubscriber) due?.();
      }
      return passOn(c, given);
    })
    .openapi({ ...batch, ...bySecret }, async (c) => {
      const { project_id, ...request } = c.req.valid("json");
      const { appId, keyId } = c.var.bearer;
      checkProject(c.var.bearer, project_id);
      const given = await recommender.batch(project_id, request, c.var);
      if (given.status === 200) {
        const count = request.users.length;
        const { requestId } = c.var;
        const { placement } = request;
        const lists = countedLists(given.lists, { project: project_id, placement });
        const call = { appId, keyId, count, answer: null, requestId, lists };
        const noted = await noteCompleted(call);
        if (!noted) throw unknownKey();
      }
      return passOn(c, given);
    })
    .openapi({ ...popular, ...byAny }, async (c) => {
      const { project_id, ...query } = c.req.valid("query");
      checkProject(c.var.bearer, project_id);
      return passOn(c, await recommender.popular(project_id, searchOf(query), c.var));
    })
    .openapi({ ...trending, ...byAny }, async (c) => {
      const { project_id, ...query } = c.req.valid("query");
      checkProject(c.var.bearer, project_id);
      return passOn(c, await recommender.trending(project_id, searchOf(query), c.var));
    })
    .openapi({ ...items, ...byAny }, async (c) => {
      const { project_id, ...query } = c.req.valid("query");
      checkProject(c.var.bearer, project_id);
      const given = await recommender.items(project_id, searchOf(query), c.var);
      return passOn(c, { ...given, link: given.link && itemsLink(given.link, project_id) });
    })
    .openapi({ ...columns, ...byAny }, async (c) => {
      const { project_id } = c.req.valid("query");
      checkProject(c.var.bearer, project_id);
      return passOn(c, await recommender.columns(project_id, c.var));
    })
    .route("/", itemRoutes({ recommender, byItems }))
    .route("/", liveRoutes({ recommender, secretKey, byEvents }))
    .route("/", modelFileRoute({ recommender, byModel }));
}

function passedOn() {
  return {
    ...problemResponses("malformed_request", "unauthenticated", "forbidden", "not_found"),
    ...problemResponses(
      "not_ready",
      "invalid_input",
      "too_many_requests",
      "bad_gateway",
      "unavailable",
    ),
  };
}

function searchOf(query: Record<string, string | undefined>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
