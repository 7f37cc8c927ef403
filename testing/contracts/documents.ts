/** The OpenAPI documents of the services, without a database or a network. */
import { createApp as createAuth } from "../../functions/auth/app.ts";
import { createApp as createRecommender } from "../../functions/recommender/app.ts";
import { QUOTAS } from "../../functions/recommender/projects/quotas.ts";
import { createApp as createWebhooks } from "../../functions/webhooks/app.ts";

/** An operation with its service, method and path. */
export interface DescribedOperation {
  service: ServiceName;
  /** Method and path, as "GET /projects". */
  name: string;
  // deno-lint-ignore no-explicit-any
  operation: any;
}

export type ServiceName = "auth" | "recommender" | "webhooks";

// deno-lint-ignore no-explicit-any
export type Document = any;

/** Returns the document of each service. */
export async function documents(): Promise<Record<ServiceName, Document>> {
  const secret = "a secret of more than thirty-two bytes";
  const shared = {
    dashboardOrigin: "http://dashboard.test",
    log: () => {},
    jwtSecrets: [secret],
    trusted: [],
    trustedProxies: [],
    quotas: QUOTAS,
    // Statements are prepared by some constructors, and none is run.
    sql: () => {},
    recommender: {},
    secretKey: new Uint8Array(32),
  } as never;
  const apps = {
    auth: createAuth(shared),
    recommender: createRecommender(shared),
    webhooks: createWebhooks(shared),
  };
  const entries = Object.entries(apps).map(async ([name, app]) => {
    return [name, await (await app.request("/openapi.json")).json()];
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Returns every operation of the documents. */
export function operationsOf(all: Record<ServiceName, Document>): DescribedOperation[] {
  return Object.entries(all).flatMap(([service, { paths }]) =>
    Object.entries<Record<string, unknown>>(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        service: service as ServiceName,
        name: `${method.toUpperCase()} ${path}`,
        operation,
      }))
    )
  );
}
