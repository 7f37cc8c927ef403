/** Request handling on Workers: each request has its own dependencies. */
import { Hono } from "hono";
import { requestId } from "hono/request-id";
import { LinearRouter } from "hono/router/linear-router";
import postgres, { type Sql } from "postgres";
import { ConfigError } from "./config.ts";
import type { Client, ClientOptions } from "./database/connection.ts";
import { ANSWER_MS, openPool } from "./database/connection_pool.ts";
import type { IdentityEnv } from "./identity/identity.ts";
import { Problem, problemOf, problemResponse } from "./problem.ts";
import type { LogEntry } from "./service/service.ts";
import { texts } from "./texts.ts";

/** Bindings of every service's Worker; settings and secrets are further string members. */
export interface WorkerEnv {
  HYPERDRIVE: { connectionString: string };
}

/** The runtime's context of a request. */
export interface ExecutionContext {
  /** Extends the call after the response, by up to 30 seconds. */
  waitUntil(work: Promise<unknown>): void;
}

/** Settings as in an environment. */
type Settings = Record<string, string | undefined>;

/** Resources of one call of a Worker; another call must not use them. */
export interface WorkerCall<Env extends WorkerEnv> {
  env: Env;
  settings: Settings;
  /** Closed when the call and its background work have finished. */
  sql: Sql;
  /** Runs work beyond the response; a failure is logged. */
  background: (work: Promise<unknown>) => void;
}

type App = {
  fetch(request: Request, bindings: IdentityEnv["Bindings"]): Response | Promise<Response>;
};

/** Writes a log entry as a JSON line to stdout. */
export function log(entry: LogEntry): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...entry }));
}

/** Returns `read` with its first result cached: the settings of an isolate never change. */
export function readOnce<Config>(
  read: (settings: Settings) => Config,
): (settings: Settings) => Config {
  let config: Config | undefined;
  return (settings) => config ??= read(settings);
}

/** A router for an app that answers one request: Hono's default first compiles all routes. */
export function oneRequestRouter(): Hono["router"] {
  return new LinearRouter();
}

/**
 * Returns the request handler. A socket opened in one request fails in the next, so `build` creates
 * the app for each request. Invalid settings are logged and answered by a problem.
 */
export function answerBy<Env extends WorkerEnv>(
  build: (call: WorkerCall<Env>) => App | Promise<App>,
): (request: Request, env: Env, context: ExecutionContext) => Promise<Response> {
  return (request, env, context) =>
    callOf({ env, context }, async (call) => {
      const app = await Promise.try(build, call).catch(unbuilt);
      // Cloudflare overwrites this header, so clients cannot forge it.
      return await app.fetch(request, {
        peer: request.headers.get("cf-connecting-ip") ?? undefined,
      });
    });
}

/** Runs one call, a request or a scheduled event, and closes its database afterwards. */
export async function callOf<Env extends WorkerEnv, Result>(
  { env, context }: { env: Env; context: ExecutionContext },
  run: (call: WorkerCall<Env>) => Promise<Result>,
): Promise<Result> {
  const given = Object.entries(env).filter(([, value]) => typeof value === "string");
  const url = env.HYPERDRIVE.connectionString;
  const database = lazyDatabase(url);
  const works: Promise<unknown>[] = [];
  try {
    return await run({
      env,
      settings: { ...Object.fromEntries(given), DATABASE_URL: url },
      sql: database.sql,
      background: (work) => void works.push(work.catch(logFailure)),
    });
  } finally {
    context.waitUntil(settled(works).then(() => database.end()));
  }
}

/** A pool opened at its first use, since many calls are answered from memory. */
function lazyDatabase(url: string): { sql: Sql; end(): Promise<void> | undefined } {
  let opened: Sql | undefined;
  const open = () =>
    opened ??= openPool((options) => openClient(url, options), { max: 5, limitMs: ANSWER_MS });
  const sql = new Proxy(function () {} as unknown as Sql, {
    apply: (_none, self, asked) => Reflect.apply(open(), self, asked),
    get: (_none, name) => Reflect.get(open(), name),
  });
  return { sql, end: () => opened?.end({ timeout: END_SECONDS }) };
}

/** Time for the last statements after all other work, in seconds. */
const END_SECONDS = 10;

/** A client of one connection. The runtime closes its socket at the end of the call. */
function openClient(url: string, { lost }: ClientOptions): Client {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 4,
    max_lifetime: null,
    // Fetching types would cost each request a round trip.
    fetch_types: false,
    types: { texts },
    onnotice: () => {},
    onclose: lost,
  });
  return { sql, cut: () => {} };
}

/** Waits for background work, including work added meanwhile. */
async function settled(works: Promise<unknown>[]): Promise<void> {
  while (works.length > 0) await Promise.all(works.splice(0));
}

/** App of a service that cannot be built: every path answers with the problem. */
function unbuilt(error: unknown): App {
  if (error instanceof ConfigError) log({ level: "error", message: error.message });
  else logFailure(error);
  const problem = error instanceof ConfigError
    ? new Problem("internal", "The service is not configured: its log names the invalid setting.")
    : problemOf(error);
  return new Hono<IdentityEnv>().use(requestId()).all("*", (c) => problemResponse(c, problem));
}

function logFailure(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  log({ level: "error", message, stack: error instanceof Error ? error.stack : undefined });
}
