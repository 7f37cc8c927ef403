/** The keys of an app: several, each shown once, restricted, rotated, revoked. */
import { createRoute, z } from "@hono/zod-openapi";
import { Problem, problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service.ts";
import { mintKey } from "../api_keys.ts";
import type { WebhooksDeps } from "../deps.ts";
import {
  addKey,
  changeKey,
  type KeyRow,
  KEYS_AT_MOST,
  listKeys,
  revokeKey,
  rotateKey,
} from "../keys.ts";
import { KeySchema, SHOWN_ONCE } from "../schemas.ts";
import {
  answer,
  AppId,
  behindLogin,
  body,
  idOf,
  missing,
  OverlapSeconds,
  timeOf,
} from "./contract.ts";

const KeyId = AppId.extend({ key_id: z.string() });

const Rules = {
  name: z.string().trim().min(1, "must not be empty").max(100),
  projects: z.array(z.int().min(1)).min(1, "must name a project, or be null for all").max(100)
    .nullable(),
  rate_limit: z.int().min(1).max(1_000_000).nullable(),
  expires_at: z.iso.datetime({ offset: true })
    .refine((text) => Date.parse(text) > Date.now(), "must be in the future").nullable(),
};

const NewKeySchema = KeySchema.extend({ api_key: z.string().nullable(), ...SHOWN_ONCE })
  .openapi("NewKey");

const problems = problemResponses("malformed_request", "unauthenticated", "not_found");

const list = createRoute({
  method: "get",
  path: "/api/apps/{id}/keys",
  summary: "An app's keys, the newest first, revoked ones too.",
  request: { params: AppId },
  responses: {
    200: answer("Never the keys themselves", z.array(KeySchema)),
    ...problemResponses("unauthenticated", "not_found"),
  },
});

const add = createRoute({
  method: "post",
  path: "/api/apps/{id}/keys",
  summary: "Makes another key and gives it, this once.",
  request: {
    params: AppId,
    ...body(
      z.object({
        name: Rules.name,
        projects: Rules.projects.default(null),
        rate_limit: Rules.rate_limit.default(null),
        expires_at: Rules.expires_at.default(null),
      }).openapi("KeyRules"),
    ),
  },
  responses: {
    201: answer("Made", NewKeySchema),
    ...problems,
    ...problemResponses("conflict", "invalid_input"),
  },
});

const change = createRoute({
  method: "patch",
  path: "/api/apps/{id}/keys/{key_id}",
  summary: "Changes what a key may do.",
  request: {
    params: KeyId,
    ...body(z.object(Rules).partial().openapi("KeyChange")),
  },
  responses: {
    200: answer("Changed", KeySchema),
    ...problems,
    ...problemResponses("conflict", "invalid_input"),
  },
});

const rotate = createRoute({
  method: "post",
  path: "/api/apps/{id}/keys/{key_id}/rotate",
  summary: "Makes a key in place of another, which goes on for the overlap.",
  request: {
    params: KeyId,
    ...body(z.object({ overlap_seconds: OverlapSeconds }).openapi("Rotation")),
  },
  responses: {
    201: answer("The new key, shown this once", NewKeySchema),
    ...problems,
    ...problemResponses("conflict", "invalid_input"),
  },
});

const revoke = createRoute({
  method: "delete",
  path: "/api/apps/{id}/keys/{key_id}",
  summary: "Revokes a key: the next call by it is refused.",
  request: { params: KeyId },
  responses: {
    204: { description: "Revoked" },
    ...problemResponses("unauthenticated", "not_found"),
  },
});

export function keyRoutes(deps: WebhooksDeps) {
  const { sql } = deps;
  const { reads, writes } = behindLogin(deps);

  return createRoutes()
    .openapi({ ...list, ...reads }, async (c) => {
      const appId = idOf(c.req.valid("param").id, "app");
      const keys = await listKeys(sql, { appId, ownerId: c.var.ownerId });
      if (!keys) throw missing("app");
      return c.json(keys.map(keyOf), 200);
    })
    .openapi({ ...add, ...writes }, async (c) => {
      const { name, projects, rate_limit, expires_at } = c.req.valid("json");
      const { api_key, stored } = await mintKey();
      const added = await addKey(sql, {
        appId: idOf(c.req.valid("param").id, "app"),
        ownerId: c.var.ownerId,
        key: stored,
        rules: {
          name,
          projects,
          rateLimit: rate_limit,
          expiresAt: expires_at === null ? null : new Date(expires_at),
        },
      });
      if (!added) throw missing("app");
      if (added === "full") {
        throw new Problem(
          "conflict",
          `An app has at most ${KEYS_AT_MOST} keys at a time: revoke one that is not needed.`,
        );
      }
      return c.json({ ...keyOf(added), api_key }, 201);
    })
    .openapi({ ...change, ...writes }, async (c) => {
      const { rate_limit, expires_at, ...rules } = c.req.valid("json");
      const changed = await changeKey(sql, {
        ...placeOf(c.req.valid("param")),
        ownerId: c.var.ownerId,
        rules: {
          ...rules,
          ...(rate_limit !== undefined && { rateLimit: rate_limit }),
          ...(expires_at !== undefined &&
            { expiresAt: expires_at && new Date(expires_at) || null }),
        },
      });
      if (!changed) throw missing("key");
      return c.json(keyOf(changed), 200);
    })
    .openapi({ ...rotate, ...writes }, async (c) => {
      const { api_key, stored } = await mintKey();
      const made = await rotateKey(sql, {
        ...placeOf(c.req.valid("param")),
        ownerId: c.var.ownerId,
        key: stored,
        overlapSeconds: c.req.valid("json").overlap_seconds,
      });
      if (!made) throw missing("key");
      return c.json({ ...keyOf(made), api_key }, 201);
    })
    .openapi({ ...revoke, ...writes }, async (c) => {
      const place = { ...placeOf(c.req.valid("param")), ownerId: c.var.ownerId };
      if (!await revokeKey(sql, place)) throw missing("key");
      return c.body(null, 204);
    });
}

function placeOf({ id, key_id }: { id: string; key_id: string }) {
  return { appId: idOf(id, "app"), keyId: idOf(key_id, "key") };
}

function keyOf(row: KeyRow) {
  return {
    ...row,
    expires_at: timeOf(row.expires_at),
    revoked_at: timeOf(row.revoked_at),
    last_used_at: timeOf(row.last_used_at),
    created_at: timeOf(row.created_at),
  };
}
