/** Routes that list the items and users of the champion. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { IdentityEnv } from "../../http/identity/identity.ts";
import { pageOf, PageQuery } from "../../http/pages.ts";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { RecommenderDeps } from "../deps.ts";
import { erasedAmong } from "../projects/erased_users.ts";
import { jsonSteps } from "../json_steps.ts";
import type { Lane, Ticket } from "../../http/load/lane.ts";
import type { LiveCatalogue } from "../live/live_catalogue.ts";
import type { LiveHistories } from "../live/live_histories.ts";
import { describeItem, facetsSteps } from "../model/facets.ts";
import { searchSteps } from "../model/search.ts";
import type { Steps } from "../model/steps.ts";
import { indexOfString, stringAt } from "../model/string_table.ts";
import { describingUnits, facetsUnits, type Permit, searchUnits } from "../model/work.ts";
import { type Asked, permitFor, roomOfAnswer } from "../permit.ts";
import type { Access } from "./access.ts";
import { cursorOf } from "./parameters.ts";
import { ById, json } from "./schemas.ts";
import { championOf, textAnswer } from "./serving.ts";

const SearchQuery = PageQuery.extend({
  q: z.string().max(200).default("")
    .openapi({ description: "Part of the name, in upper or lower case." }),
});

const ItemsQuery = SearchQuery.extend({
  item_id: z.string().max(1000).optional()
    .openapi({ description: "Only the item with this id; an empty list if it is unknown." }),
  columns: z.enum(["true", "false"]).optional()
    .openapi({ description: "Include each item's values of the filterable columns." }),
});

const Item = z.object({
  item_id: z.string(),
  item_title: z.string(),
  columns: z.record(
    z.string(),
    z.union([z.number(), z.string(), z.array(z.string())]),
  ).optional().describe("If requested: the item's values by column; dates in seconds."),
});

/** Maximum number of terms per column; longer lists are not useful to select from. */
const MOST_TERMS = 100;

