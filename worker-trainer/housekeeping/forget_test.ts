import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { servingProject, type TestProject } from "../../testing/project.ts";
import { type TestRecommender, testRecommender } from "../../testing/recommender.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { loadModel, MANIFEST } from "../../functions/recommender/model/artifact/artifact.ts";
import { exampleModel } from "../../testing/example_model.ts";
import {
  stringAt,
  stringCount,
  stringTable,
} from "../../functions/recommender/model/string_table.ts";
import { appendEvents } from "../../functions/recommender/live/live_events.ts";
import { mergeVisitor } from "../../functions/recommender/live/merged_visitors.ts";
import { visitorId } from "../../functions/recommender/projects/erased_users.ts";
import { folderRegistry } from "../../functions/recommender/registry/folder.ts";
import { RegistryUnavailableError } from "../../functions/recommender/registry/registry.ts";
import { smallDisk } from "../../testing/faults/small_disk.ts";
import { rollUpEvents } from "../live/roll_up.ts";
import { workOffErasures } from "./erasures.ts";
import { forgetErased, type ForgettingOptions } from "./forget.ts";

interface Forgetful extends TestProject {
  service: TestRecommender;
  lines: Record<string, unknown>[];
  /** Runs one round of housekeeping, as if it were due now. */
  round(options?: Partial<ForgettingOptions>): Promise<void>;
  /** Returns the users whose data remain to be removed, and the reason, as shown to the owner. */
  pending(): Promise<{ users: string[]; cause: string | null }>;
  /** Returns the texts of all stored uploads by name. */
  texts(): Promise<Record<string, string>>;
  /** Returns the users in a version. */
  usersWithLikes(version: string): Promise<string[]>;
}

/** Creates a project with a serving version and files, with users ann and bob. */
async function project(service: TestRecommender): Promise<Forgetful> {
  const serving = await servingProject(service, "COLLABORATIVE");
  const { sql, blobs, registry } = service;
  const lines: Record<string, unknown>[] = [];
  const log = (line: Record<string, unknown>) => void lines.push(line);
  const model = `project-${serving.id}-recommender`;
  return {
    ...serving,
    service,
    lines,
    async round(options = {}) {
      await sql`update recommender.forgetting set next_try_at = now()`;
      await forgetErased(sql, { blobs, registry, log, claimSeconds: 0, ...options });
      await workOffErasures(sql, { blobs, registry, log });
    },
    async pending() {
      const { body } = await serving.ann.get(`${serving.path}/users/erased`);
      const users = body.users.map(({ user_id }: { user_id: string }) => user_id);
      return { users, cause: body.users[0]?.cause ?? null };
    },
    async texts() {
      const texts: Record<string, string> = {};
      for (const name of await blobs.list("uploads/")) {
        texts[name] = await new Response((await blobs.get(name))!.stream).text();
      }
      return texts;
    },
    async usersWithLikes(version) {
      const { users } = await loadModel((path) => registry.read(model, version, path));
      return Array.from({ length: stringCount(users!.ids) }, (_, i) => stringAt(users!.ids, i));
    },
  };
}

async function fileRow({ service: { sql } }: Forgetful) {
  const [file] =
    await sql`select * from recommender.uploaded_files where file_type = 'INTERACTION'`;
  return file;
}

