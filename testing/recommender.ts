/**
 * The recommender for tests on a real Postgres: in this process with a blob folder, or in workerd
 * with a bucket (see workerd_suite_test.ts).
 */
import { createHash } from "node:crypto";
import type { Sql } from "postgres";
import { publishChampion } from "./champion.ts";
import { testDatabase } from "./database.ts";
import { noteLog, noteSecrets } from "./runner/traces.ts";
import { DRIVER, workerdRecommender } from "./in_workerd.ts";
import { ACCESS, mintToken, SERVICE } from "../functions/http/identity/identity.ts";
import { type App, createApp } from "../functions/recommender/app.ts";
import type { Addresses } from "../functions/recommender/addresses/addresses.ts";
import type { Blobs } from "../functions/recommender/blobs/blobs.ts";
import { diskBlobs } from "../functions/recommender/blobs/disk.ts";
import { encodeModel, MODEL } from "../functions/recommender/model/artifact/artifact.ts";
import type { Model } from "../functions/recommender/model/model.ts";
import { installationId } from "../functions/recommender/projects/projects.ts";
import { QUOTAS, type Quotas } from "../functions/recommender/projects/quotas.ts";
import { SETTING_LIMITS, type SettingLimits } from "../functions/recommender/projects/settings.ts";
import { modelCache } from "../functions/recommender/registry/cache/model_cache.ts";
import { folderRegistry } from "../functions/recommender/registry/folder.ts";
import type { Registry } from "../functions/recommender/registry/registry.ts";
import { idKeys } from "../functions/recommender/results/recommendation_id.ts";

export interface TestRecommender extends AsyncDisposable {
  app: App;
  sql: Sql;
  /** Pool of the service, under its role. */
  service: Sql;
  blobs: Blobs;
  /** For a trainer process. */
  databaseUrl: string;
  blobsFolder: string;
  /** Creates a user; returns a client with the user's token. */
  signUp(name: string): Promise<Client>;
  registry: Registry;
  /**
   * Publishes a model as the project's champion and marks the project READY; returns its version.
   * @param options.damaged whether to truncate the model file
   */
  publish(
    projectId: number,
    model: Model,
    options?: {
      damaged?: boolean;
      report?: Record<string, unknown>;
      tags?: Record<string, string>;
    },
  ): Promise<string>;
}

