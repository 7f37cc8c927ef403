/** The items and users that the model which serves knows: to browse, or to choose from. */
import { createRoute, z } from "@hono/zod-openapi";
import { pageOf, PageQuery } from "../../http/pages.ts";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service.ts";
import type { RecommenderDeps } from "../app.ts";
import { erasedAmong } from "../erased_users.ts";
import { searchStrings } from "../model/search.ts";
import { stringAt } from "../model/string_table.ts";
import { cursorOf } from "./parameters.ts";
import { ById, json, security } from "./schemas.ts";
import { championOf } from "./serving.ts";

const SearchQuery = PageQuery.extend({
  q: z.string().max(200).default("")
    .openapi({ description: "A part of the name, in any case." }),
});

const projectItemsRoute = createRoute({
  method: "get",
  path: "/project/{id}/items",
  summary: "Items by a part of their title, the most popular first.",
  security,
  request: { params: ById, query: SearchQuery },
  responses: {
    200: json(
      "The items.",
      z.object({ items: z.array(z.object({ item_id: z.string(), item_title: z.string() })) }),
    ),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

const projectUsersRoute = createRoute({
  method: "get",
  path: "/project/{id}/users",
  summary: "Users by a part of their id.",
  security,
  request: { params: ById, query: SearchQuery },
  responses: {
    200: json("The users.", z.object({ users: z.array(z.object({ user_id: z.string() })) })),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

/** Items and users, in pages; none who was erased. */
export function browseRoutes(deps: RecommenderDeps) {
  const { sql } = deps;
  return createRoutes()
    .openapi(projectItemsRoute, async (c) => {
      const { q, limit, cursor } = c.req.valid("query");
      const { model } = await championOf(deps, c.var.ownerId, c.req.valid("param").id);
      const { ids, titles, popularOrder } = model.items;
      const offset = cursor === undefined ? 0 : cursorOf(cursor);
      const found = searchStrings(titles, { q, offset, limit: limit + 1, order: popularOrder });
      const page = pageOf(c, found, { limit, cursorOf: () => String(offset + limit) });
      const items = page.map((item) => ({
        item_id: stringAt(ids, item),
        item_title: stringAt(titles, item),
      }));
      return c.json({ items }, 200);
    })
    .openapi(projectUsersRoute, async (c) => {
      const { ownerId } = c.var;
      const { q, limit, cursor } = c.req.valid("query");
      const { model, project } = await championOf(deps, ownerId, c.req.valid("param").id);
      if (!model.users) return c.json({ users: [] }, 200);
      const { ids } = model.users;
      const offset = cursor === undefined ? 0 : cursorOf(cursor);
      const found = searchStrings(ids, { q, offset, limit: limit + 1 });
      const userIds = pageOf(c, found, { limit, cursorOf: () => String(offset + limit) })
        .map((user) => stringAt(ids, user));
      const erased = await erasedAmong(sql, ownerId, { projectId: project.id, userIds });
      const known = userIds.filter((user) => !erased.has(user));
      return c.json({ users: known.map((user_id) => ({ user_id })) }, 200);
    });
}
