/** Routes that add, change and delete items between two trainings. */
import { createRoute, z } from "@hono/zod-openapi";
import { ownedBy } from "../../../http/database/owned_by.ts";
import { problemResponses } from "../../../http/problem.ts";
import { createRoutes } from "../../../http/service/service.ts";
import { NoQuery } from "../../../http/service/unknown_fields.ts";
import type { RecommenderDeps } from "../../deps.ts";
import { itemColumns } from "../../live/item_columns.ts";
import type { LiveCatalogue } from "../../live/live_catalogue.ts";
import {
  countLiveItems,
  deleteLiveItems,
  MOST_LIVE_ITEMS,
  putLiveItems,
} from "../../live/live_items.ts";
import { readItemId, readItems } from "../../live/read_items.ts";
import { ITEM_FAULTS, RowFault } from "../../live/row_fault.ts";
import { servingItems } from "../../live/serving_items.ts";
import { findItemFeed } from "../../projects/item_feeds.ts";
import { itemMapping } from "../../projects/item_mapping.ts";
import { cachedQuotaCheck } from "../../projects/quotas.ts";
import type { ServedProjects } from "../../projects/served_projects.ts";
import type { Access } from "../access.ts";
import { projectIdOf, unknownProject } from "../parameters.ts";
import { ById, json, jsonBody, Time } from "../schemas.ts";
import { championFor } from "../serving.ts";

/** Maximum number of items of a call. */
const MOST_ROWS = 1_000;

const ItemSchema = z.strictObject({
  item_id: z.union([z.string(), z.number()]),
  item_title: z.string().nullish(),
  columns: z.record(
    z.string(),
    z.union([z.number(), z.string(), z.boolean(), z.array(z.string()), z.null()]),
  ).optional().describe(
    "Values by column of the items' file, as filters name them; null empties one. What is not " +
      "named keeps its value.",
  ),
});

function described(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...described } = z.toJSONSchema(schema, { io: "input" });
  return described;
}

const RejectedRows = z.array(z.object({
  index: z.int(),
  code: z.enum(ITEM_FAULTS),
  detail: z.string(),
}));

const putRoute = createRoute({
  method: "put",
  operationId: "putItems",
  path: "/project/{id}/items",
  summary: "Adds items and changes their titles and columns, without a training.",
  description: "Each item is checked by itself: a malformed one is rejected with its index and " +
    "reason, and the others are stored. Changed columns count in filters and answers within 5 " +
    "seconds. New items are in the catalogue within 5 seconds, and where the project has content " +
    "they are recommended within a minute. All join the next training. At most " +
    `${MOST_LIVE_ITEMS.toLocaleString("en")} items may differ from the version that serves; ` +
    "more is 409.",
  request: {
    params: ById,
    query: NoQuery,
    body: jsonBody(
      z.strictObject({
        // Each item is validated by itself.
        items: z.array(z.unknown()).min(1).max(MOST_ROWS).openapi({
          items: described(ItemSchema),
        }),
      }).openapi("ChangedItems"),
    ),
  },
  responses: {
    200: json(
      "Stored, apart from the rejected items.",
      z.object({
        new: z.int().describe("Items that were not in the catalogue."),
        changed: z.int(),
        unchanged: z.int(),
        rejected: RejectedRows,
      }).openapi("ItemsPut"),
    ),
    ...problems(),
  },
});

const deleteRoute = createRoute({
  method: "delete",
  operationId: "deleteItems",
  path: "/project/{id}/items",
  summary: "Deletes items, without a training: within 5 seconds they are no longer found.",
  description: "A deleted item is not recommended, found or similar to others until it is put " +
    "again. The next training leaves it out.",
  request: {
    params: ById,
    query: NoQuery,
    body: jsonBody(
      z.strictObject({
        item_ids: z.array(z.union([z.string(), z.number()])).min(1).max(MOST_ROWS),
      }).openapi("DeletedItems"),
    ),
  },
  responses: {
    200: json(
      "Deleted.",
      z.object({
        deleted: z.int(),
        unknown: z.int().describe("Ids that were not in the catalogue."),
      }).openapi("ItemsDeleted"),
    ),
    ...problems(),
  },
});

function problems() {
  return problemResponses(
    ...["malformed_request", "unauthenticated", "forbidden", "not_found", "not_ready"] as const,
    ...[
      "conflict",
      "too_many_requests",
      "too_large",
      "unsupported_media_type",
      "invalid_input",
    ] as const,
    "unavailable",
  );
}

