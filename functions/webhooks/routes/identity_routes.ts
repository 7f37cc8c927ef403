/** Routes of the secret with which an app's server signs the user ids of its pages. */
import { createRoute, z } from "@hono/zod-openapi";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { WebhooksDeps } from "../deps.ts";
import { findIdentity, type IdentityRow, setIdentity } from "../keys/identity_secrets.ts";
import { IdentitySchema, SHOWN_ONCE } from "./schemas.ts";
import { seal } from "../../http/secrets/sealed.ts";
import { identityOf, newIdentitySecret } from "../keys/user_token.ts";
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

const show = createRoute({
  method: "get",
  operationId: "getIdentitySecret",
  path: "/api/apps/{id}/identity-secret",
  summary: "Returns whether an app has an identity secret, and its creation time.",
  request: { params: AppId },
  responses: {
    200: answer("Without the secret", IdentitySchema),
    ...problemResponses("unauthenticated", "not_found"),
  },
});

const make = createRoute({
  method: "post",
  operationId: "createIdentitySecret",
  path: "/api/apps/{id}/identity-secret",
  summary:
    "Creates an identity secret and returns it once; an old one stays valid during the overlap.",
  description: "Pages with a publishable key send user_token with user_id: " +
    "exp.HMAC-SHA-256(identity secret, JSON [project_id, user_id, exp]), exp in seconds since " +
    "1970 and at most 24 hours ahead, the JSON without spaces and with the id as a string, the " +
    "HMAC in hex. Your server creates it, for the user who is signed in there.",
  request: {
    params: AppId,
    ...body(z.strictObject({ overlap_seconds: OverlapSeconds }).openapi("Rotation")),
  },
  responses: {
    201: answer(
      "The secret, shown only once",
      IdentitySchema.extend({ secret: z.string().nullable(), ...SHOWN_ONCE })
        .openapi("NewIdentitySecret"),
    ),
    ...problemResponses("malformed_request", "unauthenticated", "not_found"),
    ...problemResponses("conflict", "invalid_input"),
  },
});

export function identityRoutes(deps: WebhooksDeps) {
  const { sql, secretKey } = deps;
  const { reads, writes } = behindLogin(deps);

  return createRoutes({ tag: "Keys" })
    .openapi({ ...show, ...reads }, async (c) => {
      const appId = idOf(c.req.valid("param").id, "app");
      const row = await findIdentity(sql, { appId, ownerId: c.var.ownerId });
      if (!row) throw missing("app");
      return c.json(shown(row), 200);
    })
    .openapi({ ...make, ...writes }, async (c) => {
      const appId = idOf(c.req.valid("param").id, "app");
      const secret = newIdentitySecret();
      const row = await setIdentity(sql, {
        appId,
        ownerId: c.var.ownerId,
        secret: await seal(secret, { key: secretKey, owner: identityOf(appId) }),
        overlapSeconds: c.req.valid("json").overlap_seconds,
      });
      if (!row) throw missing("app");
      return c.json({ ...shown(row), secret }, 201);
    });
}

function shown({ made_at, previous_secret_until }: IdentityRow) {
  return { made_at: timeOf(made_at), previous_secret_until: timeOf(previous_secret_until) };
}
