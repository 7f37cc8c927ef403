/**
 * Checks that an erased user's id, and then everything of a deleted account, is in no file: of the
 * installation's home, including gzipped ones, of the database with its write-ahead log, and of
 * MLflow's store.
 */
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { ignoreWithout } from "../testing/runner/optional_parts.ts";
import { filmSample } from "../samples/films.ts";
import { mlflowCommand, startMlflow } from "../ops/home/mlflow.ts";
import {
  call,
  createProject,
  json,
  startSystem,
  type System,
  untilStatus,
} from "../testing/system.ts";
import { until } from "../testing/until.ts";
import { noteSecrets } from "../testing/runner/traces.ts";
import { markedFiles } from "../testing/faults/marked_files.ts";
import { markedInPostgres } from "../testing/faults/marked_in_postgres.ts";
import { ownPostgres } from "../testing/own_postgres.ts";

/** 40 characters each, so that they do not occur by chance. */
const PERSON = "person-0123456789-abcdefghijklmnopqrstuv";
const VISITOR = "5f0b8a0e-3c51-4f5e-9d2a-7c1e4b6a9f10";
const ACCOUNT = "account-9876543210-vutsrqponmlkjihgfedcb";

/** Lines of the sample that are trained on. */
const ROWS = 3_000;

const PATIENCE = { patienceMs: 180_000, everyMs: 200 };

Deno.test({
  name: "an erased user remains only in one table, a deleted account nowhere",
  ignore: ignoreWithout("mlflow"),
  async fn() {
    await using stack = new AsyncDisposableStack();
    const server = stack.use(await ownPostgres());
    const home = await Deno.makeTempDir({ prefix: "airec-gone-" });
    stack.defer(() => Deno.remove(home, { recursive: true }));
    await Deno.mkdir(`${home}/tmp`);
    const mlflow = await startMlflow({ folder: `${home}/mlflow` });
    stack.defer(() => mlflow.stop());
    const { sql } = server;
    const start = () =>
      startSystem({ database: server, home, mlflow: mlflow.url, env: { TMPDIR: `${home}/tmp` } });
    const inHome = async (mark: string) =>
      (await markedFiles(home, mark)).map((path) => path.slice(home.length + 1));

    let login: { authorization: string };
    {
      await using system = await start();
      login = await signedUp(system);
      const id = await trained(system, login);
      // The outbox has calls whose request id is the user's id, the catalog samples of all of it.
      const { api_key } = await call(`${system.at.webhooks}/api/apps/register`, {
        ...json({ app_name: ACCOUNT, webhook_url: "https://127.0.0.1:65533/hook" }, login),
        expect: 201,
      });
      const { items: [{ item_title }] } = await call(
        `${system.at.recommender}/project/${id}/items?limit=1`,
        { headers: login },
      );
      const asked = { project_id: id, user_id: PERSON, item_title };
      for (let n = 1; n <= 3; n++) {
        await call(
          `${system.at.webhooks}/api/recommend`,
          json({ ...asked, n }, { "x-api-key": api_key, "x-request-id": PERSON }),
        );
      }
      const byKey = (path: string, body: object) =>
        call(`${system.at.webhooks}/api/${path}`, {
          ...json({ project_id: id, ...body }, { "x-api-key": api_key }),
          expect: path === "interactions" ? 202 : 200,
        });
      // A visitor signs in as the user.
      const view = { events: [{ type: "view", item_id: "7", id: VISITOR }] };
      await byKey("interactions", { anonymous_id: VISITOR, ...view });
      await byKey("users/merge", { from: VISITOR, into: PERSON });
      await byKey("interactions", { user_id: PERSON, events: [{ type: "view", item_id: "8" }] });
      await call(
        `${system.at.webhooks}/api/recommend`,
        json(
          { project_id: id, anonymous_id: VISITOR },
          { "x-api-key": api_key, "x-request-id": VISITOR },
        ),
      );
      const events = await sql`select from webhooks.events where request_id = ${PERSON}`;
      assertEquals(events.length, 3);
      await sql`analyze`;
      assert((await inHome(PERSON)).some((path) => path.startsWith("blobs/")));
      assert((await inHome(PERSON)).some((path) => path.startsWith("mlflow/artifacts/")));
      await sql`checkpoint`;
      assert((await markedFiles(server.data, ACCOUNT)).length > 3);

      const users = `${system.at.recommender}/project/${id}/users`;
      await call(`${users}/${PERSON}`, { method: "DELETE", headers: login, expect: 202 });
      await until(
        async () => (await call(`${users}/erased`, { headers: login })).pending === 0,
        PATIENCE,
      );
      await untilStatus(system, login, { id, accept: (status) => status === "READY" });
      // The outbox forgets a user a minute after the erasure, when no earlier call can be in
      // progress.
      await sql`update webhooks.forgettings set created_at = created_at - interval '1 minute'`;
      await until(async () => await isDone(server), PATIENCE);
    }
    assertEquals(await inHome(PERSON), []);
    assertEquals(await inHome(VISITOR), []);
    for (const mark of [PERSON, VISITOR]) {
      assertEquals(await markedInPostgres(server, mark), ["recommender.erased_users"]);
    }

    {
      await using system = await start();
      await call(`${system.at.auth}/me`, {
        ...json({ password: PASSWORD }, login),
        method: "DELETE",
        expect: 204,
      });
      // Erasing a model waits for the lease of a training.
      await sql`update recommender.erasures set created_at = now() - interval '1 hour'`;
      await until(async () => await isDone(server), PATIENCE);
    }
    const before = await inHome(ACCOUNT);
    assertEquals(before.filter((path) => path !== "mlflow/mlflow.db"), []);
    // MLflow keeps rows about deleted runs until its garbage collection.
    await collectGarbage(`${home}/mlflow`, mlflow.url);
    for (const mark of [PERSON, VISITOR, ACCOUNT]) {
      assertEquals(await markedInPostgres(server, mark), []);
      assertEquals(await inHome(mark), []);
    }
  },
});