/** HTTP client of one user. */
export interface Client {
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Returns the status and the parsed body. */
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  /** Sends a request with any method, and a JSON body if given. */
  send(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Sends a form with its fields in the given order. */
  upload(fields: Record<string, string | File>): Promise<Answer>;
}

export interface Answer {
  status: number;
  // deno-lint-ignore no-explicit-any
  body: any;
  headers: Headers;
}

/** Signing key of users' access tokens. */
export const SECRET = "a secret of more than thirty-two bytes";
/** Signing key of the webhooks service's tokens. */
export const SERVICE_SECRET = `${SECRET}!`;

export async function testRecommender(
  options: {
    uploadLimitBytes?: number;
    quotas?: Quotas;
    settingLimits?: SettingLimits;
    /** Opens addresses; only in this process. */
    addresses?: Addresses;
    /** The folder registry by default. */
    openRegistry?: (blobs: Blobs, options: { installation: string }) => Registry;
  } = {},
): Promise<TestRecommender> {
  const { uploadLimitBytes = 1024 * 1024, quotas = QUOTAS, openRegistry = folderRegistry } =
    options;
  const { settingLimits = SETTING_LIMITS } = options;
  const set = { uploadLimitBytes, quotas, settingLimits, openRegistry };
  const driver = Deno.env.get(DRIVER);
  const place = driver
    ? await inWorkerd(driver, set)
    : await inThisProcess({ ...set, addresses: options.addresses });
  const { app, sql, registry, close } = place;
  return {
    ...place,
    async signUp(name) {
      const [{ id }] = await sql<{ id: string }[]>`
        insert into auth.users (name, email, password)
        values (${name}, ${`${name}@example.test`}, '') returning id`;
      const token = await mintToken(id, { kind: ACCESS, secret: SECRET, seconds: 600 });
      noteSecrets(token);
      return client(app, token);
    },
    async publish(projectId, model, { damaged = false, report = {}, tags = {} } = {}) {
      const files = await encodeModel(model);
      files["report.json"] = new TextEncoder().encode(JSON.stringify(report));
      files["run.json"] = new TextEncoder().encode("{}");
      if (damaged) files[MODEL] = files[MODEL].slice(0, -1);
      const version = await publishChampion(registry, {
        model: `project-${projectId}-recommender`,
        metrics: { ndcg_10: 0.5 },
        tags,
        files,
      });
      await sql`
        update recommender.recommender_projects
        set status = 'READY', mlflow_model_version = ${version}, trained_at = now(),
          report = ${sql.json(report as never)}
        where id = ${projectId}`;
      await sql`
        insert into recommender.promotions (project_id, version, reason)
        values (${projectId}, ${version}, 'TRAINED')`;
      return version;
    },
    [Symbol.asyncDispose]: close,
  };
}

interface Options {
  uploadLimitBytes: number;
  quotas: Quotas;
  settingLimits: SettingLimits;
  openRegistry: (blobs: Blobs, options: { installation: string }) => Registry;
}

/** Starts the service in this process on a new database. */
async function inThisProcess(
  { uploadLimitBytes, quotas, settingLimits, openRegistry, addresses }: Options & {
    addresses?: Addresses;
  },
) {
  const database = await testDatabase();
  const { sql } = database;
  const folder = await Deno.makeTempDir({ prefix: "airec-recommender-" });
  const blobs = diskBlobs(folder);
  const registry = openRegistry(blobs, { installation: await installationId(sql) });
  const models = modelCache(registry, { pollMs: 20 });
  const app = createApp({
    sql: database.service,
    blobs,
    addresses,
    registry,
    models,
    sha256() {
      const hash = createHash("sha256");
      return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
    },
    trusted: [
      { kind: ACCESS, secrets: [SECRET] },
      { kind: SERVICE, secrets: [SERVICE_SECRET] },
    ],
    idKeys: idKeys([SECRET]),
    dashboardOrigin: "http://dashboard.test",
    uploadLimitBytes,
    quotas,
    settingLimits,
    log: noteLog,
  });
  return {
    ...{ app, sql, service: database.service, blobs, registry },
    databaseUrl: database.url,
    blobsFolder: folder,
    async close() {
      models.close();
      await database[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Starts the service in workerd; its files are in a bucket. */
async function inWorkerd(
  driver: string,
  { uploadLimitBytes, quotas, settingLimits, openRegistry }: Options,
) {
  const place = await workerdRecommender(driver, {
    UPLOAD_LIMIT_BYTES: String(uploadLimitBytes),
    QUOTA_PROJECTS: String(quotas.projects),
    QUOTA_BYTES: String(quotas.bytes),
    QUOTA_UNPACKED_BYTES: String(quotas.unpackedBytes),
    QUOTA_ROWS: String(quotas.rows),
    QUOTA_TRAININGS: String(quotas.trainings),
    QUOTA_EVENTS: String(quotas.events),
    BUDGET_LIMIT_SECONDS: String(settingLimits.budgetSeconds),
    MEMORY_LIMIT_BYTES: String(settingLimits.memoryBytes),
    RETRAIN_LEAST_HOURS: String(settingLimits.retrainHours),
    SEARCH_LIMIT: settingLimits.search,
    FEEDS_ALLOW_LOOPBACK: "false",
    DASHBOARD_ORIGIN: "http://dashboard.test",
    JWT_SECRET: SECRET,
    SERVICE_SECRET,
  });
  const installation = await installationId(place.sql);
  const registry = openRegistry(place.blobs, { installation });
  return { ...place, service: place.sql, registry, blobsFolder: "" };
}

function client(app: App, token: string): Client {
  const request = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    return await app.request(path, { ...init, headers });
  };
  const answer = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await request(path, init);
    const text = await response.text();
    const { status, headers } = response;
    return { status, body: text === "" ? null : JSON.parse(text), headers };
  };
  const send = (method: string, path: string, body?: unknown) =>
    answer(path, {
      method,
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
  return {
    request,
    get: (path) => answer(path),
    post: (path, body) => send("POST", path, body),
    send,
    upload(fields) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      return answer("/create-project/", { method: "POST", body: form });
    },
  };
}
