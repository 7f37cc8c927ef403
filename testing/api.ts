/** For tests of the whole API: the three services with objects to request. */
import type { Ports } from "../dev/services.ts";
import {
  call,
  createFilmProject,
  json,
  signedUp,
  startSystem,
  type System,
  untilReady,
} from "./system.ts";

export type ServiceName = Exclude<keyof Ports, "web">;

/** A running system with a trained project, an app with a key, and an endpoint. */
export interface TestApi extends AsyncDisposable {
  system: System;
  /** Credentials for every route: a login and an API key. */
  headers: Record<string, string>;
  /** Existing values by the names of parameters and members. */
  known: Record<string, string | number>;
  /** Returns a service's OpenAPI document. */
  document(name: ServiceName): Promise<OpenApi>;
}

/** The members of an OpenAPI document that the tests read. */
export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

export interface Operation {
  parameters?: { name: string; in: "path" | "query" | "header"; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

export interface Schema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: unknown[];
}

/** Starts the system, trains the film sample, and registers an app. */
export async function startApi(): Promise<TestApi> {
  await using stack = new AsyncDisposableStack();
  const system = stack.use(await startSystem());
  const { at } = system;
  const login = await signedUp(system);
  const { id } = await createFilmProject(system, login);
  const app = { app_name: "Shop", webhook_url: "http://127.0.0.1:1024/hook" };
  const { app_id, api_key } = await call(`${at.webhooks}/api/apps/register`, {
    ...json(app, login),
    expect: 201,
  });
  const [{ endpoint_id }] = await call(`${at.webhooks}/api/apps/${app_id}/endpoints`, {
    headers: login,
  });
  await untilReady(system, login, { id });
  const running = stack.move();
  return {
    system,
    headers: { ...login, "x-api-key": api_key },
    known: { project_id: id, app_id, endpoint_id, version: "1", item_id: "1", user_id: "1" },
    document: (name) => call(`${at[name]}/openapi.json`),
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}
