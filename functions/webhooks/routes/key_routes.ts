/** Routes of an app's keys. */
import { createRoute, z } from "@hono/zod-openapi";
import { Problem, problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import { mintKey } from "../keys/api_keys.ts";
import type { WebhooksDeps } from "../deps.ts";
import {
  addKey,
  changeKey,
  type KeyRow,
  KEYS_AT_MOST,
  listKeys,
  revokeKey,
  rotateKey,
  soleProject,
} from "../keys/keys.ts";
import { changedRules, newRules, RULE_FIELDS, warningsOf } from "../keys/key_rules.ts";
import { KeySchema, SHOWN_ONCE } from "./schemas.ts";
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

const NewKeySchema = KeySchema.extend({ api_key: z.string().nullable(), ...SHOWN_ONCE })
  .openapi("NewKey");

const problems = problemResponses("malformed_request", "unauthenticated", "not_found");

const list = createRoute({
  method: "get",
  operationId: "listKeys",
  path: "/api/apps/{id}/keys",
  summary: "Lists an app's keys, newest first, including revoked ones.",
  request: { params: AppId },
  responses: {
    200: answer("Without the keys themselves", z.array(KeySchema)),
    ...problemResponses("unauthenticated", "not_found"),
  },
});

const add = createRoute({
  method: "post",
  operationId: "createKey",
  path: "/api/apps/{id}/keys",
  summary: "Creates a key and returns it, which is shown only once.",
  request: {
    params: AppId,
    ...body(
      z.strictObject(RULE_FIELDS).partial().required({ name: true }).openapi("KeyRules"),
    ),
  },
  responses: {
    201: answer("Created", NewKeySchema),
    ...problems,
    ...problemResponses("conflict", "invalid_input"),
  },
});

const change = createRoute({
  method: "patch",
  operationId: "changeKey",
  path: "/api/apps/{id}/keys/{key_id}",
  summary: "Changes a key's restrictions; a secret key can become publishable.",
  request: {
    params: KeyId,
    ...body(z.strictObject(RULE_FIELDS).partial().openapi("KeyChange")),
  },
  responses: {
    200: answer("Changed", KeySchema),
    ...problems,
    ...problemResponses("conflict", "invalid_input"),
  },
});

const rotate = createRoute({
  method: "post",
  operationId: "rotateKey",
  path: "/api/apps/{id}/keys/{key_id}/rotate",
  summary: "Replaces a key by a new one; the old one stays valid during the overlap.",
  request: {
    params: KeyId,
    ...body(z.strictObject({ overlap_seconds: OverlapSeconds }).openapi("Rotation")),
  },
  responses: {
    201: answer("The new key, shown only once", NewKeySchema),
    ...problems,
    ...problemResponses("conflict", "invalid_input"),
  },
});

const revoke = createRoute({
  method: "delete",
  operationId: "revokeKey",
  path: "/api/apps/{id}/keys/{key_id}",
  summary: "Revokes a key: its next call is refused.",
  request: { params: KeyId },
  responses: {
    204: { description: "Revoked" },
    ...problemResponses("unauthenticated", "not_found"),
  },
});

export function keyRoutes(deps: WebhooksDeps) {
  const { sql } = deps;
  const { reads, writes } = behindLogin(deps);

  return createRoutes({ tag: "Keys" })
    .openapi({ ...list, ...reads }, async (c) => {
      const appId = idOf(c.req.valid("param").id, "app");
      const keys = await listKeys(sql, { appId, ownerId: c.var.ownerId });
      if (!keys) throw missing("app");
      return c.json(keys.map(keyOf), 200);
    })
    .openapi({ ...add, ...writes }, async (c) => {
      const appId = idOf(c.req.valid("param").id, "app");
      const { ownerId } = c.var;
      const project = await soleProject(sql, ownerId);
      const { api_key, stored } = await mintKey();
      const rules = newRules(c.req.valid("json"), { project });
      const added = await addKey(sql, { appId, ownerId, key: stored, rules });
      if (!added) throw missing("app");
      if (added === "full") {
        throw new Problem(
          "conflict",
          `An app can have at most ${KEYS_AT_MOST} keys at a time: revoke one that is not needed.`,
        );
      }
      return c.json({ ...keyOf(added), api_key }, 201);
    })
    .openapi({ ...change, ...writes }, async (c) => {
      const target = { ...placeOf(c.req.valid("param")), ownerId: c.var.ownerId };
      const project = await soleProject(sql, c.var.ownerId);
      const changed = await changeKey(sql, {
        ...target,
        change: (present) => changedRules(present, c.req.valid("json"), { project }),
      });
      if (!changed) throw missing("key");
      return c.json(keyOf(changed), 200);
    })
    .openapi({ ...rotate, ...writes }, async (c) => {
      const { api_key, stored } = await mintKey();
      const rotated = await rotateKey(sql, {
        ...placeOf(c.req.valid("param")),
        ownerId: c.var.ownerId,
        key: stored,
        overlapSeconds: c.req.valid("json").overlap_seconds,
      });
      if (!rotated) throw missing("key");
      return c.json({ ...keyOf(rotated), api_key }, 201);
    })
    .openapi({ ...revoke, ...writes }, async (c) => {
      const target = { ...placeOf(c.req.valid("param")), ownerId: c.var.ownerId };
      if (!await revokeKey(sql, target)) throw missing("key");
      return c.body(null, 204);
    });
}

function placeOf({ id, key_id }: { id: string; key_id: string }) {
  return { appId: idOf(id, "app"), keyId: idOf(key_id, "key") };
}

function keyOf(row: KeyRow) {
  return {
    ...row,
    warnings: warningsOf(row),
    expires_at: timeOf(row.expires_at),
    revoked_at: timeOf(row.revoked_at),
    last_used_at: timeOf(row.last_used_at),
    page_seen_at: timeOf(row.page_seen_at),
    created_at: timeOf(row.created_at),
  };
}
