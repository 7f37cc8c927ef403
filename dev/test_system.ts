/** The real system for a test: services and trainer as processes of their own on free ports. */
import { assert, assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { filmSample } from "./samples/films.ts";
import { freePort } from "./free_port.ts";
import { type Secrets, secretsOf } from "./secrets.ts";
import { address, type Service, services, untilUp } from "./services.ts";
import { supervise } from "./supervisor.ts";
import { type TestDatabase, testDatabase } from "./test_database.ts";
import { noteLog, noteSecrets, noteSecretsOf } from "./traces.ts";

export interface SystemOptions {
  /** Whether the dashboard runs, too. */
  web?: boolean;
  /** Where the dashboard is, if it is another's: the origin that may call with a login. */
  dashboard?: string;
  /** A database of the caller's, migrated, with a pool on it; without it, one is made and dropped. */
  database?: Pick<TestDatabase, "url" | "sql">;
  /** The MLflow server that keeps the models; without it, a folder does. */
  mlflow?: string;
  /** Added to the programs' environment. */
  env?: Record<string, string>;
  /** A home of the caller's, with secrets and blobs; without it, one is made and deleted. */
  home?: string;
  /** The folder of another version's code. */
  root?: string;
}

/** A running system; ends with its scope. */
export interface System extends AsyncDisposable {
  at: Record<"auth" | "recommender" | "webhooks" | "web", string>;
  /** What the programs said lately, for the message of a failure. */
  log(): string;
  /** All that they said. */
  lines: readonly string[];
  /** The installation's secrets. */
  secrets: Secrets;
  /** Its database, as one that may do anything. */
  sql: Sql;
  databaseUrl: string;
  /** Where its models lie. */
  blobsFolder: string;
  pidOf(name: string): number | undefined;
}

/** A project as the API shows it. */
export interface ProjectAnswer {
  id: number;
  status: string;
  model_type: string;
  mlflow_model_name: string;
  mlflow_model_version: string | number;
}

/** One recommendation of an answer. */
export interface Recommended {
  item_id: string;
  item_title: string;
  score: number;
}

/** Starts a system on a database of its own. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { web = false, dashboard, mlflow, env } = options;
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
    dashboard,
  }).filter(({ name }) => web || name !== "web")
    .map((program) => ({
      ...program,
      ...(options.root && { cwd: options.root }),
      env: { ...program.env, ...env },
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

/** Calls and expects a status; gives the answer's JSON. */
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

/** A body of JSON. */
export function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

/** Signs somebody up and in; gives the headers of their calls. */
export async function signedUp({ at }: System): Promise<{ authorization: string }> {
  const account = { name: "Ada", email: "ada@example.com", password: "a fine long password" };
  noteSecrets(account.password);
  await call(`${at.auth}/signup`, { ...json(account), expect: 201 });
  const { token } = await call(`${at.auth}/login`, json(account));
  return { authorization: `Bearer ${token}` };
}

/** A file to upload, and which of its columns is which. */
export interface TestUpload {
  file: File;
  schema: Record<string, string | string[]>;
}

/** Uploads files as a project. */
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

/** Uploads the film sample as a hybrid project. */
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

/** Polls the project until `accept` takes its status. */
export async function untilStatus(
  system: System,
  headers: { authorization: string },
  { id, accept, patienceMs = 180_000 }: {
    id: number;
    accept: (status: string) => boolean;
    patienceMs?: number;
  },
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const state = await call(`${system.at.recommender}/project/${id}/status`, { headers });
    if (accept(state.status)) return;
    const shown = `${JSON.stringify(state)}\n${system.log()}`;
    assert(state.status !== "ERROR", `the training failed: ${shown}`);
    assert(Date.now() < deadline, `still not there after ${patienceMs / 1000} s: ${shown}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits for the first model. */
export async function untilReady(
  system: System,
  headers: { authorization: string },
  options: { id: number; patienceMs?: number },
): Promise<void> {
  await untilStatus(system, headers, { ...options, accept: (status) => status === "READY" });
}