Deno.test("a user is erased from files and from every version without a training", async () => {
  await using service = await testRecommender();
  const at = await project(service);
  const { ann, id, path } = at;
  await service.publish(id, exampleModel("COLLABORATIVE"));
  const before = await fileRow(at);

  await ann.send("DELETE", `${path}/users/ann`);
  await ann.send("DELETE", `${path}/users/nobody`);
  assertEquals((await ann.get(`${path}/model/users.safetensors`)).status, 409);
  for (let i = 0; i < 3; i++) await at.round();

  assertEquals(await at.pending(), { users: [], cause: null });
  for (const version of ["1", "2"]) assertEquals(await at.usersWithLikes(version), ["7", "cy"]);
  const after = await fileRow(at);
  assertEquals(Object.entries(await at.texts()), [
    [after.storage_path, "userId,movieId,rating,timestamp\nbob,2,3,1001\n"],
  ]);
  assert(after.storage_path !== before.storage_path && after.sha256 !== before.sha256);
  assertEquals(Number(after.bytes), (await at.texts())[after.storage_path].length);
  const { body } = await ann.get(`${path}/users/erased`);
  assertEquals(body.in_weights, 2, "the weights are of the training before");
  const [{ attempt }] = await service.sql`select attempt from recommender.recommender_projects`;
  assertEquals(attempt, 0, "a training waits, and no trainer was there");
  const users = await ann.request(`${path}/model/users.safetensors`);
  assertEquals([users.status, (await users.text()).includes("ann")], [200, false]);

  // A later file contains rows of ann; later rounds do not change clean files.
  await ann.post(`${path}/interactions`, { interactions: [{ user_id: "ann", item_id: "1" }] });
  assertEquals((await at.pending()).users, ["ann", "nobody"]);
  for (let i = 0; i < 3; i++) await at.round();
  const texts = await at.texts();
  assertEquals([Object.keys(texts).length, texts[after.storage_path].length], [
    2,
    Number(after.bytes),
  ]);
  assert(Object.values(texts).every((text) => !text.includes("ann")));
  assertEquals((await at.pending()).users, []);
  assertEquals([...await service.sql`select name from recommender.erasures`], []);
});

Deno.test("a later file with an erased user is listed until the blob before is gone, too", async () => {
  await using service = await testRecommender();
  const at = await project(service);
  const { ann, path } = at;
  await ann.send("DELETE", `${path}/users/ann`);
  for (let i = 0; i < 3; i++) await at.round();
  assertEquals((await at.pending()).users, []);

  await ann.post(`${path}/interactions`, { interactions: [{ user_id: "ann", item_id: "1" }] });
  await service.sql`
    update recommender.uploaded_files set created_at = created_at - interval '1 minute'
    where cleaned_at is null`;
  const [{ added }] = await service.sql<{ added: Date }[]>`
    select max(created_at) as added from recommender.uploaded_files where cleaned_at is null`;
  await service.sql`
    update recommender.erased_users set erased_at = erased_at - interval '1 day',
      forgotten_at = forgotten_at - interval '1 day'`;
  await service.sql`
    update recommender.forgetting set created_at = created_at - interval '1 day'`;
  const readOnly = { ...service.blobs, remove: () => Promise.reject(new Error("read-only")) };
  const log = () => {};
  for (let i = 0; i < 3; i++) {
    await service.sql`update recommender.forgetting set next_try_at = now()`;
    const options = { blobs: readOnly, registry: service.registry, log };
    await forgetErased(service.sql, { ...options, claimSeconds: 0 });
    await workOffErasures(service.sql, options);
  }
  const { body: { users: [user], overdue } } = await ann.get(`${path}/users/erased`);
  assertEquals(
    user.cause,
    "The previous files cannot be deleted from the file storage at the moment.",
  );
  assertEquals([user.user_id, user.since, overdue], ["ann", added.toISOString(), 0]);

  await service.sql`update recommender.erasures set next_try_at = now()`;
  for (let i = 0; i < 2; i++) await at.round();
  assertEquals((await at.pending()).users, []);
  assert(Object.values(await at.texts()).every((text) => !text.includes("ann")));
});

Deno.test("what an erased user did as a visitor goes, also if the visitor is another user now", async () => {
  await using service = await testRecommender();
  const at = await project(service);
  const { sql, blobs } = service;
  const { id: projectId, path } = at;
  const [{ owner_id: ownerId }] = await sql`
    select owner_id from recommender.recommender_projects where id = ${projectId}`;
  const visit = (itemId: string) =>
    appendEvents(sql, [{
      ...{ ownerId, projectId, person: "browser", anonymous: true },
      events: [{ id: null, itemId, type: "view", value: null, at: Date.now(), known: true }],
    }]);
  const signIn = (userId: string) =>
    mergeVisitor(sql, ownerId, { projectId, anonymousId: "browser", userId });
  const model = exampleModel("COLLABORATIVE");
  const users = { ...model.users!, ids: stringTable(["7", visitorId("browser"), "cy"]) };
  const publishLearned = async () => {
    await rollUpEvents(sql, projectId, { blobs });
    const version = await service.publish(projectId, { ...model, users });
    await sql`
      insert into recommender.learned_versions (project_id, version, learned_to)
      select id, ${version}, events_rolled_to from recommender.recommender_projects
      where id = ${projectId}`;
    return version;
  };

  await visit("1");
  await signIn("cy");
  await visit("2");
  const before = await publishLearned();
  await signIn("ann");
  await visit("3");
  const between = await publishLearned();
  await signIn("bob");
  await visit("04");
  await rollUpEvents(sql, projectId, { blobs });

  await at.ann.send("DELETE", `${path}/users/ann`);
  for (let i = 0; i < 3; i++) await at.round();
  assertEquals((await at.pending()).users, []);
  const rows = Object.values(await at.texts()).join("").split("\n")
    .filter((line) => line.includes("browser")).map((line) => line.split(",")[1]);
  // The third belongs to bob.
  assertEquals(rows.sort(), ["04", "1", "3"]);
  assertEquals(await at.usersWithLikes(before), ["7", "cy"], "the second was ann's");
  assertEquals(await at.usersWithLikes(between), ["7", visitorId("browser"), "cy"]);
});

