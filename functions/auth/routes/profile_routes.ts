/** Routes that read the signed-in account: profile, export and audit trail. */
import { createRoute } from "@hono/zod-openapi";
import { ownedBy, SLOW_MS } from "../../http/database/owned_by.ts";
import { pageOf, PageQuery } from "../../http/pages.ts";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes, invalidInput } from "../../http/service/service.ts";
import { listAudit, note } from "../audit.ts";
import type { AuthDeps } from "../deps.ts";
import { exportUser, findUser } from "../users.ts";
import { type ByAccount, sessionEnded } from "./by_account.ts";
import { AuditEntry, Export, json, Me } from "./schemas.ts";

const me = createRoute({
  method: "get",
  operationId: "getAccount",
  path: "/me",
  summary: "Returns the signed-in user.",
  responses: {
    200: json("The account", Me),
    ...problemResponses("unauthenticated", "unavailable"),
  },
});

const exported = createRoute({
  method: "get",
  operationId: "exportAccount",
  path: "/me/export",
  summary:
    "Exports all data of the account and its projects and apps, except the content of files.",
  responses: {
    200: json("The export", Export),
    ...problemResponses("unauthenticated", "unavailable"),
  },
});

const audit = createRoute({
  method: "get",
  operationId: "listAuditEntries",
  path: "/audit",
  summary: "Lists the account's audit trail, newest first.",
  request: { query: PageQuery },
  responses: {
    200: json("The entries", AuditEntry.array()),
    ...problemResponses("unauthenticated", "invalid_input", "unavailable"),
  },
});

export function profileRoutes({ sql }: Pick<AuthDeps, "sql">, { reads, asOwner }: ByAccount) {
  return createRoutes({ tag: "Account" })
    .openapi({ ...me, ...reads }, async (c) => {
      const user = await findUser(sql, c.var.ownerId);
      if (!user) throw sessionEnded();
      const { id, name, email, is_password_given } = user;
      return c.json({ id, name, email, password_change_due: is_password_given }, 200);
    })
    .openapi({ ...exported, ...asOwner }, async (c) => {
      const stored = await ownedBy(sql, c.var.ownerId, { limitMs: SLOW_MS }).begin(async (sql) => {
        await note(sql, c.var.ownerId, { action: "account.exported" });
        return await exportUser(sql, c.var.ownerId);
      });
      c.header("content-disposition", 'attachment; filename="airec-account.json"');
      return c.json({ exported_at: new Date().toISOString(), ...stored }, 200);
    })
    .openapi({ ...audit, ...reads }, async (c) => {
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
    });
}
