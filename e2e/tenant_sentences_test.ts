/**
 * Errors shown to tenants contain no internals of the installation: no path, host, port, SQL, stack
 * trace or system error code. Provokes each class of failure and searches every response.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { FORMS, servingProject } from "../testing/project.ts";
import { type Client, type TestRecommender, testRecommender } from "../testing/recommender.ts";
import { mlflowRegistry } from "../functions/recommender/registry/mlflow.ts";

/** Patterns of internals that only the operator may see, by name. */
const INTERNAL: Record<string, RegExp> = {
  path:
    /(^|[\s"'(=:])\/(tmp|home|srv|var|usr|etc|opt|root|work)\b|uploads\/[0-9a-f-]{8}|models\/project/,
  address: /\b127\.0\.0\.1\b|\[::1\]|localhost|https?:\/\/|[\w\]]:\d{4,5}\b/,
  sql:
    /\b(select|insert into|update|delete from)\b.+\b(from|values|set|where)\b|recommender\.[a-z]+_[a-z]+/i,
  stack: /\.ts\b|node_modules|\bat \S+ \(|postgres\.js/,
  code: /\bE[A-Z]{4,}\b|os error|\bCONNECTION_|\bPostgresError\b/,
};

/** All that is answered to these requests. */
async function answersOf(ann: Client, path: string): Promise<string[]> {
  const asked: [method: string, path: string, body?: unknown][] = [
    ["GET", `${path}/status`],
    ["GET", `${path}/versions`],
    ["GET", `${path}/report`],
    ["GET", `${path}/run`],
    ["GET", `${path}/mappings`],
    ["GET", `${path}/columns`],
    ["GET", `${path}/items`],
    ["GET", `${path}/model/manifest.json`],
    ["GET", `${path}/recommendations?user_id=ann&item_title=Heat`],
    ["POST", `${path}/versions/1/promote`],
    ["POST", `${path}/versions/rollback`],
    ["POST", `${path}/interactions`, { interactions: [{ user_id: "ann", item_id: "1" }] }],
    ["PUT", `${path}/mappings`, { interactions: { user_id: "userId", item_id: "movieId" } }],
    ["GET", "/projects"],
    ["POST", `${path}/events`, { user_id: "ann", events: [{ type: "view", item_id: "1" }] }],
    ["POST", `${path}/users/merge`, { from: "visitor", into: "ann" }],
    ["GET", `${path}/events/recent`],
    ["GET", `${path}/trending`],
    ["GET", `${path}/results`],
    ["PUT", `${path}/items`, { items: [{ item_id: "1", columns: { year: 5 } }] }],
    ["DELETE", `${path}/items`, { item_ids: ["1"] }],
    ["GET", `${path}/items/changes`],
    ["GET", `${path}/items/hidden`],
    ["DELETE", `${path}/users/bob`],
    ["GET", `${path}/users/erased`],
    ["PATCH", `${path}/settings`, { keep_events: 30 }],
  ];
  const texts: string[] = [];
  for (const [method, path, body] of asked) {
    const { status, body: answer } = await ann.send(method, path, body);
    texts.push(`${method} ${path} ${status} ${JSON.stringify(answer)}`);
  }
  const { status, body } = await ann.upload(FORMS.HYBRID);
  texts.push(`POST /create-project ${status} ${JSON.stringify(body)}`);
  return texts;
}

function assertNothingInternal(texts: string[]): void {
  for (const text of texts) {
    const [, , status, ...answer] = text.split(" ");
    const said = answer.join(" ");
    for (const [name, pattern] of Object.entries(INTERNAL)) {
      assert(!pattern.test(said), `${name}: ${text}`);
    }
    assert(Number(status) < 600);
  }
}

/** A project that serves, and all that is answered after `harm`. */
async function harmed(
  options: Parameters<typeof testRecommender>[0],
  harm: (service: TestRecommender) => Promise<void>,
): Promise<string[]> {
  await using service = await testRecommender(options);
  const { ann, path } = await servingProject(service, "HYBRID");
  await harm(service);
  const texts = await answersOf(ann, path);
  assert(texts.some((text) => / (409|404|5\d\d) \{/.test(text)), texts.join("\\n"));
  return texts;
}

Deno.test("an unavailable registry", async () => {
  await using service = await testRecommender({
    openRegistry: (_, { installation }) =>
      mlflowRegistry({ trackingUri: "http://127.0.0.1:1", installation }),
  });
  const ann = await service.signUp("ann");
  const { body } = await ann.upload(FORMS.HYBRID);
  await service.sql`
    update recommender.recommender_projects set status = 'READY', mlflow_model_version = '1'`;
  const texts = await answersOf(ann, `/project/${body.id}`);
  assertEquals(texts.filter((text) => text.includes(" 503 ")).length > 3, true, texts.join("\\n"));
  assertNothingInternal(texts);
});

Deno.test("files that are missing, truncated, or without their folder", async (t) => {
  const remove = (service: TestRecommender, name: string) =>
    Deno.remove(join(service.blobsFolder, name), { recursive: true });
  await t.step("uploads gone", async () => {
    assertNothingInternal(await harmed({}, (service) => remove(service, "uploads")));
  });
  await t.step("artifacts gone", async () => {
    assertNothingInternal(await harmed({}, (service) => remove(service, "models")));
  });
  await t.step("a file in a folder's place", async () => {
    const texts = await harmed({}, async (service) => {
      for (const name of ["uploads", "models"]) {
        await remove(service, name);
        await Deno.writeTextFile(join(service.blobsFolder, name), "");
      }
    });
    assertNothingInternal(texts);
  });
  await t.step("an artifact whose bytes are others", async () => {
    const texts = await harmed({}, async (service) => {
      for await (const path of files(join(service.blobsFolder, "models"))) {
        await Deno.writeTextFile(path, "{");
      }
    });
    assertNothingInternal(texts);
  });
});

Deno.test("a database that is unavailable or incomplete", async (t) => {
  await t.step("away", async () => {
    const texts = await harmed({}, (service) => service.service.end({ timeout: 0 }));
    assertEquals(texts.every((text) => text.includes(" 503 ")), true, texts.join("\\n"));
    assertNothingInternal(texts);
  });
  await t.step("without a column", async () => {
    const texts = await harmed({}, async ({ sql }) => {
      await sql`alter table recommender.recommender_projects drop column stage cascade`;
    });
    assertNothingInternal(texts);
  });
});

/** All files below a folder. */
async function* files(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* files(join(folder, name));
    else yield join(folder, name);
  }
}
