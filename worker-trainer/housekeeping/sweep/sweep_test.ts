import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { testDatabase } from "../../../testing/database.ts";
import { diskBlobs } from "../../../functions/recommender/blobs/disk.ts";
import { installationId } from "../../../functions/recommender/projects/projects.ts";
import { folderRegistry } from "../../../functions/recommender/registry/folder.ts";
import { pendingProject, testOwner } from "../../../testing/training_project.ts";
import { sweepIfDue, type SweepOptions } from "./sweep.ts";
import { beginSweep, endSweep } from "./sweep_store.ts";

const FILE = new TextEncoder().encode("u,i\n1,2\n");

/** Creates an installation with a database and a folder, until the end of the scope. */
async function installed() {
  const database = await testDatabase();
  const { sql } = database;
  const folder = await Deno.makeTempDir();
  const blobs = diskBlobs(folder);
  const installation = await installationId(sql);
  const registry = folderRegistry(blobs, { installation });
  const lines: Record<string, unknown>[] = [];
  return {
    ...{ sql, folder, blobs, installation, registry, lines },
    /** Runs a sweep, three days later by default; returns the counts in its last log line. */
    async sweep(options: Partial<SweepOptions> & { days?: number } = {}) {
      const { days = 3, ...more } = options;
      await sql`update recommender.sweeps set started_at = started_at - interval '1 day'`;
      await sql`update recommender.leftovers set found_at = found_at - interval '1 day'`;
      const log: SweepOptions["log"] = (line) => void lines.push(line);
      const now = new Date(Date.now() + days * 86_400_000);
      const place = { blobs, registry, installation, oursAlone: false };
      assert(await sweepIfDue(sql, { ...place, log, now, ...more }));
      const { level: _, message, ...counts } = lines.at(-1)!;
      assertEquals(message, "sweep done");
      return counts;
    },
    names: async () => (await Array.fromAsync(blobs.entries(""))).map(({ name }) => name).sort(),
    leftovers: () =>
      sql`
        select kind, name, removed_at is not null as removed, last_error, project_id
        from recommender.leftovers order by name`,
    /** Publishes like a training interrupted after its first file. */
    async cutOff(model: string, trainingId: string) {
      await registry.publish({
        ...{ model, trainingId, description: "", parameters: {}, metrics: {}, tags: {} },
        files: { MLmodel: FILE, "not a name": FILE },
        startedAt: new Date(),
      }).catch(() => {});
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const NONE = { found: 0, removed: 0, missing: 0 };

Deno.test("unreferenced objects are reported by one sweep and removed by the next, others are kept", async () => {
  await using at = await installed();
  const { sql, blobs, installation, folder } = at;
  const ours = `uploads/${installation}`;
  const dialect = {};
  const file = { file_type: "INTERACTION" as const, dialect, mapping: {} };
  await pendingProject(sql, { files: [{ ...file, storage_path: `${ours}/file` }] });
  const owner = await testOwner(sql);
  await sql`
    insert into recommender.uploads (owner_id, storage_path) values (${owner}, ${
    ours + "/coming"
  })`;
  await sql`
    insert into recommender.erasures (kind, name, next_try_at)
    values ('BLOB', ${ours + "/refused"}, 'infinity')`;
  const kept = ["file", "coming", "refused"].map((name) => `${ours}/${name}`);
  const others = ["uploads/of-before", "uploads/another/file", "elsewhere/file", "models/x/y"];
  for (const name of [...kept, ...others, `${ours}/left`]) await blobs.put(name, FILE);
  const coming = await blobs.parts.begin(`${ours}/coming`);
  // A leftover of an interrupted write next to the whole file.
  const part = `${folder}/${ours}/.file.${crypto.randomUUID()}.part`;
  await Deno.writeFile(part, FILE);

  assertEquals(await at.sweep({ days: 1.9 }), NONE);
  assertEquals(await at.sweep(), { ...NONE, found: 2 });
  assert((await at.names()).includes(`${ours}/left`));
  assertEquals(await at.sweep(), { ...NONE, found: 2, removed: 2 });
  // The parts of the upload in progress are kept.
  assertEquals(await at.names(), [...kept, ...others, coming.name].sort());
  const said = at.lines.filter(({ name }) => name === `${ours}/left`);
  assertEquals(said.map(({ message }) => message), ["left over found", "left over removed"]);
  assertEquals(
    (await at.leftovers()).map(({ name, removed }) => [name, removed]),
    [[`${ours}/file (unfinished)`, true], [`${ours}/left`, true]].sort(),
  );
  assertEquals(await at.sweep(), NONE);
});

Deno.test("names without an installation are swept if the operator declares the store exclusive", async () => {
  await using at = await installed();
  for (const name of ["uploads/old", "uploads/another/file", "models/old/artifacts/t/a"]) {
    await at.blobs.put(name, FILE);
  }
  assertEquals(await at.sweep(), NONE);
  assertEquals(await at.sweep({ oursAlone: true }), { ...NONE, found: 2 });
  assertEquals(await at.sweep({ oursAlone: true }), { ...NONE, found: 2, removed: 2 });
  assertEquals(await at.names(), ["uploads/another/file"]);
});

Deno.test("artifacts without a version and models without a project are removed, except the latest training's", async () => {
  await using at = await installed();
  const id = await pendingProject(at.sql);
  const [{ model, training_id }] = await at.sql`
    select mlflow_model_name as model, training_id from recommender.recommender_projects
    where id = ${id}`;
  for (const training of ["t-old", training_id]) await at.cutOff(model, training);
  await at.cutOff("project-999-recommender", "t-gone");
  await at.sweep();
  assertEquals(await at.sweep(), { ...NONE, found: 2, removed: 2 });
  assertEquals(await at.names(), [
    `models/${model}/artifacts/${training_id}/MLmodel`,
    `models/${model}/index.json`,
  ]);
  // A model whose removal is recorded is left to the erasure.
  await at.sql`delete from recommender.recommender_projects`;
  assertEquals(await at.sweep(), NONE);
});

Deno.test("rows with a missing blob or version are reported until it is restored", async () => {
  await using at = await installed();
  const { sql, blobs, installation } = at;
  const storage_path = `uploads/${installation}/gone`;
  await blobs.put(`uploads/${installation}/there`, FILE);
  const files = [{ file_type: "CONTENT" as const, storage_path, dialect: {}, mapping: {} }];
  const id = await pendingProject(sql, { files });
  await sql`update recommender.recommender_projects set mlflow_model_version = '7'`;
  assertEquals(await at.sweep({ days: 0 }), { ...NONE, missing: 2 });
  assertEquals([...await at.leftovers()], [
    ...[`project-${id}-recommender/7`, storage_path].map((name) => ({
      ...{ kind: "MISSING", name, removed: false, last_error: null, project_id: id },
    })),
  ]);
  const [line] = at.lines;
  assertEquals([line.level, line.message], ["error", "a row names what is not there"]);

  await blobs.put(storage_path, FILE);
  await sql`update recommender.recommender_projects set mlflow_model_version = null`;
  assertEquals(await at.sweep({ days: 0 }), NONE);
  assertEquals([...await at.leftovers()], []);

  // A volume that is not mounted is empty: its files are not reported as missing.
  await Deno.remove(`${at.folder}/uploads`, { recursive: true });
  const { error, ...counts } = await at.sweep({ days: 0 });
  assertEquals(counts, NONE);
  assertStringIncludes(String(error), "is empty");
});

Deno.test("nothing is removed while removals are paused, and a refused removal stops no other", async () => {
  await using at = await installed();
  const { sql, folder, installation } = at;
  const names = ["a", "b"].map((name) => `uploads/${installation}/${name}`);
  for (const name of names) await at.blobs.put(name, FILE);
  await at.sweep();
  await sql`
    insert into http.pauses (duty, reason, until) values ('removals', 'a backup', 'infinity')`;
  assertEquals(await at.sweep(), { ...NONE, found: 2 });
  await sql`delete from http.pauses`;

  const refusing = {
    ...at.blobs,
    remove: (name: string) =>
      name === names[0] ? Promise.reject(new Error("It is not allowed.")) : at.blobs.remove(name),
  };
  assertEquals(await at.sweep({ blobs: refusing }), { ...NONE, found: 2, removed: 1 });
  assertEquals(await at.names(), [names[0]]);
  const [{ last_error, removed }] = await at.leftovers();
  assertEquals([last_error, removed], ["It is not allowed.", false]);
  assertEquals(await at.sweep(), { ...NONE, found: 1, removed: 1 });
  await Deno.stat(folder);
});

Deno.test("an unavailable store or one broken index does not stop the rest of a sweep", async () => {
  await using at = await installed();
  const { installation, blobs } = at;
  await blobs.put(`uploads/${installation}/left`, FILE);
  await blobs.put("models/broken/index.json", new TextEncoder().encode("{"));
  await at.cutOff("project-999-recommender", "t-gone");
  await at.sweep();
  const { error, ...counts } = await at.sweep();
  assertEquals(counts, { ...NONE, found: 2, removed: 2 });
  assertStringIncludes(String(error), "JSON");

  await blobs.put(`uploads/${installation}/left`, FILE);
  const away = {
    ...blobs,
    entries: () => {
      throw new Error("The bucket is away.");
    },
  };
  const again = await at.sweep({ blobs: away });
  assertStringIncludes(String(again.error), "The bucket is away.");
  // Objects that could not be checked keep their entries.
  assertEquals((await at.leftovers()).length, 2);
});

Deno.test("one sweep runs at a time; a killed sweep is followed by another", async () => {
  await using at = await installed();
  const { sql } = at;
  const begun = await Promise.all([1, 2, 3].map(() => beginSweep(sql)));
  const [id] = begun.filter((id) => id !== undefined);
  assertEquals(begun.filter((id) => id !== undefined).length, 1);
  await sql`
    update recommender.sweeps set started_at = now() - interval '1 hour',
      lease_until = now() - interval '1 second'`;
  const next = (await beginSweep(sql))!;
  assert(next > id!);
  const [{ error }] = await sql`select error from recommender.sweeps where id = ${id!}`;
  assertEquals(error, "Its process ended before it did.");

  // The next sweep is due six hours after a successful one, 15 minutes after a failed one.
  const started = (ago: string) =>
    sql`update recommender.sweeps set started_at = now() - ${ago}::interval where id = ${next}`;
  await endSweep(sql, next, { ...NONE, error: null });
  await started("5 hours");
  assertEquals(await beginSweep(sql), undefined);
  await sql`update recommender.sweeps set error = 'The bucket is away.' where id = ${next}`;
  await started("14 minutes");
  assertEquals(await beginSweep(sql), undefined);
  await started("16 minutes");
  assert(await beginSweep(sql) !== undefined);
});
