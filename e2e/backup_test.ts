/** Backs up a working system, restores it elsewhere with the commands, and continues there. */
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { Webhook } from "standardwebhooks";
import { testDatabase } from "../testing/database.ts";
import {
  call,
  createFilmProject,
  json,
  signedUp,
  startSystem,
  type System,
  untilReady,
} from "../testing/system.ts";
import { until } from "../testing/until.ts";

type Headers = { authorization: string };

Deno.test("a restored system returns the same bytes as before, and continues where it was", async () => {
  const folder = await Deno.makeTempDir({ prefix: "airec-e2e-backup-" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const signed: { text: string; headers: Record<string, string> }[] = [];
  const receiver = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      signed.push({ text: await request.text(), headers: Object.fromEntries(request.headers) });
      return new Response();
    },
  );
  stack.defer(() => receiver.shutdown());

  const system = stack.use(await startSystem());
  const login = await signedUp(system);
  const { id } = await createFilmProject(system, login);
  await untilReady(system, login, { id });
  const project = (at: System) => `${at.at.recommender}/project/${id}`;
  await call(`${project(system)}/retrain`, { method: "POST", headers: login, expect: 202 });
  await until(async () => (await versions(system, login)).length === 2);
  await untilReady(system, login, { id });
  const webhook_url = `http://127.0.0.1:${receiver.addr.port}/hook`;
  const registered = await call(`${system.at.webhooks}/api/apps/register`, {
    ...json({ app_name: "Shop", webhook_url }, login),
    expect: 201,
  });
  const { items } = await call(`${project(system)}/items?limit=3`, { headers: login });
  const asked = items.flatMap(({ item_title }: { item_title: string }) =>
    ["1", "7", "nobody"].map((user_id) => ({ item_title, user_id, n: 5, explain: true }))
  );
  const answers = async (of: System, headers: Headers) =>
    await Promise.all(asked.map(async (question: Record<string, unknown>) => {
      const answer = await fetch(`${project(of)}/recommendations`, json(question, headers));
      // The id of a list is another each time.
      const text = (await answer.text()).replace(/"recommendation_id":"[^"]*",?/, "");
      return `${answer.status} ${text}`;
    }));
  const before = await answers(system, login);
  assert(before.every((answer) => answer.startsWith("200 ")), before[0]);
  const listed = await versions(system, login);

  // Another project is uploaded and trained during the backup.
  const backup = run("ops/backup.ts", [`${folder}/backups`], {
    DATABASE_URL: system.databaseUrl,
    BLOBS_FOLDER: system.blobsFolder,
    AIREC_HOME: `${folder}/none`,
    ...Object.fromEntries(
      Object.entries(system.secrets).map(([name, value]) => [name.toUpperCase(), value]),
    ),
  });
  const other = await createFilmProject(system, login);
  const said = await backup;
  for (const secret of Object.values(system.secrets)) assert(!said.includes(secret), said);
  await untilReady(system, login, { id: other.id });
  assertEquals(await answers(system, login), before);

  const database = stack.use(await testDatabase());
  const home = `${folder}/home`;
  await run("ops/restore.ts", [`${folder}/backups`], {
    DATABASE_URL: database.url,
    BLOBS_FOLDER: `${home}/blobs`,
    AIREC_HOME: home,
  });
  const restored = stack.use(await startSystem({ database, home }));
  assertEquals(await answers(restored, login), before, "the token of before opens it, too");
  assertEquals(await versions(restored, login), listed);

  // The account signs in, its key works, and its endpoint receives webhooks signed with the same
  // secret.
  const account = { email: "ada@example.com", password: "a fine long password" };
  const { token } = await call(`${restored.at.auth}/login`, json(account));
  const again = { authorization: `Bearer ${token}` };
  signed.length = 0;
  const keyed = { project_id: id, item_title: items[0].item_title, user_id: "1", n: 3 };
  const headers = { "x-api-key": registered.api_key };
  await call(`${restored.at.webhooks}/api/recommend`, json(keyed, headers));
  const { text, headers: sent } = await until(() => signed.at(0));
  new Webhook(registered.webhook_secret).verify(text, sent);

  // Versions can be promoted and rolled back, and the files trained again.
  const champion = (list: { version: string; champion: boolean }[]) =>
    list.find((one) => one.champion)!.version;
  const first = champion(listed);
  const second = listed.find((one) => one.version !== first)!.version;
  const promote = `${project(restored)}/versions/${second}/promote`;
  await call(promote, { method: "POST", headers: again });
  assertEquals(champion(await versions(restored, again)), second);
  await call(`${project(restored)}/versions/rollback`, { method: "POST", headers: again });
  assertEquals(champion(await versions(restored, again)), first);
  await call(`${project(restored)}/retrain`, { method: "POST", headers: again, expect: 202 });
  await until(async () => (await versions(restored, again)).length === 3);
  await untilReady(restored, again, { id });
  // Trainings in progress at the time of the backup finish in the restored system.
  for (const { id } of await call(`${restored.at.recommender}/projects/`, { headers: again })) {
    await untilReady(restored, again, { id });
  }

  async function versions(of: System, headers: Headers) {
    return await call(`${project(of)}/versions`, { headers }) as {
      version: string;
      champion: boolean;
    }[];
  }
});

/** Runs an operator command; returns its output. */
async function run(
  script: string,
  args: string[],
  env: Record<string, string>,
): Promise<string> {
  const path = fromFileUrl(import.meta.resolve(`../${script}`));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", path, ...args],
    env: { MLFLOW_TRACKING_URI: "", ...env },
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert(success, said);
  return said;
}
