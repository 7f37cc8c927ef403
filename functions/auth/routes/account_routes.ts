/** Routes that change the signed-in account: password, sessions, deletion. */
import { createRoute } from "@hono/zod-openapi";
import { ownedBy } from "../../http/database/owned_by.ts";
import { Problem, problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import { note } from "../audit.ts";
import { callerOf } from "../caller.ts";
import { confirmPassword } from "./confirm_password.ts";
import type { AuthDeps } from "../deps.ts";
import { clearRefreshCookie } from "../refresh_cookie.ts";
import { endSessions } from "../sessions.ts";
import { changePassword, deleteUser } from "../users.ts";
import type { ByAccount } from "./by_account.ts";
import { body, Confirmation, Done, json, PasswordChange } from "./schemas.ts";

const password = createRoute({
  method: "post",
  operationId: "changePassword",
  path: "/password",
  summary: "Changes the password and ends all other sessions.",
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
  operationId: "endSessions",
  path: "/logout-all",
  summary: "Ends all sessions of the account, including this one.",
  responses: {
    204: { description: "Signed out everywhere" },
    ...problemResponses("unauthenticated", "unavailable"),
  },
});

const remove = createRoute({
  method: "delete",
  operationId: "deleteAccount",
  path: "/me",
  summary: "Deletes the account with all its data permanently.",
  request: body(Confirmation),
  responses: {
    204: { description: "Deleted" },
    ...problemResponses("malformed_request", "unauthenticated", "too_large"),
    ...problemResponses("unsupported_media_type", "invalid_input", "too_many_requests"),
    ...problemResponses("unavailable"),
  },
});

export function accountRoutes(deps: AuthDeps, { asOwner }: ByAccount) {
  const { sql, passwords } = deps;
  return createRoutes({ tag: "Account" })
    .openapi({ ...password, ...asOwner }, async (c) => {
      const { password, new_password } = c.req.valid("json");
      const { id, password: from } = await confirmPassword(deps, c, password);
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
    .openapi({ ...logoutAll, ...asOwner }, async (c) => {
      await ownedBy(sql, c.var.ownerId).begin(async (sql) => {
        await endSessions(sql, c.var.ownerId);
        await note(sql, c.var.ownerId, { action: "account.signed_out_everywhere" });
      });
      clearRefreshCookie(c);
      return c.body(null, 204);
    })
    .openapi({ ...remove, ...asOwner }, async (c) => {
      const { id } = await confirmPassword(deps, c, c.req.valid("json").password);
      await deleteUser(sql, id);
      // The audit trail is deleted with the account, so the owner's request is logged here.
      deps.log({ level: "info", message: "An account was deleted by its owner.", owner_id: id });
      clearRefreshCookie(c);
      return c.body(null, 204);
    });
}
