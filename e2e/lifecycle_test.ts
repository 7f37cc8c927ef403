/** Life of a project with a real trainer: more data, settings, erasing a user's data. */
import { seededRandom } from "../functions/recommender/model/seeded_random.ts";
import { assert, assertEquals } from "@std/assert";
import {
  MODEL,
  sha256Hex,
  USERS as HISTORIES,
} from "../functions/recommender/model/artifact/artifact.ts";
import { type Client, type TestRecommender, testRecommender } from "../testing/recommender.ts";
import { until } from "../testing/until.ts";

const USERS = 120;
const ITEMS = 60;

/**
 * Interactions of four groups of users: nine in ten of a user's eight items are from their group's
 * quarter.
 */
function interactions(): string {
  const random = seededRandom(7);
  let text = "who,what,how,when\n";
  for (let user = 0; user < USERS; user++) {
    const items = new Set<number>();
    while (items.size < 8) {
      const any = Math.floor(random() * ITEMS);
      items.add(random() < 0.9 ? any - any % 4 + user % 4 : any);
    }
    for (const [i, item] of [...items].entries()) {
      text += `person-${user},item-${item},${random() < 0.7 ? "view" : "purchase"},${1000 + i}\n`;
    }
  }
  return text;
}

/** Starts a trainer process, ended with its scope. */
function trainer({ databaseUrl, blobsFolder }: TestRecommender): AsyncDisposable {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", import.meta.resolve("../worker-trainer/main.ts")],
    env: { DATABASE_URL: databaseUrl, BLOBS_FOLDER: blobsFolder },
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

/** Uploads the events of a shop; returns the project's path. */
async function upload(
  client: Client,
  project_name: string,
  text = interactions(),
): Promise<string> {
  const { body: { id } } = await client.upload({
    project_name,
    interaction_file: new File([text], "events.csv"),
    interaction_schema_json:
      '{"user_id":"who","item_id":"what","event_type":"how","timestamp":"when"}',
  });
  return `/project/${id}`;
}

/** Returns the project once its training has ended. */
async function trained(client: Client, path: string) {
  const status = async () => (await client.get(`${path}/status`)).body;
  await until(async () => /READY|ERROR/.test((await status()).status));
  const project = await status();
  // The gate may refuse a version, depending on the algorithms.
  assert(project.error === null || project.error.includes("was rejected"), project.error);
  assertEquals(project.status, "READY");
  return project;
}

/** Returns the names of the blobs that contain a text; one removed meanwhile contains none. */
async function holding({ blobs }: TestRecommender, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of [...await blobs.list("uploads/"), ...await blobs.list("models/")]) {
    const bytes = await new Response((await blobs.get(name))?.stream).bytes();
    if (new TextDecoder("latin1").decode(bytes).includes(text)) found.push(name);
  }
  return found;
}

