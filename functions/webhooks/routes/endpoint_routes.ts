/** Routes of an app's endpoints. */
import { createRoute, z } from "@hono/zod-openapi";
import { Problem, problemResponses } from "../../http/problem.ts";
import { createRoutes } from "../../http/service/service.ts";
import type { WebhooksDeps } from "../deps.ts";
import { replayFailed } from "../outbox/delivery_log.ts";
import {
  addEndpoint,
  changeEndpoint,
  deleteEndpoint,
  type EndpointRow,
  ENDPOINTS_AT_MOST,
  listEndpoints,
  rotateSecret,
} from "../outbox/endpoints.ts";
import { sendTest } from "../outbox/events.ts";
import { EndpointSchema, EventType, SHOWN_ONCE } from "./schemas.ts";
import { seal } from "../../http/secrets/sealed.ts";
import { newWebhookSecret } from "../outbox/signature.ts";
import { endpointUrl, onceForRule } from "../outbox/webhook_url.ts";
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

const EndpointId = AppId.extend({ endpoint_id: z.string() });

const Events = z.array(EventType).min(1, "must name an event, or be null for all").nullable()
  .transform((events) => events && [...new Set(events)]);

const NewEndpointSchema = EndpointSchema.extend({ secret: z.string().nullable(), ...SHOWN_ONCE })
  .openapi("NewEndpoint");

const problems = {
  ...problemResponses("malformed_request", "unauthenticated", "not_found"),
  ...problemResponses("conflict", "invalid_input"),
};

const list = createRoute({
  method: "get",
  operationId: "listEndpoints",
  path: "/api/apps/{id}/endpoints",
  summary: "Lists an app's endpoints, oldest first.",
  request: { params: AppId },
  responses: {
    200: answer("Without their secrets", z.array(EndpointSchema)),
    ...problemResponses("unauthenticated", "not_found"),
  },
});

const add = onceForRule((rule) =>
  createRoute({
    method: "post",
    operationId: "addEndpoint",
    path: "/api/apps/{id}/endpoints",
    summary: "Adds an endpoint and returns its secret, which is shown only once.",
    request: {
      params: AppId,
      ...body(
        z.strictObject({ url: endpointUrl(rule), events: Events.default(null) }).openapi(
          "EndpointRules",
        ),
      ),
    },
    responses: { 201: answer("Added", NewEndpointSchema), ...problems },
  })
);

const change = onceForRule((rule) =>
  createRoute({
    method: "patch",
    operationId: "changeEndpoint",
    path: "/api/apps/{id}/endpoints/{endpoint_id}",
    summary: "Changes an endpoint's URL or events, or switches it off or on.",
    request: {
      params: EndpointId,
      ...body(
        z.strictObject({ url: endpointUrl(rule), events: Events, enabled: z.boolean() }).partial()
          .openapi("EndpointChange"),
      ),
    },
    responses: { 200: answer("Changed", EndpointSchema), ...problems },
  })
);

const remove = createRoute({
  method: "delete",
  operationId: "deleteEndpoint",
  path: "/api/apps/{id}/endpoints/{endpoint_id}",
  summary: "Deletes an endpoint; its pending deliveries fail.",
  request: { params: EndpointId },
  responses: {
    204: { description: "Deleted" },
    ...problemResponses("unauthenticated", "not_found"),
  },
});

const rotate = createRoute({
  method: "post",
  operationId: "rotateEndpointSecret",
  path: "/api/apps/{id}/endpoints/{endpoint_id}/rotate",
  summary: "Replaces an endpoint's secret; the old one also signs during the overlap.",
  request: {
    params: EndpointId,
    ...body(z.strictObject({ overlap_seconds: OverlapSeconds }).openapi("Rotation")),
  },
  responses: { 200: answer("The new secret, shown only once", NewEndpointSchema), ...problems },
});

const test = createRoute({
  method: "post",
  operationId: "testEndpoint",
  path: "/api/apps/{id}/endpoints/{endpoint_id}/test",
  summary: "Sends the event webhook.test to an endpoint, signed and logged like any other.",
  request: { params: EndpointId },
  responses: {
    202: answer("Queued for sending", z.object({ webhook_id: z.string() })),
    ...problems,
  },
});

