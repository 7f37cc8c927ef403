import { createRoute, z } from "@hono/zod-openapi";
import type { Sql } from "postgres";
import { ACCESS, signedIn } from "../http/identity.ts";
import { pageOf, PageQuery } from "../http/pages.ts";
import { Problem, problemResponses } from "../http/problem.ts";
import { createService, invalidInput, type LogEntry } from "../http/service.ts";
import { hashApiKey, newApiKey, shownOfApiKey } from "./api_keys.ts";
import { addApp, type AppRow, changeWebhook, deleteApp, listApps } from "./apps.ts";
import { listDeliveries } from "./deliveries.ts";
import { noteCompleted } from "./events.ts";
import { keyed, unknownKey } from "./keyed.ts";
import { itemsLink, passOn } from "./pass_on.ts";
import type { Recommender } from "./recommender.ts";
import { AppSchema, DeliverySchema, RecommendationsSchema, UsageSchema } from "./schemas.ts";
import { seal } from "./sealed.ts";
import { newWebhookSecret } from "./signature.ts";
import { listUsage } from "./usage.ts";
import { webhookUrl } from "./webhook_url.ts";

export interface WebhooksDeps {
  sql: Sql;
  recommender: Recommender;
  /** The keys of access tokens that are believed. */
  jwtSecrets: string[];
  /** The key under which endpoints' secrets are sealed: 32 bytes. */
  secretKey: Uint8Array<ArrayBuffer>;
  /** Whether webhooks may go to this machine itself. */
  allowLoopback: boolean;
  dashboardOrigin: string;
  log: (entry: LogEntry) => void;
}

const AppId = z.object({ id: z.string() });
const ProjectId = z.union([z.int().min(1), z.string().trim().regex(/^\d{1,10}$/)], {
  error: "must be a project's number",
}).transform(Number).openapi({ type: "integer", example: 7 });