const projectItemsRoute = createRoute({
  method: "get",
  operationId: "searchItems",
  path: "/project/{id}/items",
  summary: "Searches items by a part of their title, most popular first, or returns one by its id.",
  request: { params: ById, query: ItemsQuery },
  responses: {
    200: json("The items.", z.object({ items: z.array(Item) })),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

const projectUsersRoute = createRoute({
  method: "get",
  operationId: "searchUsers",
  path: "/project/{id}/users",
  summary: "Searches users by a part of their id.",
  request: { params: ById, query: SearchQuery },
  responses: {
    200: json("The users.", z.object({ users: z.array(z.object({ user_id: z.string() })) })),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

const historyRoute = createRoute({
  method: "get",
  operationId: "getHistory",
  path: "/project/{id}/users/{user_id}/history",
  summary: "Returns a user's history, newest first: that of the model, with the live events since.",
  request: {
    params: ById.extend({ user_id: z.string().min(1).max(1000) }),
    query: PageQuery,
  },
  responses: {
    200: json(
      "The history; empty for an unknown user.",
      z.object({
        user_id: z.string(),
        known: z.boolean().describe("Whether the model or a live event has this user."),
        items: z.array(z.object({
          item_id: z.string(),
          item_title: z.string(),
          weight: z.number().describe("Weight of the item in the history."),
        })),
      }),
    ),
    ...problemResponses("unauthenticated", "not_found", "not_ready", "invalid_input"),
  },
});

const columnsRoute = createRoute({
  method: "get",
  operationId: "listColumns",
  path: "/project/{id}/columns",
  summary: "Returns the filterable columns with their values.",
  request: { params: ById },
  responses: {
    200: json(
      "The columns.",
      z.object({
        columns: z.array(z.object({
          name: z.string(),
          kind: z.enum(["number", "date", "text", "list"]),
          min: z.number().optional().describe("Dates in seconds since 1970."),
          max: z.number().optional(),
          terms: z.array(z.object({ term: z.string(), items: z.int() })).optional()
            .describe(`The ${MOST_TERMS} most common terms.`),
        })),
      }),
    ),
    ...problemResponses("unauthenticated", "not_found", "not_ready"),
  },
});

/** Items and users, in pages and without erased users. Searches are computed in the lane. */
export function browseRoutes(
  deps: RecommenderDeps & {
    access: Access;
    lane: Lane;
    live: LiveHistories;
    catalogue: LiveCatalogue;
  },
) {
  const { sql, access } = deps;
  return createRoutes({ tag: "Catalogue" })
    .openapi({ ...projectItemsRoute, ...access.answers }, async (c) => {
      const { q, limit, cursor, item_id, columns } = c.req.valid("query");
      const { model } = await championOf(deps, c.req.valid("param").id, c.var);
      const { ids, titles, popularOrder } = model.items;
      const offset = cursor === undefined ? 0 : cursorOf(cursor);
      const text = await inLane(c, { limit }, function* (permit) {
        permit({ units: q === "" ? 0 : searchUnits(titles), bytes: 0 });
        const found = item_id === undefined
          ? yield* searchSteps(titles, { q, offset, limit: limit + 1, order: popularOrder })
          : [indexOfString(ids, item_id)].filter((item) => item >= 0);
        const page = pageOf(c, found, { limit, cursorOf: () => String(offset + limit) });
        const texts: string[] = [];
        const room = roomOfAnswer();
        for (const item of page) {
          const one = { item_id: stringAt(ids, item), item_title: stringAt(titles, item) };
          if (columns === "true") yield describingUnits(model, item);
          const described = columns === "true" && { columns: describeItem(model, item) };
          texts.push(yield* jsonSteps({ ...one, ...described }, room));
        }
        return `{"items":[${texts.join(",")}]}`;
      });
      return textAnswer(c, text);
    })
    .openapi({ ...projectUsersRoute, ...access.reads }, async (c) => {
      const { ownerId } = c.var;
      const { q, limit, cursor } = c.req.valid("query");
      const { model, slices, project } = await championOf(deps, c.req.valid("param").id, {
        ownerId,
      });
      const ids = (slices ?? model.users)?.ids;
      if (!ids) return c.json({ users: [] }, 200);
      const offset = cursor === undefined ? 0 : cursorOf(cursor);
      const found = await inLane(c, { limit }, function* (permit) {
        permit({ units: q === "" ? 0 : searchUnits(ids), bytes: 0 });
        return yield* searchSteps(ids, { q, offset, limit: limit + 1 });
      });
      const userIds = pageOf(c, found, { limit, cursorOf: () => String(offset + limit) })
        .map((user) => stringAt(ids, user));
      const erased = await erasedAmong(sql, ownerId, { projectId: project.id, userIds });
      const known = userIds.filter((user) => !erased.has(user));
      return c.json({ users: known.map((user_id) => ({ user_id })) }, 200);
    })
    .openapi({ ...historyRoute, ...access.reads }, async (c) => {
      const { ownerId } = c.var;
      const { id, user_id } = c.req.valid("param");
      const { limit, cursor } = c.req.valid("query");
      const visitors = [{ person: user_id, anonymous: false }];
      const { model, project } = await championOf(deps, id, { ownerId, visitors });
      const user = model.users ? indexOfString(model.users.ids, user_id) : -1;
      const asked = { projectId: project.id, userIds: [user_id] };
      const known = user >= 0 && !(await erasedAmong(sql, ownerId, asked)).has(user_id);
      if (!known) return c.json({ user_id, known, items: [] }, 200);
      const { offsets, columns, values } = model.users!.histories;
      const newest = offsets[user + 1] - 1 - (cursor === undefined ? 0 : cursorOf(cursor));
      const entries: number[] = [];
      for (let e = newest; e >= offsets[user] && entries.length <= limit; e--) entries.push(e);
      const page = pageOf(c, entries, {
        limit,
        cursorOf: (entry) => String(offsets[user + 1] - entry),
      });
      const items = page.map((entry) => ({
        item_id: stringAt(model.items.ids, columns[entry]),
        item_title: stringAt(model.items.titles, columns[entry]),
        weight: values[entry],
      }));
      return c.json({ user_id, known, items }, 200);
    })
    .openapi({ ...columnsRoute, ...access.answers }, async (c) => {
      const { model } = await championOf(deps, c.req.valid("param").id, c.var);
      const text = await inLane(c, {}, function* (permit) {
        permit({ units: facetsUnits(model), bytes: 0 });
        const columns = yield* facetsSteps(model, { most: MOST_TERMS });
        return yield* jsonSteps({ columns }, roomOfAnswer());
      });
      return textAnswer(c, text);
    });

  function inLane<Result>(
    c: Context<IdentityEnv>,
    asked: Asked,
    steps: (permit: Permit) => Steps<Result>,
  ): Promise<Result> {
    const begin = (ticket: Ticket) => steps(permitFor(c, asked, ticket));
    return deps.lane.run(c.var.ownerId, begin, { signal: () => c.req.raw.signal });
  }
}
