/** Routes of the signed-in account: profile, export, audit trail, password, sessions, deletion. */
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { idempotent } from "../../http/service/idempotency.ts";
import { ACCESS, type IdentityEnv, signedIn } from "../../http/identity/identity.ts";
import { ownedBy, SLOW_MS } from "../../http/database/owned_by.ts";
import { pageOf, PageQuery } from "../../http/pages.ts";
import { Problem, problemResponses } from "../../http/problem.ts";
import { behindRole } from "../../http/identity/roles.ts";
import { createRoutes, invalidInput } from "../../http/service/service.ts";
import type { AuthDeps } from "../deps.ts";
import { listAudit, note } from "../audit.ts";
import { callerOf } from "../caller.ts";
import { limited } from "../password_limit.ts";
import { clearRefreshCookie } from "../refresh_cookie.ts";
import { endSessions, isAlive } from "../sessions.ts";
import {
  changePassword,
  deleteUser,
  exportUser,
  findUser,
  type UserWithPassword,
} from "../users.ts";
import {
  AuditEntry,
  body,
  Confirmation,
  Done,
  Export,
  json,
  Me,
  PasswordChange,
} from "./schemas.ts";

export function accountRoutes(deps: AuthDeps) {
  const { sql, passwords } = deps;
  const by = signedIn([{ kind: ACCESS, secrets: deps.jwtSecrets }]);
  const then = [
    // Signed, as bodies hold passwords; before the session check, as logout-all is repeatable.
    idempotent(sql, { service: "auth", signedBy: deps.jwtSecrets[0] }),
    createMiddleware<IdentityEnv>(async (c, next) => {
      const { ownerId, sessionId } = c.var;
      if (!sessionId || !await isAlive(sql, ownerId, sessionId)) throw ended();
      await next();
    }),
  ];
  const reads = behindRole("viewer", { by, then });
  const asOwner = behindRole("owner", { by, then });

  const me = createRoute({
    method: "get",
    path: "/me",
    summary: "Returns the signed-in user.",
    ...reads,
    responses: {
      200: json("The account", Me),
      ...problemResponses("unauthenticated", "unavailable"),
    },
  });

  const exported = createRoute({
    method: "get",
    path: "/me/export",
    summary:
      "Exports all data of the account and its projects and apps, except the content of files.",
    ...asOwner,
    responses: {
      200: json("The export", Export),
      ...problemResponses("unauthenticated", "unavailable"),
    },
  });

  const audit = createRoute({
    method: "get",
    path: "/audit",
    summary: "Lists the account's audit trail, newest first.",
    ...reads,
    request: { query: PageQuery },
    responses: {
      200: json("The entries", AuditEntry.array()),
      ...problemResponses("unauthenticated", "invalid_input", "unavailable"),
    },
  });

  const password = createRoute({
    method: "post",
    path: "/password",
    summary: "Changes the password and ends all other sessions.",
    ...asOwner,
    request: body(PasswordChange),
    responses: {
      200: json("Changed", Done),
      ...problemResponses("malformed_request", "unauthenticated", "too_large"),
      ...problemResponses("unsupported_media_type", "invalid_input", "too_many_requests"),
      ...problemResponses("conflict", "unavailable"),
    },
  });

  const logoutAll = createRoute({
    method: "post",
    path: "/logout-all",
    summary: "Ends all sessions of the account, including this one.",
    ...asOwner,
    responses: {
      204: { description: "Signed out everywhere" },
      ...problemResponses("unauthenticated", "unavailable"),
    },
  });

  const remove = createRoute({
    method: "delete",
    path: "/me",
    summary: "Deletes the account with all its data permanently.",
    ...asOwner,
    request: body(Confirmation),
    responses: {
      204: { description: "Deleted" },
      ...problemResponses("malformed_request", "unauthenticated", "too_large"),
      ...problemResponses("unsupported_media_type", "invalid_input", "too_many_requests"),
      ...problemResponses("unavailable"),
    },
  });

  /** Returns the caller's account if `password` is correct; throws a problem otherwise. */
  async function confirmed(c: Context<IdentityEnv>, password: string): Promise<UserWithPassword> {
    const user = await findUser(sql, c.var.ownerId);
    if (!user) throw ended();
    const { address } = callerOf(c, deps.trustedProxies);
    const failure = { action: "account.password_refused", detail: { address } };
    const isRight = await limited(sql, { email: user.email, address, failure }, async () => (
      await passwords.verify(password, user.password) ? { found: true } : { refused: user.id }
    ));
    if (!isRight) {
      throw invalidInput([{ pointer: "/password", detail: "is not the account's password" }]);
    }
    return user;
  }

  return createRoutes()
    .openapi(me, async (c) => {
      const user = await findUser(sql, c.var.ownerId);
      if (!user) throw ended();
      const { id, name, email, is_password_given } = user;
      return c.json({ id, name, email, password_change_due: is_password_given }, 200);
    })
    .openapi(exported, async (c) => {
      const stored = await ownedBy(sql, c.var.ownerId, { limitMs: SLOW_MS }).begin(async (sql) => {
        await note(sql, c.var.ownerId, { action: "account.exported" });
        return await exportUser(sql, c.var.ownerId);
      });
      c.header("content-disposition", 'attachment; filename="airec-account.json"');
      return c.json({ exported_at: new Date().toISOString(), ...stored }, 200);
    })
    .openapi(audit, async (c) => {
      const { limit, cursor } = c.req.valid("query");
      if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) {
        throw invalidInput([{ pointer: "/cursor", detail: "is not a cursor of a Link header" }]);
      }
      const entries = await listAudit(sql, c.var.ownerId, { limit: limit + 1, cursor });
      const page = pageOf(c, entries, { limit, cursorOf: ({ id }) => id });
      return c.json(
        page.map((entry) => ({ ...entry, happened_at: entry.happened_at.toISOString() })),
        200,
      );
    })
    .openapi(password, async (c) => {
      const { password, new_password } = c.req.valid("json");
      const { id, password: from } = await confirmed(c, password);
      const to = await passwords.hash(new_password);
      const { address } = callerOf(c, deps.trustedProxies);
      const isChanged = await ownedBy(sql, id).begin(async (sql) => {
        if (!await changePassword(sql, { id, from, to })) return false;
        await note(sql, id, { action: "account.password_changed", detail: { address } });
        await endSessions(sql, id, { except: c.var.sessionId });
        return true;
      });
      if (!isChanged) {
        throw new Problem(
          "conflict",
          "Another request changed the password at the same time; this one changed nothing.",
        );
      }
      const message = "Your password was changed, and all other sessions were ended.";
      return c.json({ success: true as const, message }, 200);
    })
    .openapi(logoutAll, async (c) => {
      await ownedBy(sql, c.var.ownerId).begin(async (sql) => {
        await endSessions(sql, c.var.ownerId);
        await note(sql, c.var.ownerId, { action: "account.signed_out_everywhere" });
      });
      clearRefreshCookie(c);
      return c.body(null, 204);
    })
    .openapi(remove, async (c) => {
      const { id } = await confirmed(c, c.req.valid("json").password);
      await deleteUser(sql, id);
      // The audit trail is deleted with the account, so the owner's request is logged here.
      deps.log({ level: "info", message: "An account was deleted by its owner.", owner_id: id });
      clearRefreshCookie(c);
      return c.body(null, 204);
    });
}

function ended(): Problem {
  return new Problem("unauthenticated", "The session of this token has ended: log in again.", {
    headers: { "www-authenticate": 'Bearer realm="airec"' },
  });
}
