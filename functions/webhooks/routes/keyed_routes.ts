/** What a key opens: the recommender's answers, passed on and counted. */
import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service.ts";
import type { WebhooksDeps } from "../deps.ts";
import { createNoteCompleted } from "../completed.ts";
import { checkProject, keyed, unknownKey } from "../keyed.ts";
import { itemsLink, passOn } from "../pass_on.ts";
import { createRateLimit } from "../rate_limit.ts";
import { BatchSchema, PopularSchema, RecommendationsSchema } from "../schemas.ts";
import { answer, body, ProjectId } from "./contract.ts";
import { modelFileRoute } from "./model_file_route.ts";

const recommend = createRoute({
  method: "post",
  path: "/api/recommend",
  summary: "Recommendations by key. Beside project_id the body is the recommender's own.",
  request: body(
    // The rules of all but project_id are the recommender's, and so are its words about them.
    z.looseObject({ project_id: ProjectId }).openapi("RecommendRequest", {
      properties: {
        project_id: { type: "integer" },
        item_title: { type: ["string", "null"], description: "The item that somebody looks at." },
        item_id: {
          type: ["string", "number", "null"],
          description: "The same by its id; decides over item_title.",
        },
        user_id: {
          type: ["string", "number", "null"],
          description: "Who looks; somebody unknown gets what is popular.",
        },
        history: {
          type: "array",
          items: {},
          description: "What a visitor had, oldest first: ids, or {item_id, weight}. " +
            "Stands in for user_id.",
        },
        n: { type: "integer", description: "How many, 1 to 200; 10 by default." },
        exclude: { type: "array", items: {}, description: "Ids that must not come." },
        include_seen: { type: "boolean", description: "Whether what the user has may come, too." },
        filter: {
          type: "object",
          description: 'By columns of the items: {genre: "Drama", year: {gte: 1990}}.',
        },
        diversity: {
          type: "number",
          description: "From 0, the best first, to 1, as different from one another as can be.",
        },
        explain: { type: "boolean", description: "Say for each item why it comes." },
      },
    }),
  ),
  responses: {
    200: answer("As the recommender answers", RecommendationsSchema),
    ...passedOn(),
  },
});

const batch = createRoute({
  method: "post",
  path: "/api/recommend/batch",
  summary: "Recommendations for up to 1,000 users by key; counts its users, calls no webhook.",
  request: body(
    z.looseObject({ project_id: ProjectId, users: z.array(z.unknown()).max(1_000) })
      .openapi("BatchRequest", {
        properties: {
          project_id: { type: "integer" },
          users: { type: "array", items: { type: ["string", "number"] } },
          n: { type: "integer" },
        },
      }),
  ),
  responses: {
    200: answer("As the recommender answers", BatchSchema),
    ...passedOn(),
  },
});

const popular = createRoute({
  method: "get",
  path: "/api/popular",
  summary: "A project's most popular items by key.",
  request: { query: z.object({ project_id: ProjectId, n: z.string().optional() }) },
  responses: {
    200: answer("As the recommender answers", PopularSchema),
    ...passedOn(),
  },
});

const items = createRoute({
  method: "get",
  path: "/api/items",
  summary: "A project's items by key, to browse or to choose from; or one by its id.",
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
      "As the recommender answers",
      z.object({ items: z.array(z.looseObject({ item_id: z.string(), item_title: z.string() })) }),
    ),
    ...passedOn(),
  },
});

const columns = createRoute({
  method: "get",
  path: "/api/columns",
  summary: "The columns that recommendations can be filtered by, by key, with what they hold.",
  request: { query: z.object({ project_id: ProjectId }) },
  responses: {
    200: answer(
      "As the recommender answers",
      z.object({ columns: z.array(z.looseObject({ name: z.string(), kind: z.string() })) }),
    ),
    ...passedOn(),
  },
});

export function keyedRoutes({ sql, recommender, leases, due }: WebhooksDeps) {
  const takeCall = createRateLimit(sql, { clock: () => performance.now(), leases });
  const noteCompleted = createNoteCompleted(sql);
  const apiKey = { middleware: keyed(sql, { takeCall }), security: [{ apiKey: [] }] };

  return createRoutes()
    .openapi({ ...recommend, ...apiKey }, async (c) => {
      const { project_id, ...request } = c.req.valid("json");
      const { appId, keyId, isHeard } = c.var.bearer;
      const { requestId } = c.var;
      checkProject(c.var.bearer, project_id);
      const given = await recommender.recommend(project_id, request, c.var);
      if (given.status === 200) {
        const answer = isHeard ? given.body : null;
        const noted = await noteCompleted({ appId, keyId, count: 1, answer, requestId });
        if (!noted) throw unknownKey();
        if (isHeard) due?.();
      }
      return passOn(c, given);
    })
    .openapi({ ...batch, ...apiKey }, async (c) => {
      const { project_id, ...request } = c.req.valid("json");
      const { appId, keyId } = c.var.bearer;
      checkProject(c.var.bearer, project_id);
      const given = await recommender.batch(project_id, request, c.var);
      if (given.status === 200) {
        const count = request.users.length;
        const { requestId } = c.var;
        const noted = await noteCompleted({ appId, keyId, count, answer: null, requestId });
        if (!noted) throw unknownKey();
      }
      return passOn(c, given);
    })
    .openapi({ ...popular, ...apiKey }, async (c) => {
      const { project_id, ...query } = c.req.valid("query");
      checkProject(c.var.bearer, project_id);
      return passOn(c, await recommender.popular(project_id, searchOf(query), c.var));
    })
    .openapi({ ...items, ...apiKey }, async (c) => {
      const { project_id, ...query } = c.req.valid("query");
      checkProject(c.var.bearer, project_id);
      const given = await recommender.items(project_id, searchOf(query), c.var);
      return passOn(c, { ...given, link: given.link && itemsLink(given.link, project_id) });
    })
    .openapi({ ...columns, ...apiKey }, async (c) => {
      const { project_id } = c.req.valid("query");
      checkProject(c.var.bearer, project_id);
      return passOn(c, await recommender.columns(project_id, c.var));
    })
    .route("/", modelFileRoute({ recommender, ...apiKey }));
}

function passedOn() {
  return {
    ...problemResponses("malformed_request", "unauthenticated", "not_found", "not_ready"),
    ...problemResponses("invalid_input", "too_many_requests", "bad_gateway", "unavailable"),
  };
}

function searchOf(query: Record<string, string | undefined>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
