/** How every service answers on Workers: with dependencies of each request's own. */
import { Hono } from "hono";
import { requestId } from "hono/request-id";
import { LinearRouter } from "hono/router/linear-router";
import postgres, { type Sql } from "postgres";
import { ConfigError } from "./config.ts";
import type { Client, ClientOptions } from "./connection.ts";
import { ANSWER_MS, openPool } from "./connection_pool.ts";
import type { IdentityEnv } from "./identity.ts";
import { Problem, problemOf, problemResponse } from "./problem.ts";
import type { LogEntry } from "./service.ts";
import { texts } from "./texts.ts";

/** What every service's Worker is bound to; settings and secrets are texts beside it. */
export interface WorkerEnv {
  HYPERDRIVE: { connectionString: string };
}

/** What the runtime gives beside a request. */
export interface ExecutionContext {
  /** Lets work go on when the request is answered, for up to 30 seconds. */
  waitUntil(work: Promise<unknown>): void;
}

/** As Deno's environment would hold them. */
type Settings = Record<string, string | undefined>;

/** What one call of a Worker has: none of it may be used by another. */
export interface WorkerCall<Env extends WorkerEnv> {
  env: Env;
  settings: Settings;
  /** Ended by itself when the call and its background work are done. */
  sql: Sql;
  /** Lets work go on when the answer is given; its failure is logged. */
  background: (work: Promise<unknown>) => void;
}

type App = {
  fetch(request: Request, bindings: IdentityEnv["Bindings"]): Response | Promise<Response>;
};

/** Log lines are JSON on stdout. */
export function log(entry: LogEntry): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...entry }));
}

/** Reads settings for the first call alone: those of an isolate never change. */
export function readOnce<Config>(
  read: (settings: Settings) => Config,
): (settings: Settings) => Config {
  let config: Config | undefined;
  return (settings) => config ??= read(settings);
}

/** A router for an app that answers once: Hono's own would sort all routes for that one. */
export function oneRequestRouter(): Hono["router"] {
  return new LinearRouter();
}

/**
 * The handler of requests. A socket of one request fails in the next, so `build` makes the app anew
 * for each; faulty settings are in the log, and the answer is a problem.
 */
export function answerBy<Env extends WorkerEnv>(
  build: (call: WorkerCall<Env>) => App | Promise<App>,
): (request: Request, env: Env, context: ExecutionContext) => Promise<Response> {
  return (request, env, context) =>
    callOf({ env, context }, async (call) => {
      const app = await Promise.try(build, call).catch(unbuilt);
      // Cloudflare sets this header itself, whatever the client sent.
      return await app.fetch(request, {
        peer: request.headers.get("cf-connecting-ip") ?? undefined,
      });
    });
}

/** Runs one call, be it a request or a timer's, and ends its database when all is done. */
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

/** A pool that is made when it is first asked: many a call finds in memory all that it needs. */
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

/** How long the call's last statements have when all else is done. */
const END_SECONDS = 10;

/** A client of one connection. Its socket ends with the call at the latest. */
function openClient(url: string, { lost }: ClientOptions): Client {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 4,
    max_lifetime: null,
    // Asking the database for its types first would cost each request a round trip.
    fetch_types: false,
    types: { texts },
    onnotice: () => {},
    onclose: lost,
  });
  return { sql, cut: () => {} };
}

/** Waits for works, and for those that they add. */
async function settled(works: Promise<unknown>[]): Promise<void> {
  while (works.length > 0) await Promise.all(works.splice(0));
}

/** The app of a service that cannot be built: each path says so. */
function unbuilt(error: unknown): App {
  if (error instanceof ConfigError) log({ level: "error", message: error.message });
  else logFailure(error);
  const problem = error instanceof ConfigError
    ? new Problem("internal", "The service is not set up: its log says which setting is at fault.")
    : problemOf(error);
  return new Hono<IdentityEnv>().use(requestId()).all("*", (c) => problemResponse(c, problem));
}

function logFailure(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  log({ level: "error", message, stack: error instanceof Error ? error.stack : undefined });
}