Deno.test("users erased together need one redaction", async () => {
  await using service = await testRecommender();
  const at = await project(service);
  const { registry } = service;
  const people = ["ann", "7", ...Array.from({ length: 10 }, (_, i) => `user ${i}`)];
  for (const person of people) {
    await at.ann.send("DELETE", `${at.path}/users/${encodeURIComponent(person)}`);
  }
  let swaps = 0;
  const counting = {
    ...registry,
    swap: (...asked: Parameters<typeof registry.swap>) => (swaps++, registry.swap(...asked)),
  };
  for (let i = 0; i < 3; i++) await at.round({ registry: counting });
  assertEquals([swaps, await at.usersWithLikes("1"), await at.pending()], [1, ["cy"], {
    users: [],
    cause: null,
  }]);
});

Deno.test("an old file is removed only after the trainings that read it", async () => {
  await using service = await testRecommender();
  const at = await project(service);
  const { sql } = service;
  const { storage_path } = await fileRow(at);
  await sql`
    update recommender.recommender_projects
    set status = 'PROCESSING', attempt = 1, progress = 0, started_at = now(),
      lease_until = now() + interval '1 hour'`;
  await at.ann.send("DELETE", `${at.path}/users/ann`);
  const running = async () =>
    (await sql`select status, training_id, attempt from recommender.recommender_projects`)[0];
  const before = await running();
  for (let i = 0; i < 3; i++) await at.round();
  assertStringIncludes((await at.texts())[storage_path], "ann");
  assertEquals(await at.pending(), {
    users: ["ann"],
    cause: "A training that started earlier still reads the previous files.",
  });
  assertEquals(await at.usersWithLikes("1"), ["7", "cy"], "the versions wait for nothing");

  await sql`update recommender.recommender_projects set progress = .15, stage = 'fit ease'`;
  for (let i = 0; i < 3; i++) await at.round();
  assertEquals(Object.keys(await at.texts()), [(await fileRow(at)).storage_path]);
  assertEquals(await at.pending(), { users: [], cause: null });
  assertEquals(await running(), before, "nothing of it touches the training");

  // The version it publishes is checked soon, although all users are marked as forgotten.
  const [{ soon }] = await sql`
    select next_try_at < now() + interval '2 minutes' as soon from recommender.forgetting`;
  assertEquals(soon, true);
  await service.publish(at.id, exampleModel("COLLABORATIVE"));
  assertEquals(await at.usersWithLikes("2"), ["ann", "7", "cy"]);
  await at.round();
  assertEquals(await at.usersWithLikes("2"), ["7", "cy"]);
});

Deno.test("an unavailable registry does not delay cleaning files, and is retried until it is back", async () => {
  await using service = await testRecommender();
  const at = await project(service);
  const { sql, registry } = service;
  await at.ann.send("DELETE", `${at.path}/users/ann`);
  const away = () =>
    Promise.reject(new RegistryUnavailableError("MLflow at http://10.0.0.7 is away"));
  await at.round({ registry: { ...registry, versions: away } });
  const { users, cause } = await at.pending();
  assertEquals([users, cause], [
    ["ann"],
    "The model registry cannot be read or written at the moment.",
  ]);
  assert(!(await fileRow(at)).storage_path.includes("ann"));
  assert(Object.values(await at.texts()).some((text) => !text.includes("ann")));
  assertEquals(at.lines.filter(({ level }) => level === "error").map(({ errors }) => errors), [
    ["MLflow at http://10.0.0.7 is away"],
  ]);
  const waits = async () =>
    (await sql`
      select failures, extract(epoch from next_try_at - now())::float8 as seconds
      from recommender.forgetting`)[0];
  const [first, second, third] = [
    await waits(),
    await at.round({ registry: { ...registry, versions: away } }).then(waits),
    await at.round({ registry: { ...registry, versions: away } }).then(waits),
  ];
  assertEquals([first.failures, second.failures, third.failures], [1, 2, 3]);
  assert(first.seconds < second.seconds && second.seconds < third.seconds);

  // Another erasure starts a round at once.
  await at.ann.send("DELETE", `${at.path}/users/7`);
  assert((await waits()).seconds < 4);
  for (let i = 0; i < 3; i++) await at.round();
  assertEquals([await at.pending(), await at.usersWithLikes("1")], [{ users: [], cause: null }, [
    "cy",
  ]]);
  assertEquals((await waits()).failures, 0);
});