const changesRoute = createRoute({
  method: "get",
  operationId: "getItemChanges",
  path: "/project/{id}/items/changes",
  summary: "Returns how many items changed since the training, and the last fetch of the feed.",
  request: { params: ById, query: NoQuery },
  responses: {
    200: json(
      "The changes.",
      z.object({
        changed: z.int().describe("Items that differ from the version that serves."),
        most: z.int().describe("Maximum number of such items."),
        feed: z.object({
          url: z.string(),
          fetched_at: Time,
          new: z.int().nullable(),
          changed: z.int().nullable(),
          unchanged: z.int().nullable(),
          rejected: z.int().nullable(),
          error: z.string().nullable().describe("Reason of a failure, as a sentence."),
          waits_for_training: z.boolean().describe(
            "Whether more items changed than `most`: they count from the next training on, which " +
              "is queued by itself.",
          ),
        }).nullable().describe("The last fetch; null before the first."),
      }).openapi("ItemChanges"),
    ),
    ...problemResponses("unauthenticated", "not_found", "not_ready"),
  },
});

/** Routes of live items. */
export function itemRoutes(
  deps: RecommenderDeps & {
    access: Access;
    projects: ServedProjects;
    catalogue: LiveCatalogue;
  },
) {
  const { access, sql, projects, catalogue, quotas } = deps;
  const checkQuota = cachedQuotaCheck(sql, { quotas, name: "rows" });

  /** Returns the version that serves the project, as it was trained. */
  async function servingOf(id: string, ownerId: string) {
    const { project } = await projects.of(ownerId, projectIdOf(id)) ?? unknownProject(id);
    return await championFor({ models: deps.models }, project, { ownerId });
  }

  return createRoutes({ tag: "Catalogue" })
    .openapi({ ...putRoute, ...access.changes }, async (c) => {
      const { ownerId } = c.var;
      const { items: rows } = c.req.valid("json");
      const served = await servingOf(c.req.valid("param").id, ownerId);
      const { project, model } = served;
      await checkQuota(ownerId);
      const { item_title: titleColumn, ...choices } = await itemMapping(sql, ownerId, project.id);
      const columns = itemColumns(model.manifest);
      const { items, rejected } = readItems(rows, { columns, choices, titleColumn });
      const serving = servingItems(model, project.id);
      const stored = await ownedBy(sql, ownerId).begin((sql) => putLiveItems(sql, serving, items));
      await catalogue.itemsChanged(served, { ownerId, projectId: project.id });
      c.set("units", unitsOf(rows));
      return c.json({ ...stored, rejected }, 200);
    })
    .openapi({ ...deleteRoute, ...access.changes }, async (c) => {
      const { ownerId } = c.var;
      const { item_ids } = c.req.valid("json");
      const served = await servingOf(c.req.valid("param").id, ownerId);
      const { project, model } = served;
      const asked = new Set(item_ids.map((id) => storedId(id) ?? String(id)));
      const ids = [...asked].filter((id) => storedId(id) !== undefined);
      const serving = servingItems(model, project.id);
      const deleted = await ownedBy(sql, ownerId)
        .begin((sql) => deleteLiveItems(sql, serving, ids));
      await catalogue.itemsChanged(served, { ownerId, projectId: project.id });
      c.set("units", unitsOf(item_ids));
      return c.json({ deleted, unknown: asked.size - deleted }, 200);
    })
    .openapi({ ...changesRoute, ...access.reads }, async (c) => {
      const { ownerId } = c.var;
      const { project, model } = await servingOf(c.req.valid("param").id, ownerId);
      const learned = model.manifest.learned_items ?? 0;
      const owned = ownedBy(sql, ownerId);
      const [changed, feed] = await Promise.all([
        owned.begin((sql) => countLiveItems(sql, { projectId: project.id, learned })),
        findItemFeed(sql, ownerId, { projectId: project.id, learned }),
      ]);
      return c.json({ changed, most: MOST_LIVE_ITEMS, feed }, 200);
    });
}

/** Returns the cost of a call: one unit for 20 items. */
function unitsOf(rows: readonly unknown[]): number {
  return Math.ceil(rows.length / 20);
}

/** Returns the id as it is stored; undefined for an id that no item can have. */
function storedId(id: string | number): string | undefined {
  try {
    return readItemId(id);
  } catch (error) {
    if (error instanceof RowFault) return undefined;
    throw error;
  }
}
