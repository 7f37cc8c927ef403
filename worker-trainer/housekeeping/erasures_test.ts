import { assertEquals, assertStringIncludes } from "@std/assert";
import { testRecommender } from "../../testing/recommender.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { folderRegistry } from "../../functions/recommender/registry/folder.ts";
import { testDatabase } from "../../testing/database.ts";
import { until } from "../../testing/until.ts";
import { workOffErasures } from "./erasures.ts";
import { expireUploads } from "./expire_uploads.ts";

const SCHEMA = '{"user_id": "u", "item_id": "i"}';

const log = () => {};

/** Lists all files in a folder, including hidden ones. */
async function filesIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory) paths.push(name);
    else paths.push(...(await filesIn(`${folder}/${name}`)).map((path) => `${name}/${path}`));
  }
  return paths;
}

Deno.test("only expired uploads without a project are erased", async () => {
  await using service = await testRecommender();
  const { sql, blobsFolder } = service;
  const uploads = `${blobsFolder}/uploads`;
  const ann = await service.signUp("ann");
  await ann.upload({
    project_name: "Films",
    interaction_file: new File(["u,i\nann,1\n"], "kept.csv"),
    interaction_schema_json: SCHEMA,
  });
  const [kept] = await service.blobs.list("uploads/");

  // Uploaded parts; a file that a killed service had stored, and one it had begun to store.
  const { body: { id } } = await ann.post("/uploads", { file_name: "a.csv", bytes: 9 });
  await ann.request(`/uploads/${id}/1`, { method: "PUT", body: "u,i\ncy,1\n" });
  await service.blobs.put("uploads/orphan", new Uint8Array(9));
  await Deno.writeFile(`${uploads}/.half.${crypto.randomUUID()}.part`, new Uint8Array(9));
  await sql`
    insert into recommender.uploads (owner_id, storage_path)
    select id, unnest(array['uploads/orphan', 'uploads/half']) from auth.users`;
  await expireUploads(sql);
  assertEquals(await workOffErasures(sql, { ...service, log }), 0);
  assertEquals((await filesIn(uploads)).length, 4);

  await sql`update recommender.uploads set expires_at = now() - interval '1 second'`;
  await expireUploads(sql);
  await workOffErasures(sql, { ...service, log });
  assertEquals((await filesIn(uploads)).map((name) => `uploads/${name}`), [kept]);
  assertEquals([...await sql`select kind from recommender.erasures`], []);
  assertEquals((await ann.get("/uploads")).body, []);
});

Deno.test("deleting an account erases its uploads", async () => {
  await using service = await testRecommender();
  const ann = await service.signUp("ann");
  const { body: { id } } = await ann.post("/uploads", { file_name: "a.csv", bytes: 9 });
  await ann.request(`/uploads/${id}/1`, { method: "PUT", body: "u,i\ncy,1\n" });
  await service.sql`delete from auth.users`;
  await workOffErasures(service.sql, { ...service, log });
  assertEquals(await filesIn(`${service.blobsFolder}/uploads`), []);
});