/** The webhooks service: apps with their keys, calls by key, and what is sent back. */
export function createApp({ sql, recommender, secretKey, ...deps }: WebhooksDeps) {
  const byLogin = signedIn([{ kind: ACCESS, secrets: deps.jwtSecrets }]);
  const byKey = keyed(sql);
  const url = webhookUrl(deps);
  const bearer = { middleware: byLogin, security: [{ bearer: [] }] };
  const apiKey = { middleware: byKey, security: [{ apiKey: [] }] };

  const register = createRoute({
    method: "post",
    path: "/api/apps/register",
    summary: "Registers an app and gives its API key, this once.",
    ...bearer,
    request: body(
      z.object({
        app_name: z.string().trim().min(1, "must not be empty").max(100),
        webhook_url: url.optional(),
      }).openapi("NewApp"),
    ),
    responses: {
      201: answer(
        "Registered",
        AppSchema.omit({ last_used_at: true }).extend({
          api_key: z.string(),
          webhook_secret: z.string().nullable(),
        }).openapi("RegisteredApp"),
      ),
      ...problemResponses("malformed_request", "unauthenticated", "conflict", "invalid_input"),
    },
  });

  const list = createRoute({
    method: "get",
    path: "/api/apps",
    summary: "The apps, by name.",
    ...bearer,
    request: { query: PageQuery },
    responses: {
      200: answer("A page; its Link header names the next", z.array(AppSchema)),
      ...problemResponses("unauthenticated", "invalid_input"),
    },
  });

  const usage = createRoute({
    method: "get",
    path: "/api/apps/usage",
    summary: "What each app used, by name.",
    ...bearer,
    request: { query: PageQuery },
    responses: {
      200: answer("A page; its Link header names the next", z.array(UsageSchema)),
      ...problemResponses("unauthenticated", "invalid_input"),
    },
  });

  const change = createRoute({
    method: "patch",
    path: "/api/apps/{id}",
    summary: "Sets or takes away where an app is called back.",
    ...bearer,
    request: { params: AppId, ...body(z.object({ webhook_url: url }).openapi("AppChange")) },
    responses: {
      200: answer(
        "Changed; a new endpoint's secret is shown this once",
        AppSchema.extend({ webhook_secret: z.string().nullable() }).openapi("ChangedApp"),
      ),
      ...problemResponses("malformed_request", "unauthenticated", "not_found", "invalid_input"),
    },
  });

  const remove = createRoute({
    method: "delete",
    path: "/api/apps/{id}",
    summary: "Deletes an app; its key ends at once.",
    ...bearer,
    request: { params: AppId },
    responses: {
      204: { description: "Deleted" },
      ...problemResponses("unauthenticated", "not_found"),
    },
  });

  const deliveries = createRoute({
    method: "get",
    path: "/api/apps/{id}/deliveries",
    summary: "What was sent to an app's endpoint, newest first, with each attempt.",
    ...bearer,
    request: { params: AppId, query: PageQuery },
    responses: {
      200: answer("A page; its Link header names the next", z.array(DeliverySchema)),
      ...problemResponses("unauthenticated", "not_found", "invalid_input"),
    },
  });

  const recommend = createRoute({
    method: "post",
    path: "/api/recommend",
    summary: "Recommendations by key. Beside project_id the body is the recommender's own.",
    ...apiKey,
    request: body(
      // The rules of all but project_id are the recommender's, and so are its words about them.
      z.looseObject({ project_id: ProjectId }).openapi("RecommendRequest", {
        properties: {
          project_id: { type: "integer" },
          item_title: { type: ["string", "null"] },
          item_id: { type: ["string", "number", "null"] },
          user_id: { type: ["string", "number", "null"] },
          history: { type: "array" },
          n: { type: "integer" },
          exclude: { type: "array" },
          include_seen: { type: "boolean" },
        },
      }),
    ),
    responses: {
      200: answer("As the recommender answers", RecommendationsSchema),
      ...passedOn(),
    },
  });

  const items = createRoute({
    method: "get",
    path: "/api/items",
    summary: "A project's items by key, to browse or to choose from.",
    ...apiKey,
    request: {
      query: z.object({
        project_id: ProjectId,
        q: z.string().optional(),
        limit: z.string().optional(),
        cursor: z.string().optional(),
      }),
    },
    responses: {
      200: answer(
        "As the recommender answers",
        z.object({ items: z.array(z.object({ item_id: z.string(), item_title: z.string() })) }),
      ),
      ...passedOn(),
    },
  });

  return createService({
    name: "webhooks",
    description: "Apps with their API keys, recommendations by key, and signed webhooks.",
    dashboardOrigin: deps.dashboardOrigin,
    openTo: (path) => /^\/api\/(recommend|items)\/?$/.test(path),
    checks: { database: () => sql`select 1`, recommender: () => recommender.check() },
    log: deps.log,
  })
    .openapi(register, async (c) => {
      const { app_name, webhook_url = null } = c.req.valid("json");
      const id = crypto.randomUUID();
      const api_key = newApiKey();
      const webhook_secret = webhook_url ? newWebhookSecret() : null;
      const shown = shownOfApiKey(api_key);
      const app = await addApp(sql, {
        id,
        ownerId: c.var.ownerId,
        appName: app_name,
        apiKey: await hashApiKey(api_key),
        keyPrefix: shown.key_prefix,
        keyLastFour: shown.key_last_four,
        webhookUrl: webhook_url,
        webhookSecret: webhook_secret === null
          ? null
          : await seal(webhook_secret, { key: secretKey, owner: id }),
      });
      if (!app) {
        throw new Problem("conflict", `You have an app named "${app_name}" already.`, {
          errors: [{ pointer: "/app_name", detail: "must differ from your other apps' names" }],
        });
      }
      const { last_used_at: _, ...registered } = appOf(app);
      return c.json({ ...registered, api_key, webhook_secret }, 201);
    })
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await listApps(sql, {
        ownerId: c.var.ownerId,
        limit: limit + 1,
        after: cursor,
      });
      const page = pageOf(c, rows, { limit, cursorOf: ({ app_name }) => app_name });
      return c.json(page.map(appOf), 200);
    })
    .openapi(usage, async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await listUsage(sql, {
        ownerId: c.var.ownerId,
        limit: limit + 1,
        after: cursor,
      });
      const page = pageOf(c, rows, { limit, cursorOf: ({ app_name }) => app_name });
      return c.json(page.map((row) => ({ ...row, last_used_at: timeOf(row.last_used_at) })), 200);
    })
    .openapi(change, async (c) => {
      const id = appIdOf(c.req.valid("param").id);
      const secret = newWebhookSecret();
      const app = await changeWebhook(sql, {
        id,
        ownerId: c.var.ownerId,
        url: c.req.valid("json").webhook_url,
        secret: await seal(secret, { key: secretKey, owner: id }),
      });
      if (!app) throw noSuchApp();
      const { took_secret, ...row } = app;
      return c.json({ ...appOf(row), webhook_secret: took_secret ? secret : null }, 200);
    })
    .openapi(remove, async (c) => {
      const id = appIdOf(c.req.valid("param").id);
      if (!await deleteApp(sql, { id, ownerId: c.var.ownerId })) throw noSuchApp();
      return c.body(null, 204);
    })
    .openapi(deliveries, async (c) => {
      const { limit, cursor } = c.req.valid("query");
      if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) {
        throw invalidInput([{ pointer: "/cursor", detail: "must come from a Link header" }]);
      }
      const rows = await listDeliveries(sql, {
        appId: appIdOf(c.req.valid("param").id),
        ownerId: c.var.ownerId,
        limit: limit + 1,
        before: cursor,
      });
      if (!rows) throw noSuchApp();
      const page = pageOf(c, rows, { limit, cursorOf: ({ id }) => id });
      return c.json(
        page.map(({ id: _, ...row }) => ({
          ...row,
          created_at: row.created_at.toISOString(),
          delivered_at: timeOf(row.delivered_at),
          next_attempt_at: timeOf(row.next_attempt_at),
        })),
        200,
      );
    })
    .openapi(recommend, async (c) => {
      const { project_id, ...request } = c.req.valid("json");
      const answer = await recommender.recommend(project_id, request, c.var);
      if (answer.status === 200) {
        const { appId } = c.var;
        if (!await noteCompleted(sql, { appId, answer: answer.body })) throw unknownKey();
      }
      return passOn(c, answer);
    })
    .openapi(items, async (c) => {
      const { project_id, ...query } = c.req.valid("query");
      const answer = await recommender.items(project_id, searchOf(query), c.var);
      return passOn(c, { ...answer, link: answer.link && itemsLink(answer.link, project_id) });
    });
}

export type App = ReturnType<typeof createApp>;

function body<Schema extends z.ZodType>(schema: Schema) {
  return { body: { required: true, content: { "application/json": { schema } } } };
}

function answer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { "application/json": { schema } } };
}

function passedOn() {
  return {
    ...problemResponses("malformed_request", "unauthenticated", "not_found", "not_ready"),
    ...problemResponses("invalid_input", "bad_gateway", "unavailable"),
  };
}

function searchOf(query: Record<string, string | undefined>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function appOf(row: AppRow) {
  return {
    ...row,
    last_used_at: timeOf(row.last_used_at),
    created_at: row.created_at.toISOString(),
  };
}

function timeOf(date: Date | null): string | null {
  return date && date.toISOString();
}

/** What is no id is the id of no app. */
function appIdOf(text: string): string {
  if (!z.guid().safeParse(text).success) throw noSuchApp();
  return text.toLowerCase();
}

function noSuchApp(): Problem {
  return new Problem("not_found", "You have no app with this id.");
}