const replay = createRoute({
  method: "post",
  operationId: "replayDeliveries",
  path: "/api/apps/{id}/endpoints/{endpoint_id}/replay",
  summary:
    "Sends again all deliveries that failed at an endpoint since a time, in no particular order.",
  request: {
    params: EndpointId,
    ...body(z.strictObject({ since: z.iso.datetime({ offset: true }) }).openapi("Replay")),
  },
  responses: {
    202: answer("Number of deliveries queued", z.object({ count: z.int() })),
    ...problems,
  },
});

export function endpointRoutes(deps: WebhooksDeps) {
  const { sql, secretKey, due } = deps;
  const { reads, writes } = behindLogin(deps);

  return createRoutes({ tag: "Endpoints" })
    .openapi({ ...list, ...reads }, async (c) => {
      const appId = idOf(c.req.valid("param").id, "app");
      const rows = await listEndpoints(sql, { appId, ownerId: c.var.ownerId });
      if (!rows) throw missing("app");
      return c.json(rows.map(endpointOf), 200);
    })
    .openapi({ ...add(deps), ...writes }, async (c) => {
      const { secret, sealed, endpointId } = await newSecret();
      const added = await addEndpoint(sql, {
        ...c.req.valid("json"),
        appId: idOf(c.req.valid("param").id, "app"),
        ownerId: c.var.ownerId,
        endpointId,
        secret: sealed,
      });
      if (!added) throw missing("app");
      if (added === "full") {
        throw new Problem(
          "conflict",
          `An app can have at most ${ENDPOINTS_AT_MOST} endpoints: delete one that is not needed.`,
        );
      }
      return c.json({ ...endpointOf(added), secret }, 201);
    })
    .openapi({ ...change(deps), ...writes }, async (c) => {
      const target = { ...placeOf(c.req.valid("param")), ownerId: c.var.ownerId };
      const changed = await changeEndpoint(sql, { ...target, ...c.req.valid("json") });
      if (!changed) throw missing("endpoint");
      return c.json(endpointOf(changed), 200);
    })
    .openapi({ ...remove, ...writes }, async (c) => {
      const target = { ...placeOf(c.req.valid("param")), ownerId: c.var.ownerId };
      if (!await deleteEndpoint(sql, target)) throw missing("endpoint");
      return c.body(null, 204);
    })
    .openapi({ ...rotate, ...writes }, async (c) => {
      const target = { ...placeOf(c.req.valid("param")), ownerId: c.var.ownerId };
      const { secret, sealed } = await newSecret(target.endpointId);
      const { overlap_seconds: overlapSeconds } = c.req.valid("json");
      const changed = await rotateSecret(sql, { ...target, secret: sealed, overlapSeconds });
      if (!changed) throw missing("endpoint");
      return c.json({ ...endpointOf(changed), secret }, 200);
    })
    .openapi({ ...test, ...writes }, async (c) => {
      const target = { ...placeOf(c.req.valid("param")), ownerId: c.var.ownerId };
      const webhook_id = await sendTest(sql, target);
      if (webhook_id === null) throw await offOrMissing(target);
      due?.();
      return c.json({ webhook_id }, 202);
    })
    .openapi({ ...replay, ...writes }, async (c) => {
      const target = { ...placeOf(c.req.valid("param")), ownerId: c.var.ownerId };
      const since = new Date(c.req.valid("json").since);
      const count = await replayFailed(sql, { ...target, since });
      if (count === null) throw await offOrMissing(target);
      due?.();
      return c.json({ count }, 202);
    });

  async function newSecret(endpointId: string = crypto.randomUUID()) {
    const secret = newWebhookSecret();
    return {
      endpointId,
      secret,
      sealed: await seal(secret, { key: secretKey, owner: endpointId }),
    };
  }

  async function offOrMissing(
    { endpointId, ...app }: { endpointId: string; appId: string; ownerId: string },
  ): Promise<Problem> {
    const rows = await listEndpoints(sql, app);
    return rows?.some(({ endpoint_id }) => endpoint_id === endpointId)
      ? new Problem(
        "conflict",
        "The endpoint is switched off: switch it on before you send to it. Nothing was sent.",
      )
      : missing("endpoint");
  }
}

function placeOf({ id, endpoint_id }: { id: string; endpoint_id: string }) {
  return { appId: idOf(id, "app"), endpointId: idOf(endpoint_id, "endpoint") };
}

function endpointOf(row: EndpointRow) {
  return {
    ...row,
    previous_secret_until: timeOf(row.previous_secret_until),
    failing_since: timeOf(row.failing_since),
    disabled_at: timeOf(row.disabled_at),
    created_at: timeOf(row.created_at),
  };
}