/** A database with pending erasures, and the stores to which they refer. */
async function stores() {
  const database = await testDatabase();
  const folder = await Deno.makeTempDir();
  const blobs = diskBlobs(folder);
  const { sql } = database;
  return {
    ...{ sql, blobs, folder, registry: folderRegistry(blobs, { installation: "here" }) },
    async add(kind: string, name: string) {
      await sql`
        insert into recommender.erasures (kind, name, created_at)
        values (${kind}, ${name}, now() - interval '1 hour')`;
    },
    left: () =>
      sql<{ name: string; attempts: number; last_error: string; waits: boolean }[]>`
        select name, attempts, last_error, next_try_at > now() as waits
        from recommender.erasures order by id`,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("a failed erasure keeps its error and its own next attempt, and delays no other", async () => {
  await using at = await stores();
  const { sql, blobs, registry, folder } = at;
  const theirs = JSON.stringify({ installation: "there", versions: [] });
  await blobs.put("models/theirs/index.json", new TextEncoder().encode(theirs));
  // A blob that cannot be removed, even by root.
  await Deno.mkdir(`${folder}/uploads/refused/inside`, { recursive: true });
  await blobs.put("uploads/ours", new Uint8Array(9));
  await blobs.put("models/ours/artifacts/t/MLmodel", new Uint8Array(9));
  for (const name of ["uploads/refused", "uploads/ours"]) await at.add("BLOB", name);
  for (const name of ["theirs", "ours"]) await at.add("MODEL", name);

  const lines: Record<string, unknown>[] = [];
  const options = {
    blobs,
    registry,
    log: (line: Record<string, unknown>) => void lines.push(line),
  };
  await sql`
    insert into http.pauses (duty, reason, until)
    values ('removals', 'a backup', now() + interval '1 minute')`;
  assertEquals(await workOffErasures(sql, options), 0);
  await sql`update http.pauses set until = now()`;
  assertEquals(await workOffErasures(sql, options), 2);

  assertEquals(await blobs.list(""), ["models/theirs/index.json"]);
  const [refused, foreign] = await at.left();
  assertEquals([refused.name, refused.attempts, refused.waits], ["uploads/refused", 1, true]);
  assertStringIncludes(refused.last_error, "os error");
  assertEquals([foreign.name, foreign.attempts, foreign.waits], ["theirs", 1, true]);
  assertStringIncludes(foreign.last_error, "belongs to the installation there");
  const shown = lines.map(({ level, message, name }) => [level, message, name].join());
  assertEquals(shown.sort(), [
    "error,erasure failed,theirs",
    "error,erasure failed,uploads/refused",
  ]);

  // Nothing is tried early; then the repaired one succeeds, and the other's delay grows.
  assertEquals(await workOffErasures(sql, options), 0);
  assertEquals(lines.length, 2);
  await Deno.remove(`${folder}/uploads/refused/inside`);
  await sql`update recommender.erasures set next_try_at = now()`;
  assertEquals(await workOffErasures(sql, options), 1);
  assertEquals((await at.left()).map(({ name, attempts }) => [name, attempts]), [["theirs", 2]]);
});

Deno.test("a hanging store delays only its own erasures, by the deadline", async () => {
  await using at = await stores();
  const hanging = { ...at.registry, remove: () => new Promise<void>(() => {}) };
  for (const name of ["a", "b", "c"]) await at.add("MODEL", name);
  await at.blobs.put("uploads/ours", new Uint8Array(9));
  await at.add("BLOB", "uploads/ours");

  const working = workOffErasures(at.sql, {
    ...{ blobs: at.blobs, registry: hanging, log, deadlineMs: 500 },
  });
  await until(async () => (await at.blobs.list("uploads/")).length === 0);
  await working;

  const left = await at.left();
  assertEquals(left.map(({ name, attempts }) => [name, attempts]), [["a", 1], ["b", 1], ["c", 1]]);
  assertEquals(left[0].last_error, "It did not finish within 0.5 seconds.");
});

Deno.test("an erasure is attempted by one process at a time, and again after its heartbeat stops", async () => {
  await using at = await stores();
  const { sql, blobs } = at;
  let removals = 0;
  const slow = {
    ...at.registry,
    async remove() {
      removals++;
      await new Promise((resolve) => setTimeout(resolve, 200));
    },
  };
  await at.add("MODEL", "once");
  const options = { blobs, registry: slow, log };
  const erased = await Promise.all([1, 2, 3].map(() => workOffErasures(sql, options)));
  assertEquals([removals, erased.sort()], [1, [0, 0, 1]]);

  // As left by a process killed during its first try.
  await at.add("BLOB", "uploads/x");
  await sql`
    update recommender.erasures set attempts = 1, next_try_at = now() + interval '30 seconds'`;
  assertEquals(await workOffErasures(sql, options), 0);
  await sql`update recommender.erasures set next_try_at = now()`;
  assertEquals(await workOffErasures(sql, options), 1);
});
