/** Routes of apps: registration, list, primary endpoint, deletion and usage. */
import { createRoute, z } from "@hono/zod-openapi";
import { pageOf, PageQuery } from "../../http/pages.ts";
import { Problem, problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import { mintKey } from "../keys/api_keys.ts";
import type { WebhooksDeps } from "../deps.ts";
import { addApp, type AppRow, deleteApp, findApp, listApps } from "../keys/apps.ts";
import {
  addEndpoint,
  changeEndpoint,
  deleteEndpoint,
  primaryEndpoint,
} from "../outbox/endpoints.ts";
import { newRules, RULE_FIELDS, warningsOf } from "../keys/key_rules.ts";
import { soleProject } from "../keys/keys.ts";
import { AppSchema, KEY_RULES, SHOWN_ONCE, UsageDaySchema, UsageSchema } from "./schemas.ts";
import { seal } from "../../http/secrets/sealed.ts";
import { newWebhookSecret } from "../outbox/signature.ts";
import { listUsage, usageByDay } from "../keys/usage.ts";
import { onceForRule, webhookUrl } from "../outbox/webhook_url.ts";
import { answer, AppId, behindLogin, body, idOf, missing, timeOf } from "./contract.ts";

/** Rules of the first key that registration accepts. */
const FIRST_KEY = z.object(RULE_FIELDS).pick({
  kind: true,
  origins: true,
  projects: true,
  model: true,
}).partial().shape;

const register = onceForRule((rule) =>
  createRoute({
    method: "post",
    operationId: "registerApp",
    path: "/api/apps/register",
    summary: "Registers an app and returns its API key, which is shown only once.",
    request: body(
      z.strictObject({
        app_name: z.string().trim().min(1, "must not be empty").max(100),
        webhook_url: webhookUrl(rule).optional(),
        ...FIRST_KEY,
      }).openapi("NewApp"),
    ),
    responses: {
      201: answer(
        "Registered",
        AppSchema.omit({ last_used_at: true }).extend({
          api_key: z.string().nullable(),
          webhook_secret: z.string().nullable(),
          ...KEY_RULES,
          ...SHOWN_ONCE,
        }).openapi("RegisteredApp"),
      ),
      ...problemResponses("malformed_request", "unauthenticated", "conflict", "invalid_input"),
    },
  })
);

const list = createRoute({
  method: "get",
  operationId: "listApps",
  path: "/api/apps",
  summary: "Lists the apps, by name.",
  request: { query: PageQuery },
  responses: {
    200: answer("A page; its Link header names the next", z.array(AppSchema)),
    ...problemResponses("unauthenticated", "invalid_input"),
  },
});

const usage = createRoute({
  method: "get",
  operationId: "listUsage",
  path: "/api/apps/usage",
  summary: "Returns the usage of each app, by name.",
  request: { query: PageQuery },
  responses: {
    200: answer("A page; its Link header names the next", z.array(UsageSchema)),
    ...problemResponses("unauthenticated", "invalid_input"),
  },
});

const byDay = createRoute({
  method: "get",
  operationId: "listUsageDays",
  path: "/api/apps/{id}/usage",
  summary: "Returns an app's usage per day, oldest first.",
  request: {
    params: AppId,
    query: z.object({ days: z.coerce.number().int().min(1).max(366).default(30) }),
  },
  responses: {
    200: answer("Every day, including those without use", z.array(UsageDaySchema)),
    ...problemResponses("unauthenticated", "not_found", "invalid_input"),
  },
});

const change = onceForRule((rule) =>
  createRoute({
    method: "patch",
    operationId: "changeApp",
    path: "/api/apps/{id}",
    summary: "Sets or removes an app's callback URL: its primary endpoint.",
    request: {
      params: AppId,
      ...body(z.strictObject({ webhook_url: webhookUrl(rule) }).openapi("AppChange")),
    },
    responses: {
      200: answer(
        "Changed; a new endpoint's secret is shown only once",
        AppSchema.extend({ webhook_secret: z.string().nullable(), ...SHOWN_ONCE })
          .openapi("ChangedApp"),
      ),
      ...problemResponses("malformed_request", "unauthenticated", "not_found", "invalid_input"),
      ...problemResponses("conflict"),
    },
  })
);

const remove = createRoute({
  method: "delete",
  operationId: "deleteApp",
  path: "/api/apps/{id}",
  summary: "Deletes an app; its keys are revoked at once.",
  request: { params: AppId },
  responses: {
    204: { description: "Deleted" },
    ...problemResponses("unauthenticated", "not_found"),
  },
});

export function appRoutes(deps: WebhooksDeps) {
  const { sql, secretKey } = deps;
  const { reads, writes } = behindLogin(deps);

  return createRoutes({ tag: "Apps" })
    .openapi({ ...register(deps), ...writes }, async (c) => {
      const { app_name, webhook_url = null, ...requested } = c.req.valid("json");
      const rules = newRules(requested, { project: await soleProject(sql, c.var.ownerId) });
      const { api_key, stored } = await mintKey();
      const webhook_secret = webhook_url === null ? null : newWebhookSecret();
      const endpointId = crypto.randomUUID();
      const app = await addApp(sql, {
        id: crypto.randomUUID(),
        ownerId: c.var.ownerId,
        appName: app_name,
        key: stored,
        rules,
        endpoint: webhook_url === null ? null : {
          id: endpointId,
          url: webhook_url,
          secret: await seal(webhook_secret!, { key: secretKey, owner: endpointId }),
        },
      });
      if (!app) {
        throw new Problem("conflict", `You already have an app named "${app_name}".`, {
          errors: [{
            pointer: "/app_name",
            detail: "must be different from your other apps' names",
          }],
        });
      }
      const { last_used_at: _, ...registered } = appOf(app);
      const { kind, origins, projects, model } = rules;
      const warnings = warningsOf({ ...rules, page_origin: null });
      const shown = { kind, origins, projects, model, warnings };
      return c.json({ ...registered, ...shown, api_key, webhook_secret }, 201);
    })
    .openapi({ ...list, ...reads }, async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await listApps(sql, {
        ownerId: c.var.ownerId,
        limit: limit + 1,
        after: cursor,
      });
      const page = pageOf(c, rows, { limit, cursorOf: ({ app_name }) => app_name });
      return c.json(page.map(appOf), 200);
    })
    .openapi({ ...usage, ...reads }, async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await listUsage(sql, {
        ownerId: c.var.ownerId,
        limit: limit + 1,
        after: cursor,
      });
      const page = pageOf(c, rows, { limit, cursorOf: ({ app_name }) => app_name });
      return c.json(page.map((row) => ({ ...row, last_used_at: timeOf(row.last_used_at) })), 200);
    })
    .openapi({ ...byDay, ...reads }, async (c) => {
      const appId = idOf(c.req.valid("param").id, "app");
      const { days } = c.req.valid("query");
      const rows = await usageByDay(sql, { appId, ownerId: c.var.ownerId, days });
      if (!rows) throw missing("app");
      return c.json(rows, 200);
    })
    .openapi({ ...change(deps), ...writes }, async (c) => {
      const app = { appId: idOf(c.req.valid("param").id, "app"), ownerId: c.var.ownerId };
      const { webhook_url } = c.req.valid("json");
      const endpointId = await primaryEndpoint(sql, app);
      if (endpointId === null) throw missing("app");
      let webhook_secret: string | null = null;
      if (webhook_url === null) {
        if (endpointId !== undefined) await deleteEndpoint(sql, { ...app, endpointId });
      } else if (endpointId !== undefined) {
        await changeEndpoint(sql, { ...app, endpointId, url: webhook_url, enabled: true });
      } else {
        const secret = newWebhookSecret();
        const id = crypto.randomUUID();
        const added = await addEndpoint(sql, {
          ...app,
          endpointId: id,
          url: webhook_url,
          events: null,
          secret: await seal(secret, { key: secretKey, owner: id }),
        });
        if (added === "full") {
          throw new Problem("conflict", "The app has the maximum number of endpoints.");
        }
        webhook_secret = secret;
      }
      const changed = await findApp(sql, { id: app.appId, ownerId: app.ownerId });
      if (!changed) throw missing("app");
      return c.json({ ...appOf(changed), webhook_secret }, 200);
    })
    .openapi({ ...remove, ...writes }, async (c) => {
      const id = idOf(c.req.valid("param").id, "app");
      if (!await deleteApp(sql, { id, ownerId: c.var.ownerId })) throw missing("app");
      return c.body(null, 204);
    });
}

function appOf(row: AppRow) {
  return {
    ...row,
    last_used_at: timeOf(row.last_used_at),
    created_at: timeOf(row.created_at),
  };
}