Deno.test("a project from its first training to erasing a user", async () => {
  await using service = await testRecommender();
  await using _trainer = trainer(service);
  const ann = await service.signUp("ann");
  const path = await upload(ann, "Shop");
  const versions = async () => (await ann.get(`${path}/versions`)).body;

  const first = await trained(ann, path);
  assertEquals(first.mlflow_model_version, "1");
  const [one] = await versions();
  assertEquals([one.champion, one.verdict], [true, "first"]);
  assertEquals(one.algorithm, first.report.chosen.algorithm);
  assertEquals((await ann.get(`${path}/report`)).body, first.report);

  // A new user, and settings that apply from the next training on.
  await ann.send("PATCH", `${path}/settings`, { event_weights: { view: 7 }, budget_seconds: 20 });
  const newcomer = [0, 1, 2].map((i) => ({ user_id: "newcomer", item_id: `item-${i}` }));
  await ann.post(`${path}/interactions`, { interactions: newcomer });
  const asked = () => ann.get(`${path}/recommendations?user_id=newcomer`);
  assertEquals((await asked()).body.fallback, "popular");
  await ann.post(`${path}/retrain`, undefined);
  const second = await trained(ann, path);
  assertEquals(second.files.map((file: { receipt: { used: number } }) => file.receipt.used), [
    USERS * 8,
    3,
  ]);
  const report = (await ann.get(`${path}/report?version=2`)).body;
  assert(report.dataset_fingerprint !== first.report.dataset_fingerprint);
  assertEquals([report.data.users, report.gate.champion], [USERS + 1, first.report.chosen]);
  const [newest, older] = await versions();
  assertEquals([newest.verdict, older.verdict], [report.gate.verdict, "first"]);
  assertEquals(newest.champion, report.gate.verdict !== "refused");

  // An erased user is removed from files and all versions, and the next training excludes them.
  assert((await holding(service, "person-99")).length > 2);
  await ann.send("DELETE", `${path}/users/person-99`);
  assertEquals(
    (await ann.get(`${path}/recommendations?user_id=person-99`)).body.fallback,
    "popular",
  );
  const third = await trained(ann, path);
  assertEquals([third.mlflow_model_version, third.report.data.users], ["3", USERS]);
  const [left] = await versions();
  assertEquals([left.version, left.verdict, (await versions()).length], ["3", "ungated", 3]);
  await until(async () => (await ann.get(`${path}/users/erased`)).body.pending === 0);
  assertEquals(await holding(service, "person-99"), []);
  assertEquals((await ann.get(`${path}/users/erased`)).body.in_weights, 0);
  assert((await holding(service, "person-98")).length > 2);
  const back = await ann.post(`${path}/versions/rollback`, undefined);
  assertEquals([back.status, back.body.champion], [200, true]);
  assertEquals(
    (await ann.get(`${path}/recommendations?user_id=person-99`)).body.fallback,
    "popular",
  );

  // An erased user's rows are also excluded from later uploads.
  const again = [{ user_id: "person-99", item_id: "item-1" }, {
    user_id: "late",
    item_id: "item-2",
  }];
  await ann.post(`${path}/interactions`, { interactions: again });
  await ann.post(`${path}/retrain`, undefined);
  const fourth = await trained(ann, path);
  assertEquals(fourth.files.map((file: { receipt: { used: number } }) => file.receipt.used), [
    USERS * 8 - 8,
    3,
    1,
  ]);
  await until(async () => (await holding(service, "person-99")).length === 0);
});

Deno.test("the same upload, or the same data trained again, yields the same model byte for byte", async () => {
  await using service = await testRecommender();
  await using _trainer = trainer(service);
  const ann = await service.signUp("ann");
  const hashes = async (path: string) => {
    await trained(ann, path);
    return await Promise.all([MODEL, HISTORIES].map(async (file) => {
      const name = file.slice("data/".length);
      const answer = await ann.request(`${path}/model/${name}`);
      assertEquals(answer.status, 200);
      return await sha256Hex(await answer.bytes());
    }));
  };
  const path = await upload(ann, "Shop");
  const first = await hashes(path);
  assertEquals(await hashes(await upload(ann, "Shop again")), first);
  await ann.post(`${path}/retrain`, undefined);
  await until(async () => (await ann.get(`${path}/versions`)).body.length === 2);
  assertEquals(await hashes(path), first);
});

Deno.test("repeated rows are combined with little additional weight, and reported in the receipt", async () => {
  await using service = await testRecommender();
  await using _trainer = trainer(service);
  const ann = await service.signUp("ann");
  const [header, ...rows] = interactions().trimEnd().split("\n");
  const path = await upload(ann, "Shop", [header, ...rows, ...rows, ...rows, ""].join("\n"));
  const { files: [{ receipt }], report } = await trained(ann, path);
  assertEquals([receipt.used, receipt.duplicates], [3 * rows.length, 2 * rows.length]);
  assertEquals([report.data.users, report.data.interactions], [USERS, rows.length]);
  assert(report.test.metrics.ndcg > report.test.popularity.ndcg);
  const { body } = await ann.get(`${path}/recommendations?user_id=person-0`);
  assertEquals(body.recommendations.length, 10);
  const had = new Set(
    rows.filter((row) => row.startsWith("person-0,")).map((r) => r.split(",")[1]),
  );
  for (const { item_id, score } of body.recommendations) {
    assert(!had.has(item_id) && Number.isFinite(score), `${item_id} ${score}`);
  }
});
