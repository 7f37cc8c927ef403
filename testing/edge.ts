/** The services in workerd, for tests, with their own database and bucket. */
import { assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { s3Blobs } from "../functions/recommender/blobs/s3.ts";
import { encodeModel } from "../functions/recommender/model/artifact/artifact.ts";
import { exampleModel } from "./example_model.ts";
import { installationId } from "../functions/recommender/projects/projects.ts";
import { folderRegistry } from "../functions/recommender/registry/folder.ts";
import type { Registry } from "../functions/recommender/registry/registry.ts";
import { publishChampion } from "./champion.ts";
import { startEdge } from "../dev/edge.ts";
import { testDatabase } from "./database.ts";

export const SECRETS = {
  jwt_secret: "the key of access tokens, for tests only",
  service_secret: "the key of service tokens, for tests only",
  password_pepper: "what passwords are peppered with, for tests",
  airec_secret_key: new Uint8Array(32).toBase64({ alphabet: "base64url", omitPadding: true }),
};

/** Starts Workers on a new database. */
export async function testEdge(
  settings: Parameters<typeof startEdge>[0]["settings"] = {},
  { visitorCalls }: { visitorCalls?: number } = {},
) {
  await using stack = new AsyncDisposableStack();
  const { url, sql } = stack.use(await testDatabase());
  const databaseUrl = await loginOfWorkers({ url, sql }, stack);
  const lines: string[] = [];
  const edge = stack.use(
    await startEdge({
      databaseUrl,
      secrets: SECRETS,
      settings: { ...settings, auth: { BCRYPT_COST: "10", ...settings.auth } },
      visitorCalls,
      say: (line) => void lines.push(line),
    }),
  );
  const running = stack.move();
  return {
    ...edge,
    sql,
    databaseUrl,
    log: () => lines.join("\n"),
    /** Sends a request, checks its status, and returns the response's JSON. */
    async call(
      service: keyof typeof edge.at,
      path: string,
      { expect = 200, ...init }: RequestInit & { expect?: number } = {},
      // deno-lint-ignore no-explicit-any
    ): Promise<any> {
      const response = await fetch(edge.at[service] + path, init);
      const text = await response.text();
      assertEquals(response.status, expect, `${path}: ${text}\n${lines.slice(-20).join("\n")}`);
      return text === "" ? null : JSON.parse(text);
    },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** Creates a login as the README describes for Hyperdrive, without ownership; returns its URL. */
async function loginOfWorkers(
  { url, sql }: { url: string; sql: Sql },
  stack: AsyncDisposableStack,
): Promise<string> {
  const login = new URL(url);
  login.username = `workers_${crypto.randomUUID().replaceAll("-", "")}`;
  login.password = crypto.randomUUID();
  const name = sql(login.username);
  await sql.unsafe(
    `create role ${login.username} login password '${login.password}' in role airec_service`,
  );
  stack.defer(async () => void await sql`drop role ${name}`);
  await sql`grant airec_sender to ${name} with inherit false`;
  return login.href;
}

export type TestEdge = Awaited<ReturnType<typeof testEdge>>;

/** Returns the options of a POST with a JSON body. */
export function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  };
}

/** Creates an account; returns the authorization header. */
export async function signedUp({ call }: TestEdge): Promise<{ authorization: string }> {
  const account = { name: "Ada", email: "ada@example.com", password: "a fine long password" };
  await call("auth", "/signup", { ...json(account), expect: 201 });
  const { token } = await call("auth", "/login", json(account));
  return { authorization: `Bearer ${token}` };
}

/**
 * Publishes a model (by default the example model) as the champion of a project: through S3, as a
 * trainer does, or into `registry`. Returns the version.
 */
export async function publish(
  edge: TestEdge,
  id: number,
  { registry, files }: { registry?: Registry; files?: Record<string, Uint8Array<ArrayBuffer>> } =
    {},
): Promise<string> {
  registry ??= folderRegistry(s3Blobs(edge.s3), {
    installation: await installationId(edge.sql),
  });
  const version = await publishChampion(registry, {
    model: `project-${id}-recommender`,
    metrics: { ndcg_10: 0.5 },
    files: files ?? await encodeModel(exampleModel("COLLABORATIVE")),
  });
  await edge.sql`
    update recommender.recommender_projects
    set status = 'READY', mlflow_model_version = ${version}, trained_at = now()
    where id = ${id}`;
  return version;
}
