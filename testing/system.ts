/** The whole system for tests: services and trainer as processes on free ports. */
import { assert, assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { filmSample } from "../samples/films.ts";
import { freePort } from "../ops/processes/free_port.ts";
import { type Secrets, secretsOf } from "../ops/home/secrets.ts";
import { address, type Service, services, untilUp } from "../dev/services.ts";
import { supervise } from "../ops/processes/supervisor.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { noteLog, noteSecrets, noteSecretsOf } from "./runner/traces.ts";

export interface SystemOptions {
  /** Whether to run the dashboard in development, too; `builtPage` serves the built one. */
  web?: boolean;
  /** A migrated database of the caller with a pool; by default one is created and dropped. */
  database?: Pick<TestDatabase, "url" | "sql">;
  /** URL of the MLflow server used as the registry; by default a folder. */
  mlflow?: string;
  /**
   * Added to the programs' environment. Trainings do not search, so that tests which need a served
   * model are short; `SEARCH_LIMIT: "full"` says otherwise.
   */
  env?: Record<string, string>;
  /** Home of the caller, with secrets and blobs; by default one is created and deleted. */
  home?: string;
  /** Root folder of another version's code. */
  root?: string;
}

/** A running system; ends with its scope. */
export interface System extends AsyncDisposable {
  at: Record<"auth" | "recommender" | "webhooks" | "web", string>;
  /** Returns the programs' latest output, for error messages. */
  log(): string;
  /** All lines of output. */
  lines: readonly string[];
  /** Secrets of the installation. */
  secrets: Secrets;
  /** Superuser pool on its database. */
  sql: Sql;
  databaseUrl: string;
  /** Folder of its models. */
  blobsFolder: string;
  pidOf(name: string): number | undefined;
}

/** A project in the API. */
export interface ProjectAnswer {
  id: number;
  status: string;
  model_type: string;
  mlflow_model_name: string;
  mlflow_model_version: string | number;
}

/** One recommendation of a response. */
export interface Recommended {
  item_id: string;
  item_title: string;
  score: number;
}

/** Starts a system, by default on a new database. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { web = false, mlflow, env } = options;
  await using stack = new AsyncDisposableStack();
  const database = options.database ?? stack.use(await testDatabase());
  const home = options.home ?? await Deno.makeTempDir({ prefix: "airec-system-" });
  if (!options.home) stack.defer(() => Deno.remove(home, { recursive: true }));
  const ports = {
    auth: freePort(),
    webhooks: freePort(),
    recommender: freePort(),
    web: freePort(),
  };
  const secrets = await secretsOf(home);
  noteSecrets(...Object.values(secrets));
  const programs: Service[] = services({
    databaseUrl: database.url,
    blobsFolder: `${home}/blobs`,
    ports,
    secrets,
    mlflow,
  }).filter(({ name }) => web || name !== "web")
    .map((program) => ({
      ...program,
      ...(options.root && { cwd: options.root }),
      env: { ...program.env, SEARCH_LIMIT: "first", ...env },
    }));

  const lines: string[] = [];
  const supervisor = supervise(programs, {
    say: (name, line) => {
      lines.push(`${name} | ${line}`);
      noteLog(line);
    },
  });
  stack.defer(() => supervisor.stop());
  const log = () => lines.slice(-60).join("\n");
  await untilUp(programs).catch((error) => {
    throw new Error(`${error.message}\n${log()}`);
  });

  const running = stack.move();
  return {
    at: {
      auth: address("auth", ports),
      recommender: address("recommender", ports),
      webhooks: address("webhooks", ports),
      web: address("web", ports),
    },
    log,
    lines,
    secrets,
    sql: database.sql,
    databaseUrl: database.url,
    blobsFolder: `${home}/blobs`,
    pidOf: supervisor.pidOf,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** Sends a request, checks its status, and returns the response's JSON. */
export async function call(
  url: string,
  init: RequestInit & { expect?: number } = {},
  // deno-lint-ignore no-explicit-any
): Promise<any> {
  const { expect = 200, ...request } = init;
  const response = await fetch(url, request);
  const text = await response.text();
  assertEquals(response.status, expect, `${request.method ?? "GET"} ${url}: ${text}`);
  if (text === "") return null;
  const answer = JSON.parse(text);
  noteSecretsOf(answer);
  return answer;
}

/** Returns the options of a POST with a JSON body. */
export function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

/** Creates an account and signs in; returns the authorization header. */
export async function signedUp({ at }: System): Promise<{ authorization: string }> {
  const account = { name: "Ada", email: "ada@example.com", password: "a fine long password" };
  noteSecrets(account.password);
  await call(`${at.auth}/signup`, { ...json(account), expect: 201 });
  const { token } = await call(`${at.auth}/login`, json(account));
  return { authorization: `Bearer ${token}` };
}

/** A file to upload with its column mapping. */
export interface TestUpload {
  file: File;
  schema: Record<string, string | string[]>;
}

/** Creates a project from files. */
export async function createProject(
  { at }: System,
  headers: { authorization: string },
  { name, content, interaction }: { name: string; content: TestUpload; interaction: TestUpload },
): Promise<ProjectAnswer> {
  const body = new FormData();
  body.set("project_name", name);
  for (const [kind, { file, schema }] of Object.entries({ content, interaction })) {
    body.set(`${kind}_schema_json`, JSON.stringify(schema));
    body.set(`${kind}_file`, file);
  }
  const url = `${at.recommender}/create-project/`;
  return await call(url, { method: "POST", headers, body, expect: 201 });
}

/** Creates a hybrid project from the film sample. */
export async function createFilmProject(
  system: System,
  headers: { authorization: string },
): Promise<ProjectAnswer> {
  const { items, interactions } = filmSample();
  return await createProject(system, headers, {
    name: "Films",
    content: {
      file: new File([items], "films.csv"),
      schema: { item_id: "film_id", item_title: "title", feature_col: ["genres", "year"] },
    },
    interaction: {
      file: new File([interactions], "ratings.csv"),
      schema: {
        user_id: "user_id",
        item_id: "film_id",
        rating: "rating",
        timestamp: "timestamp",
      },
    },
  });
}

/** Polls the project until `accept` returns true for its status and its search. */
export async function untilStatus(
  system: System,
  headers: { authorization: string },
  { id, accept, patienceMs = 180_000 }: {
    id: number;
    accept: (status: string, improving: unknown) => boolean;
    patienceMs?: number;
  },
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const state = await call(`${system.at.recommender}/project/${id}/status`, { headers });
    if (accept(state.status, state.improving)) return;
    const shown = `${JSON.stringify(state)}\n${system.log()}`;
    assert(state.status !== "ERROR", `the training failed: ${shown}`);
    assert(Date.now() < deadline, `still not there after ${patienceMs / 1000} s: ${shown}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits for the first model, which may not be the best yet. */
export async function untilReady(
  system: System,
  headers: { authorization: string },
  options: { id: number; patienceMs?: number },
): Promise<void> {
  await untilStatus(system, headers, { ...options, accept: (status) => status === "READY" });
}

/** Waits for the best model: the end of the search. */
export async function untilBest(
  system: System,
  headers: { authorization: string },
  options: { id: number; patienceMs?: number },
): Promise<void> {
  const accept = (status: string, improving: unknown) => status === "READY" && improving === null;
  await untilStatus(system, headers, { ...options, accept });
}