const PASSWORD = "a fine long password";

async function signedUp({ at }: System): Promise<{ authorization: string }> {
  noteSecrets(PASSWORD);
  const account = { name: ACCOUNT, email: `${ACCOUNT}@example.com`, password: PASSWORD };
  await call(`${at.auth}/signup`, { ...json(account), expect: 201 });
  const { token } = await call(`${at.auth}/login`, json(account));
  return { authorization: `Bearer ${token}` };
}

/** Creates and trains a project with the user in gzipped interactions; returns its id. */
async function trained(system: System, login: { authorization: string }): Promise<number> {
  const { items, interactions } = filmSample();
  const some = interactions.split("\n").slice(0, ROWS).join("\n") + "\n";
  const rows = some + [1, 2, 3, 4].map((film) => `${PERSON},${film},5,1000\n`).join("");
  const packed = await new Response(
    new Blob([rows]).stream().pipeThrough(new CompressionStream("gzip")),
  ).bytes();
  const { id } = await createProject(system, login, {
    name: ACCOUNT,
    content: {
      file: new File([items], `${ACCOUNT}.csv`),
      schema: { item_id: "film_id", item_title: "title", feature_col: ["genres", "year"] },
    },
    interaction: {
      file: new File([packed], `${ACCOUNT}.csv.gz`),
      schema: { user_id: "user_id", item_id: "film_id", rating: "rating", timestamp: "timestamp" },
    },
  });
  await untilStatus(system, login, { id, accept: (status) => status === "READY" });
  return id;
}

/** Runs MLflow's garbage collection, and frees the bytes of deleted rows. */
async function collectGarbage(folder: string, url: string): Promise<void> {
  const [command, ...args] = mlflowCommand()!;
  const database = `${folder}/mlflow.db`;
  const { success, stderr } = await new Deno.Command(command, {
    args: [...args, "gc", "--backend-store-uri", `sqlite:///${database}`],
    env: { MLFLOW_TRACKING_URI: url },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  using sqlite = new DatabaseSync(database);
  sqlite.exec("vacuum");
}

/** Whether housekeeping has nothing left to erase. */
async function isDone({ sql }: Awaited<ReturnType<typeof ownPostgres>>): Promise<boolean> {
  const [{ left }] = await sql`
    select (select count(*) from webhooks.forgettings)
      + (select count(*) from recommender.erasures)
      + (select count(*) from http.stale_statistics) as left`;
  return Number(left) === 0;
}
