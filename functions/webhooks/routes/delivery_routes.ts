/** Routes of the delivery log, and of sending a delivery again. */
import { createRoute, z } from "@hono/zod-openapi";
import { pageOf, PageQuery } from "../../http/pages.ts";
import { Problem, problemResponses } from "../../http/problem.ts";
import { createRoutes, invalidInput } from "../../http/service/service.ts";
import type { WebhooksDeps } from "../deps.ts";
import {
  type DeliveryRow,
  listDeliveries,
  resend,
  type ResendFault,
} from "../outbox/delivery_log.ts";
import { DeliverySchema } from "./schemas.ts";
import { answer, AppId, behindLogin, idOf, missing, timeOf } from "./contract.ts";

const DeliveryId = AppId.extend({ webhook_id: z.string().max(100) });

/** Shown length of a body, in characters. */
const SHOWN_CHARACTERS = 2_000;

const list = createRoute({
  method: "get",
  operationId: "listDeliveries",
  path: "/api/apps/{id}/deliveries",
  summary: "Lists the deliveries to an app's endpoints, newest first, with each attempt.",
  request: {
    params: AppId,
    query: PageQuery.extend({
      status: z.enum(["PENDING", "DELIVERED", "FAILED"]).optional(),
      type: z.string().max(100).optional(),
      endpoint_id: z.guid().optional(),
    }),
  },
  responses: {
    200: answer("A page; its Link header names the next", z.array(DeliverySchema)),
    ...problemResponses("unauthenticated", "not_found", "invalid_input"),
  },
});

const one = createRoute({
  method: "get",
  operationId: "getDelivery",
  path: "/api/apps/{id}/deliveries/{webhook_id}",
  summary: "Returns a delivery with each attempt.",
  request: { params: DeliveryId },
  responses: {
    200: answer("The delivery", DeliverySchema),
    ...problemResponses("unauthenticated", "not_found"),
  },
});

const again = createRoute({
  method: "post",
  operationId: "resendDelivery",
  path: "/api/apps/{id}/deliveries/{webhook_id}/resend",
  summary: "Sends a delivery again, with the same id.",
  request: { params: DeliveryId },
  responses: {
    202: answer("Queued for sending", z.object({ webhook_id: z.string() })),
    ...problemResponses("malformed_request", "unauthenticated", "not_found", "conflict"),
    ...problemResponses("invalid_input"),
  },
});

export function deliveryRoutes(deps: WebhooksDeps) {
  const { sql, due } = deps;
  const { reads, writes } = behindLogin(deps);

  return createRoutes({ tag: "Deliveries" })
    .openapi({ ...list, ...reads }, async (c) => {
      const { limit, cursor, status, type, endpoint_id } = c.req.valid("query");
      if (cursor !== undefined && !/^\d{1,18}$/.test(cursor)) {
        throw invalidInput([{ pointer: "/cursor", detail: "must be a cursor from a Link header" }]);
      }
      const rows = await listDeliveries(sql, {
        appId: idOf(c.req.valid("param").id, "app"),
        ownerId: c.var.ownerId,
        limit: limit + 1,
        before: cursor,
        filter: { status, type, endpointId: endpoint_id },
      });
      if (!rows) throw missing("app");
      const page = pageOf(c, rows, { limit, cursorOf: ({ id }) => id });
      return c.json(page.map(deliveryOf), 200);
    })
    .openapi({ ...one, ...reads }, async (c) => {
      const { id, webhook_id } = c.req.valid("param");
      const [row] = await listDeliveries(sql, {
        appId: idOf(id, "app"),
        ownerId: c.var.ownerId,
        limit: 1,
        filter: { webhookId: webhook_id },
      }) ?? [];
      if (!row) throw missing("delivery");
      return c.json(deliveryOf(row), 200);
    })
    .openapi({ ...again, ...writes }, async (c) => {
      const { id, webhook_id } = c.req.valid("param");
      const result = await resend(sql, {
        appId: idOf(id, "app"),
        ownerId: c.var.ownerId,
        webhookId: webhook_id,
      });
      if (result === null) throw missing("delivery");
      if (result !== "due") throw new Problem("conflict", SENTENCES[result]);
      due?.();
      return c.json({ webhook_id }, 202);
    });
}

const SENTENCES: Record<ResendFault, string> = {
  "no endpoint": "The endpoint of this delivery was deleted, so it cannot be sent again.",
  "endpoint is off":
    "The endpoint is switched off: switch it on before you send to it. Nothing was sent.",
  "no body":
    "The body of a delivery is kept for 7 days, and these are over: it cannot be sent again.",
};

function deliveryOf({ id: _, ...row }: DeliveryRow) {
  return {
    ...row,
    body: row.body && row.body.slice(0, SHOWN_CHARACTERS).toWellFormed(),
    created_at: timeOf(row.created_at),
    delivered_at: timeOf(row.delivered_at),
    next_attempt_at: timeOf(row.next_attempt_at),
  };
}
