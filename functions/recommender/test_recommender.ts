/** For tests: the whole recommender in this process, on a real Postgres and a folder of its own. */
import { createHash } from "node:crypto";
import type { Sql } from "postgres";
import { testDatabase } from "../../dev/test_database.ts";
import { ACCESS, mintToken, SERVICE } from "../http/identity.ts";
import { type App, createApp } from "./app.ts";
import type { Blobs } from "./blobs/blobs.ts";
import { diskBlobs } from "./blobs/disk.ts";
import { encodeModel, MODEL } from "./model/artifact.ts";
import type { Model, ModelType, SparseRows } from "./model/model.ts";
import { stringTable } from "./model/string_table.ts";
import { installationId } from "./projects.ts";
import { modelCache } from "./registry/cache.ts";
import { folderRegistry } from "./registry/folder.ts";

export interface TestRecommender extends AsyncDisposable {
  app: App;
  sql: Sql;
  blobs: Blobs;
  /** Makes a user; the requests of that user. */
  signUp(name: string): Promise<Client>;
  /**
   * Publishes a model as the project's champion and marks the project READY.
   * @param options.damaged as if its bytes were lost on the way.
   */
  publish(projectId: number, model: Model, options?: { damaged?: boolean }): Promise<void>;
}

/** One user's way to the service. */
export interface Client {
  request(path: string, init?: RequestInit): Promise<Response>;
  /** The status with the parsed body. */
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  /** A form with its fields in the order given. */
  upload(fields: Record<string, string | File>): Promise<Answer>;
}

export interface Answer {
  status: number;
  // deno-lint-ignore no-explicit-any
  body: any;
  headers: Headers;
}

const SECRET = "a secret of more than thirty-two bytes";

export async function testRecommender(
  { uploadLimitBytes = 1024 * 1024 }: { uploadLimitBytes?: number } = {},
): Promise<TestRecommender> {
  const database = await testDatabase();
  const { sql } = database;
  const folder = await Deno.makeTempDir({ prefix: "airec-recommender-" });
  const blobs = diskBlobs(folder);
  const registry = folderRegistry(blobs, { installation: await installationId(sql) });
  const models = modelCache(registry, { pollMs: 20 });
  const app = createApp({
    sql,
    blobs,
    models,
    sha256() {
      const hash = createHash("sha256");
      return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest("hex") };
    },
    trusted: [
      { kind: ACCESS, secrets: [SECRET] },
      { kind: SERVICE, secrets: [`${SECRET}!`] },
    ],
    dashboardOrigin: "http://dashboard.test",
    uploadLimitBytes,
    log: () => {},
  });
  return {
    app,
    sql,
    blobs,
    async signUp(name) {
      const [{ id }] = await sql<{ id: string }[]>`
        insert into auth.users (name, email, password)
        values (${name}, ${`${name}@example.test`}, '') returning id`;
      return client(app, await mintToken(id, { kind: ACCESS, secret: SECRET, seconds: 600 }));
    },
    async publish(projectId, model, { damaged = false } = {}) {
      const files = await encodeModel(model);
      if (damaged) files[MODEL] = files[MODEL].slice(0, -1);
      const name = `project-${projectId}-recommender`;
      const { version } = await registry.publish({
        model: name,
        description: "",
        trainingId: crypto.randomUUID(),
        parameters: {},
        metrics: {},
        tags: {},
        files,
        startedAt: new Date(),
      });
      await registry.setAlias(name, "champion", version);
      await sql`
        update recommender.recommender_projects
        set status = 'READY', mlflow_model_version = ${version}, trained_at = now()
        where id = ${projectId}`;
    },
    async [Symbol.asyncDispose]() {
      models.close();
      await database[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
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
  return {
    request,
    get: (path) => answer(path),
    post: (path, body) =>
      answer(path, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    upload(fields) {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      return answer("/create-project/", { method: "POST", body: form });
    },
  };
}

/** Five films; ann had 1 and 2, user 7 had 3. Two films are titled "Solaris". */
export function filmModel(model_type: ModelType): Model {
  const popularity = new Uint32Array([3, 2, 5, 1, 4]);
  const precedes = (a: number, b: number) => popularity[b] - popularity[a] || a - b;
  return {
    manifest: {
      format: "airec-model",
      format_version: 1,
      model_type,
      algorithm: "by hand",
      parameters: {},
      gamma: 0.5,
      dataset_fingerprint: "",
      items: 5,
      users: 2,
      interactions: 3,
      sha256: {},
    },
    items: {
      ids: stringTable(["1", "2", "3", "04", "five"]),
      titles: stringTable(["Heat", "Solaris", "Solaris", "Alien", "Amélie"], precedes),
      popularity,
      popularOrder: Uint32Array.from([2, 4, 0, 1, 3]),
    },
    weights: sparseRows([
      [[1, 1], [3, 0.5]],
      [[0, 1], [4, 0.25]],
      [[4, 0.5]],
      [[0, 0.5], [2, 0.1]],
      [[1, 0.25]],
    ]),
    users: model_type === "CONTENT" ? undefined : {
      ids: stringTable(["ann", "7"]),
      histories: sparseRows([[[0, 1], [1, 1]], [[2, 1]]]),
    },
  };
}

function sparseRows(entries: [column: number, value: number][][]): SparseRows {
  const offsets = new Uint32Array(entries.length + 1);
  entries.forEach((row, r) => offsets[r + 1] = offsets[r] + row.length);
  return {
    offsets,
    columns: Uint32Array.from(entries.flat().map(([column]) => column)),
    values: Float32Array.from(entries.flat().map(([, value]) => value)),
  };
}