Deno.test("a version that cannot be redacted does not prevent redacting the others", async () => {
  await using service = await testRecommender();
  const at = await project(service);
  const { registry } = service;
  await service.publish(at.id, exampleModel("COLLABORATIVE"));
  await at.ann.send("DELETE", `${at.path}/users/ann`);
  const failing = {
    ...registry,
    read: (...asked: Parameters<typeof registry.read>) =>
      asked[1] === "2" ? Promise.reject(new Error("EACCES")) : registry.read(...asked),
  };
  await at.round({ registry: failing });
  assertEquals(await at.usersWithLikes("1"), ["7", "cy"]);
  assertEquals((await at.pending()).cause, "The files cannot be read or written at the moment.");
  for (let i = 0; i < 3; i++) await at.round();
  assertEquals([await at.usersWithLikes("2"), await at.pending()], [["7", "cy"], {
    users: [],
    cause: null,
  }]);
});

Deno.test("erasure completes for files that are empty, damaged or missing", async () => {
  await using service = await testRecommender();
  const at = await project(service);
  const { sql, blobs } = service;
  const add = async (text: string | Uint8Array<ArrayBuffer>) => {
    const response = await at.ann.request(`${at.path}/interactions`, {
      method: "POST",
      body: text,
      headers: { "content-type": "text/csv" },
    });
    assertEquals(response.status, 201, await response.clone().text());
    return (await response.json()).file_id as number;
  };
  const header = "userId,movieId,rating,timestamp\n";
  const only = await add(`${header}ann,1,1,1\n`);
  const gzip = await new Response(
    new Blob([header, "ann,1,1,1\n".repeat(50_000)]).stream()
      .pipeThrough(new CompressionStream("gzip")),
  ).bytes();
  const damaged = await add(gzip);
  const gone = await add(`${header}ann,2,1,1\n`);
  const pathOf = async (id: number) =>
    (await sql`select storage_path from recommender.uploaded_files where id = ${id}`)[0]
      .storage_path;
  await blobs.remove(await pathOf(gone));
  // As accepted by versions that did not decompress an upload.
  const cut = gzip.slice(0, gzip.length - 40);
  await blobs.put(await pathOf(damaged), cut);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", cut)).toHex();
  await sql`
    update recommender.uploaded_files set sha256 = ${digest}, bytes = ${cut.length}
    where id = ${damaged}`;

  await at.ann.send("DELETE", `${at.path}/users/ann`);
  for (let i = 0; i < 3; i++) await at.round();
  const texts = await at.texts();
  assertEquals([texts[await pathOf(only)], texts[await pathOf(damaged)]], [header, ""]);
  assertEquals(Object.keys(texts).length, 3);
  assertEquals(await at.pending(), { users: [], cause: null });
});

Deno.test("a store that returns other bytes than were uploaded causes no loss of rows", async () => {
  await using service = await testRecommender();
  const at = await project(service);
  const { blobs } = service;
  const { storage_path, sha256 } = await fileRow(at);
  await at.ann.send("DELETE", `${at.path}/users/ann`);
  const whole = (await at.texts())[storage_path];
  await blobs.put(storage_path, new TextEncoder().encode(whole.slice(0, -20)));
  await at.round();
  assertEquals((await fileRow(at)).sha256, sha256);
  assertStringIncludes((await at.pending()).cause!, "differs from the uploaded bytes");
  await blobs.put(storage_path, new TextEncoder().encode(whole));
  for (let i = 0; i < 3; i++) await at.round();
  assertEquals(await at.pending(), { users: [], cause: null });
  assertEquals(Object.keys(await at.texts()).length, 1);
});

