/** Routes by key that change the items of a project without a training. */
import { createRoute, z } from "@hono/zod-openapi";
import type { byKey } from "../../http/identity/roles.ts";
import { problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import { NoQuery } from "../../http/service/unknown_fields.ts";
import { checkProject, type Keyed } from "../calls/keyed.ts";
import { passOn } from "../calls/pass_on.ts";
import type { WebhooksDeps } from "../deps.ts";
import { answer, body, ProjectId } from "./contract.ts";

/** Maximum number of items of a call. */
const MOST_ROWS = 1_000;

const description = "Up to 1,000 items and 1 MiB a call, by a secret key. Costs one unit for 20 " +
  "items, counted apart from recommendations.";

/** An item for the API description: the recommender validates each by itself. */
const ITEM = {
  type: "object" as const,
  required: ["item_id"],
  additionalProperties: false,
  properties: {
    item_id: { type: ["string", "number"] as ["string", "number"] },
    item_title: { type: ["string", "null"] as ["string", "null"] },
    columns: {
      type: "object" as const,
      additionalProperties: true,
      description: "Values by column of the items' file, as filters name them: a number, a text, " +
        "true, false, a list of texts, or null to empty it. What is not named keeps its value.",
    },
  },
};

const put = createRoute({
  method: "put",
  operationId: "putItems",
  path: "/api/items",
  summary: "Adds items and changes their titles and columns by key, without a training.",
  description: description + " A malformed item is rejected with its index and the reason, and " +
    "the others are stored. Changed columns count in filters and answers within 5 seconds. New " +
    "items are in the catalogue within 5 seconds, and where the project has content they are " +
    "recommended within a minute. At most 10,000 items may differ from the version that serves; " +
    "more is 409.",
  request: {
    query: NoQuery,
    ...body(
      z.strictObject({
        project_id: ProjectId,
        items: z.array(z.unknown()).min(1).max(MOST_ROWS).openapi({ items: ITEM }),
      }).openapi("ItemsRequest"),
    ),
  },
  responses: {
    200: answer(
      "Stored, apart from the rejected items",
      z.object({
        new: z.int().openapi({ description: "Items that were not in the catalogue." }),
        changed: z.int(),
        unchanged: z.int(),
        rejected: z.array(z.object({ index: z.int(), code: z.string(), detail: z.string() })),
      }).openapi("ItemsPut"),
    ),
    ...problems(),
  },
});

const remove = createRoute({
  method: "delete",
  operationId: "deleteItems",
  path: "/api/items",
  summary: "Deletes items by key, without a training: within 5 seconds they are no longer found.",
  description: description + " A deleted item is not recommended, found or similar to others " +
    "until it is put again.",
  request: {
    query: NoQuery,
    ...body(
      z.strictObject({
        project_id: ProjectId,
        item_ids: z.array(z.union([z.string(), z.number()])).min(1).max(MOST_ROWS),
      }).openapi("DeleteItemsRequest"),
    ),
  },
  responses: {
    200: answer(
      "Deleted",
      z.object({
        deleted: z.int(),
        unknown: z.int().openapi({ description: "Ids that were not in the catalogue." }),
      }).openapi("ItemsDeleted"),
    ),
    ...problems(),
  },
});

function problems() {
  return {
    ...problemResponses("malformed_request", "unauthenticated", "forbidden", "not_found"),
    ...problemResponses("not_ready", "conflict", "too_large", "unsupported_media_type"),
    ...problemResponses("invalid_input", "too_many_requests", "bad_gateway", "unavailable"),
  };
}

/** Routes that change items. */
export function itemRoutes(
  { recommender, byItems }: Pick<WebhooksDeps, "recommender"> & {
    byItems: ReturnType<typeof byKey<ReturnType<Keyed>>>;
  },
) {
  return createRoutes({ tag: "By key" })
    .openapi({ ...put, ...byItems }, async (c) => {
      const { project_id: projectId, items } = c.req.valid("json");
      checkProject(c.var.bearer, projectId);
      return passOn(c, await recommender.putItems(projectId, { items }, c.var));
    })
    .openapi({ ...remove, ...byItems }, async (c) => {
      const { project_id: projectId, item_ids } = c.req.valid("json");
      checkProject(c.var.bearer, projectId);
      return passOn(c, await recommender.deleteItems(projectId, { item_ids }, c.var));
    });
}
