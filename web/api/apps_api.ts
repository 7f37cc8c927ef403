/** API calls of an app's pages: keys, endpoints, deliveries and usage. */
import { hc, type InferResponseType } from "hono/client";
import type { App as WebhooksApp } from "../../functions/webhooks/app.ts";
import { body, guardedFetch } from "./api.ts";
import { config } from "./config.ts";
import type { KeyPlace } from "./key_place.ts";
import { bearer } from "./session.ts";
import { problemOf } from "./problem.ts";

const app = () =>
  hc<WebhooksApp>(config().webhooks, { fetch: guardedFetch, headers: bearer }).api.apps[":id"];

type Calls = ReturnType<typeof app>;

export type Key = InferResponseType<Calls["keys"]["$get"], 200>[number];
export type NewKey = InferResponseType<Calls["keys"]["$post"], 201>;
export type Identity = InferResponseType<Calls["identity-secret"]["$get"], 200>;
export type NewIdentity = InferResponseType<Calls["identity-secret"]["$post"], 201>;
export type Endpoint = InferResponseType<Calls["endpoints"]["$get"], 200>[number];
export type NewEndpoint = InferResponseType<Calls["endpoints"]["$post"], 201>;
export type Delivery = InferResponseType<Calls["deliveries"]["$get"], 200>[number];
export type UsageDay = InferResponseType<Calls["usage"]["$get"], 200>[number];

/** An event type that an endpoint can subscribe to. */
export type EventType = NonNullable<Endpoint["events"]>[number];

const options = (signal?: AbortSignal) => ({ init: { signal } });

export async function listKeys(id: string, signal?: AbortSignal): Promise<Key[]> {
  return await body(app().keys.$get({ param: { id } }, options(signal)));
}

export type KeyRules = KeyPlace & {
  name: string;
  rate_limit: number | null;
  expires_at: string | null;
};

export async function addKey(id: string, rules: KeyRules): Promise<NewKey> {
  return await body(app().keys.$post({ param: { id }, json: rules }));
}

export async function changeKey(
  id: string,
  key_id: string,
  json: KeyRules,
): Promise<Key> {
  return await body(app().keys[":key_id"].$patch({ param: { id, key_id }, json }));
}

export async function rotateKey(id: string, key_id: string, seconds: number): Promise<NewKey> {
  return await body(
    app().keys[":key_id"].rotate.$post({
      param: { id, key_id },
      json: { overlap_seconds: seconds },
    }),
  );
}

export async function revokeKey(id: string, key_id: string): Promise<void> {
  await body(app().keys[":key_id"].$delete({ param: { id, key_id } }));
}

export async function findIdentity(id: string, signal?: AbortSignal): Promise<Identity> {
  return await body(app()["identity-secret"].$get({ param: { id } }, options(signal)));
}

/** Creates the identity secret of an app. An existing secret stays valid for `seconds`. */
export async function makeIdentity(id: string, seconds: number): Promise<NewIdentity> {
  const json = { overlap_seconds: seconds };
  return await body(app()["identity-secret"].$post({ param: { id }, json }));
}

export async function listEndpoints(id: string, signal?: AbortSignal): Promise<Endpoint[]> {
  return await body(app().endpoints.$get({ param: { id } }, options(signal)));
}

export async function addEndpoint(
  id: string,
  rules: { url: string; events: EventType[] | null },
): Promise<NewEndpoint> {
  return await body(app().endpoints.$post({ param: { id }, json: rules }));
}

export async function changeEndpoint(
  id: string,
  endpoint_id: string,
  change: { url?: string; events?: EventType[] | null; enabled?: boolean },
): Promise<Endpoint> {
  const param = { id, endpoint_id };
  return await body(app().endpoints[":endpoint_id"].$patch({ param, json: change }));
}

export async function deleteEndpoint(id: string, endpoint_id: string): Promise<void> {
  await body(app().endpoints[":endpoint_id"].$delete({ param: { id, endpoint_id } }));
}

export async function rotateSecret(
  id: string,
  endpoint_id: string,
  seconds: number,
): Promise<NewEndpoint> {
  const json = { overlap_seconds: seconds };
  return await body(
    app().endpoints[":endpoint_id"].rotate.$post({ param: { id, endpoint_id }, json }),
  );
}

export async function sendTest(id: string, endpoint_id: string) {
  return await body(app().endpoints[":endpoint_id"].test.$post({ param: { id, endpoint_id } }));
}

/** Resends the deliveries that failed since a time; returns their number. */
export async function replay(id: string, endpoint_id: string, since: Date): Promise<number> {
  const json = { since: since.toISOString() };
  return (await body(
    app().endpoints[":endpoint_id"].replay.$post({ param: { id, endpoint_id }, json }),
  )).count;
}

/** Filters of the delivery list; an absent field does not filter. */
export interface DeliveryQuery {
  status?: Delivery["status"];
  type?: string;
  endpoint_id?: string;
  cursor?: string;
}

/** Returns one page of deliveries, newest first, and the cursor of the next page or null. */
export async function listDeliveries(
  id: string,
  query: DeliveryQuery,
  signal?: AbortSignal,
): Promise<{ deliveries: Delivery[]; next: string | null }> {
  const response = await app().deliveries.$get(
    { param: { id }, query: { ...query, limit: "25" } },
    options(signal),
  ) as unknown as Response;
  if (!response.ok) throw await problemOf(response);
  const link = /<([^>]*)>/.exec(response.headers.get("link") ?? "")?.[1];
  return {
    deliveries: await response.json(),
    next: link ? new URL(link, response.url).searchParams.get("cursor") : null,
  };
}

export async function resend(id: string, webhook_id: string): Promise<void> {
  await body(app().deliveries[":webhook_id"].resend.$post({ param: { id, webhook_id } }));
}

/** Returns the daily usage of an app over the last `days` days, today last. */
export async function usageByDay(
  id: string,
  days: number,
  signal?: AbortSignal,
): Promise<UsageDay[]> {
  const query = { days: String(days) };
  return await body(app().usage.$get({ param: { id }, query }, options(signal)));
}