Deno.test({
  name: "a full disk is reported to the owner, leaves no copy, and the erasure is retried",
  ignore: ignoreWithout("small disk"),
  async fn() {
    await using service = await testRecommender();
    await using disk = await smallDisk(4 * 1024 * 1024);
    const blobs = diskBlobs(`${disk.path}/blobs`);
    const installation = "home";
    const at = await project(service);
    const { sql } = service;
    const text = "userId,movieId,rating,timestamp\nann,1,1,1\n" + "bob,2,1,1\n".repeat(100_000);
    const bytes = new TextEncoder().encode(text);
    await blobs.put("uploads/large", bytes);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
    await sql`
      update recommender.uploaded_files
      set storage_path = 'uploads/large', sha256 = ${digest}, bytes = ${bytes.length}`;
    await at.ann.send("DELETE", `${at.path}/users/ann`);
    await disk.fill();
    const options = { blobs, registry: folderRegistry(blobs, { installation }) };
    await at.round(options);
    assertEquals((await at.pending()).cause, "The file storage is full.");
    assertEquals(await blobs.list("uploads/"), ["uploads/large"]);
    await disk.free();
    await at.round(options);
    assertEquals((await at.pending()).users, ["ann"], "the old one goes next");
    await workOffErasures(sql, { ...options, log: () => {} });
    await sql`update recommender.erasures set next_try_at = now()`;
    await workOffErasures(sql, { ...options, log: () => {} });
    await at.round(options);
    assertEquals(await at.pending(), { users: [], cause: null });
    const [name, ...more] = await blobs.list("uploads/");
    assertEquals([more, name === "uploads/large"], [[], false]);
  },
});

Deno.test("receipts and errors in the database quote no erased user", async () => {
  await using service = await testRecommender();
  const at = await project(service);
  const { sql } = service;
  const reason = (value: string) => `the rating "${value}" is not a number`;
  const rejections = [{ line: 2, reason: reason("ann") }, { line: 3, reason: reason("five") }];
  const receipt = { rows: 2, rejections, reasons: [{ reason: reason("…"), rows: 2, lines: [2] }] };
  await sql`update recommender.uploaded_files set receipt = ${sql.json(receipt)}`;
  await sql`
    update recommender.recommender_projects
    set status = 'PENDING', error = ${`All rows are rejected, the first because ${
    reason("ann")
  }.`}`;
  await at.ann.send("DELETE", `${at.path}/users/ann`);
  await at.round();
  assertEquals((await fileRow(at)).receipt.rejections, [
    { line: 2, reason: reason("…") },
    { line: 3, reason: reason("five") },
  ]);
  const [{ error }] = await sql`select error from recommender.recommender_projects`;
  assertEquals(error, `All rows are rejected, the first because ${reason("…")}.`);
});

Deno.test("a project deleted in the meantime is erased completely", async () => {
  await using service = await testRecommender();
  const at = await project(service);
  await at.ann.send("DELETE", `${at.path}/users/ann`);
  const { registry, sql, blobs } = service;
  const deleting = {
    ...registry,
    async versions(model: string) {
      await at.ann.send("DELETE", at.path);
      return await registry.versions(model);
    },
  };
  await at.round({ registry: deleting });
  await sql`update recommender.erasures set next_try_at = now(), created_at = now() - interval '1 hour'`;
  await at.round();
  assertEquals(await blobs.list(""), []);
  assertEquals([...await sql`select name from recommender.erasures`], []);
});

Deno.test("two concurrent processes erase a user once", async () => {
  await using service = await testRecommender();
  const at = await project(service);
  await at.ann.send("DELETE", `${at.path}/users/ann`);
  await Promise.all([at.round(), at.round(), at.round()]);
  for (let i = 0; i < 3; i++) await at.round();
  assertEquals([await at.pending(), await at.usersWithLikes("1")], [{ users: [], cause: null }, [
    "7",
    "cy",
  ]]);
  assertEquals(Object.keys(await at.texts()).length, 1);
  assertEquals(
    (await service.registry.files(`project-${at.id}-recommender`, "1", "data")).length,
    3,
  );
  assert(
    (await service.registry.files(`project-${at.id}-recommender`, "1", "data")).includes(MANIFEST),
  );
});
