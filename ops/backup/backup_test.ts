import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Sql } from "postgres";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { openRegistry } from "../../functions/recommender/registry/open.ts";
import { NOBODYS } from "../../testing/owned_rows.ts";
import { testBucket } from "../../dev/r2.ts";
import { sqlFunctions } from "../database/sql_functions.ts";
import { BackupError } from "./backup_error.ts";
import { checkBackup } from "./check_backup.ts";
import { backupsIn, findBackup, pruneBackups } from "./find_backup.ts";
import {
  type BackupStorage,
  openBackupStorage,
} from "../../worker-trainer/backups/backup_storage.ts";
import { takeBackup } from "./take_backup.ts";
import {
  addAccount,
  emptyPlace,
  publish,
  restore,
  type TestInstallation,
  testInstallation,
} from "../../testing/installation.ts";

const say = () => {};

/** Creates a folder for backups, deleted at the end of the scope. */
async function testStorage(): Promise<BackupStorage & AsyncDisposable> {
  const folder = await Deno.makeTempDir({ prefix: "airec-backups-" });
  return {
    ...openBackupStorage(folder, {}),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/** Backs up an installation; returns the folder of the backup. */
async function backUp(
  installation: TestInstallation,
  storage: BackupStorage,
): Promise<BackupStorage> {
  const { name } = await takeBackup(installation, { storage, say });
  return storage.within(name);
}

/** Returns every row of every table as JSON text, by table. */
async function rowsOf(sql: Sql): Promise<Record<string, string[]>> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('auth', 'http', 'webhooks', 'recommender') order by 1`;
  const rows: Record<string, string[]> = {};
  for (const { name } of tables) {
    const found = await sql.unsafe(`select to_jsonb(t)::text as row from ${name} t order by 1`);
    rows[name] = found.map(({ row }) => row);
  }
  return rows;
}

/** Returns the bytes of all files of a model's versions. */
async function filesOf({ registry }: Pick<TestInstallation, "registry">, model: string) {
  const files: Record<string, Uint8Array> = {};
  for (const { version } of await registry.versions(model)) {
    for (const [path, open] of Object.entries((await registry.exported(model, version)).files)) {
      files[`${version} ${path}`] = await new Response((await open()).stream).bytes();
    }
  }
  return files;
}

Deno.test("every row, file and version is restored unchanged from a backup in a folder", async () => {
  await using original = await testInstallation();
  await using storage = await testStorage();
  await using empty = await emptyPlace();
  const { sql } = original;
  const ada = await addAccount(original, "ada");
  const eve = await addAccount(original, "eve");
  // Of three versions the first is deleted and the second serves, so the numbers have a gap.
  for (let i = 0; i < 2; i++) await publish(original, ada);
  await original.registry.removeVersion(ada.model, "1");
  await original.registry.setAlias(ada.model, "champion", "2");
  await original.registry.setAlias(ada.model, "challenger", "3");
  await sql`
    update recommender.recommender_projects set mlflow_model_version = '2' where id = ${ada.project}`;
  // Values that COPY must escape and preserve.
  await sql`
    update auth.users set name = ${'tab\t, line\n, \\N, \\., "quoted" é 🎬'} where id = ${ada.owner}`;
  await sql`
    update recommender.recommender_projects set report = '{"a": [1, null, "\\u00e9"]}'
    where id = ${eve.project}`;
  // An unfinished upload is not part of a backup; rows without an owner are.
  await sql`delete from recommender.uploads where owner_id = ${eve.owner}`;
  await sql`update recommender.uploads set sha256 = 'ab'`;
  await sql`insert into auth.users (name, email, password) values ('gone', 'gone@example.test', '')`;
  await sql`delete from auth.users where name = 'gone'`;
  await sql`insert into auth.signups (address) values ('203.0.113.9')`;
  await sql`insert into auth.password_attempts (account, address) values ('a', '203.0.113.9')`;
  await sql`insert into http.pauses (duty, reason, until) values ('webhooks', '', 'infinity')`;

  const before = await rowsOf(sql);
  const uncovered = Object.keys(before).filter((name) => before[name].length === 0);
  const backup = await backUp(original, storage);
  assertEquals(await rowsOf(sql), before);
  const { migrations, erased } = await restore(backup, empty.environment);
  assertEquals([migrations, erased], [[], { users: 0, accounts: 0 }]);

  assertEquals(await rowsOf(empty.database.sql), before);
  assertEquals(
    uncovered.filter((name) => !NOBODYS.includes(name)),
    [],
    "shows nothing without a row: testing/owned_rows.ts has none for it",
  );
  const blobs = diskBlobs(empty.environment.BLOBS_FOLDER);
  const restored = openRegistry({ blobs, installation: await installationOf(sql), mlflow: {} });
  assertEquals(await blobs.list("uploads/"), await original.blobs.list("uploads/"));
  for (const name of await blobs.list("uploads/")) {
    const [is, was] = await Promise.all([blobs.read(name), original.blobs.read(name)]);
    assertEquals(is!.bytes, was!.bytes);
  }
  for (const { model } of [ada, eve]) {
    assertEquals(await restored.versions(model), await original.registry.versions(model));
    assertEquals(await filesOf({ registry: restored }, model), await filesOf(original, model));
    for (const alias of ["champion", "challenger"] as const) {
      assertEquals(await restored.alias(model, alias), await original.registry.alias(model, alias));
    }
  }
  // Sequences continue.
  const next = async (sql: Sql) => {
    const [{ id }] = await sql`
      insert into recommender.recommender_projects (owner_id, project_name, model_type)
      values (${ada.owner}, 'Next', 'CONTENT') returning id`;
    return id;
  };
  assertEquals(await next(empty.database.sql), await next(sql));

  // The folder is readable only by its owner, and only secrets.json contains the secrets.
  if (Deno.build.os !== "windows") {
    const mode = async (path: string) => (await Deno.stat(path)).mode! & 0o777;
    assertEquals(await mode(backup.description), 0o700);
    assertEquals(await mode(join(backup.description, "secrets.json")), 0o600);
    assertEquals(await mode(join(storage.description, "erasures")), 0o700);
  }
});

async function installationOf(sql: Sql): Promise<string> {
  const [{ id }] = await sql<{ id: string }[]>`select id from recommender.installation`;
  return id;
}

Deno.test("a restored database has the SQL functions of this version, applied anew", async () => {
  await using original = await testInstallation();
  await using storage = await testStorage();
  await using empty = await emptyPlace();
  const applied = (sql: Sql) =>
    sql<{ name: string; applied_at: Date }[]>`
      select name, applied_at from public.airec_functions order by name collate "C"`;
  const before = await applied(original.sql);
  await restore(await backUp(original, storage), empty.environment);
  const after = await applied(empty.database.sql);
  assertEquals(after.map(({ name }) => name), [...(await sqlFunctions()).keys()]);
  assert(after.every(({ applied_at }, i) => applied_at > before[i].applied_at));
});

Deno.test({
  name: "a backup in a bucket is restored like one in a folder",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using bucket = await testBucket();
    await using original = await testInstallation();
    await using empty = await emptyPlace();
    const ada = await addAccount(original, "ada");
    await original.sql`delete from recommender.uploads`;
    const storage = openBackupStorage(`s3://${bucket.s3.bucket}/airec/nightly/`, {
      BACKUP_S3_ENDPOINT: bucket.s3.endpoint,
      BACKUP_S3_ACCESS_KEY_ID: bucket.s3.accessKeyId,
      BACKUP_S3_SECRET_ACCESS_KEY: bucket.s3.secretAccessKey,
    });
    const backup = await backUp(original, storage);
    assert(backup.description.startsWith("s3://blobs/airec/nightly/2"), backup.description);
    assertEquals(
      (await findBackup(storage, say)).description,
      backup.description,
    );
    await original.sql`
      update recommender.erased_users set user_id = 'gone later' where project_id = ${ada.project}`;
    await backUp(original, storage);
    const { erased } = await restore(backup, empty.environment);
    assertEquals(erased.users, 1, "the list is found beside");
    const before = await rowsOf(original.sql);
    const after = await rowsOf(empty.database.sql);
    for (const name of ["auth.users", "webhooks.endpoints", "recommender.uploaded_files"]) {
      assertEquals(after[name], before[name]);
    }
    const installation = await installationOf(original.sql);
    const pruned = await pruneBackups(storage, { keep: 1, installation });
    assertEquals(pruned, [backup.description.split("/").at(-1)!]);
    assertEquals((await backupsIn(storage)).length, 1);
  },
});

Deno.test("truncated, changed or missing files of a backup are named before anything is changed", async () => {
  await using original = await testInstallation();
  await using storage = await testStorage();
  await using empty = await emptyPlace();
  const { model } = await addAccount(original, "ada");
  const backup = await backUp(original, storage);
  const folder = backup.description;
  const refused = async (words: string) => {
    const error = await assertRejects(() => restore(backup, empty.environment), BackupError);
    assertStringIncludes(error.message, words);
    assertEquals(await empty.database.sql`select from auth.users`.then(({ count }) => count), 0);
    await empty.database.sql.end();
  };
  const pieces = [
    "database/auth.users.copy.gz",
    "files.jsonl",
    `models/${model}/1/files/0`,
    "secrets.json",
  ];
  for (const piece of pieces) {
    const path = join(folder, piece);
    const bytes = await Deno.readFile(path);
    await Deno.writeFile(path, bytes.subarray(0, -1));
    await assertRejects(() => checkBackup(backup), BackupError, `${piece} has`);
    const other = bytes.slice();
    other[other.length >> 1] ^= 1;
    await Deno.writeFile(path, other);
    await assertRejects(() => checkBackup(backup), BackupError, `${piece} has the wrong checksum`);
    await Deno.remove(path);
    await assertRejects(() => checkBackup(backup), BackupError, `${piece} is missing`);
    if (piece === pieces[0]) await refused("is missing");
    await Deno.writeFile(path, bytes);
  }
  await checkBackup(backup);

  const path = join(folder, "manifest.json");
  const text = await Deno.readTextFile(path);
  for (const changed of [text.slice(0, -9), text.replace('"rows": 1', '"rows": 2')]) {
    await Deno.writeTextFile(path, changed);
    await assertRejects(() => checkBackup(backup), BackupError, "was changed or truncated");
  }
  await Deno.writeTextFile(path, text.replace('"format": 1', '"format": 2'));
  await assertRejects(() => checkBackup(backup), BackupError, "with a newer one");
  await Deno.remove(path);
  await assertRejects(() => checkBackup(backup), BackupError, "is incomplete");
  const found: string[] = [];
  const meant = await findBackup(storage, (line) => found.push(line));
  await assertRejects(() => checkBackup(meant), BackupError, "is incomplete");
  assertEquals(found.length, 1);

  // The latest complete backup is chosen instead.
  await Deno.writeTextFile(path, text);
  await Deno.mkdir(join(storage.description, "2999-01-01T00-00-00-000Z"));
  await Deno.writeTextFile(
    join(storage.description, "2999-01-01T00-00-00-000Z", "files.jsonl"),
    "",
  );
  assertEquals((await findBackup(storage, (line) => found.push(line))).description, folder);
  assertStringIncludes(found[1], "2999-01-01T00-00-00-000Z is incomplete");
});

Deno.test("users erased and accounts deleted after a backup are not restored", async () => {
  await using original = await testInstallation();
  await using storage = await testStorage();
  await using empty = await emptyPlace();
  const { sql } = original;
  const ada = await addAccount(original, "ada");
  const eve = await addAccount(original, "eve");
  await sql`
    update recommender.uploaded_files set file_type = 'INTERACTION'
    where project_id = ${ada.project}`;
  const backup = await backUp(original, storage);
  await sql`
    insert into recommender.erased_users (project_id, user_id, forgotten_at)
    values (${ada.project}, 'bob', now())`;
  await sql`delete from auth.users where id = ${eve.owner}`;
  await backUp(original, storage);
  await backUp(original, storage);

  const { erased } = await restore(backup, empty.environment);
  assertEquals(erased, { users: 1, accounts: 1 });
  const restored = empty.database.sql;
  const people = await restored`
    select user_id, forgotten_at from recommender.erased_users order by user_id`;
  assertEquals([...people], [
    { user_id: "bob", forgotten_at: null },
    { user_id: "user", forgotten_at: null },
  ]);
  const projects = await restored`
    select status from recommender.recommender_projects where id = ${ada.project}`;
  assertEquals([...projects], [{ status: "PENDING" }], "a training without bob is queued");
  assertEquals([...await restored`select name from auth.users`], [{ name: "ada" }]);
  // The deleted account's files and models are also queued for erasure.
  const names = await restored`select kind, name from recommender.erasures order by 1, 2`;
  assertEquals([...names].filter(({ name }) => /project|uploads/.test(name)).length >= 2, true);
  assert(names.some(({ kind, name }) => kind === "MODEL" && name === eve.model));
});

Deno.test("a restore overwrites nothing without --replace, and removes what it replaces", async () => {
  await using original = await testInstallation();
  await using storage = await testStorage();
  const { sql, folder } = original;
  const ada = await addAccount(original, "ada");
  const backup = await backUp(original, storage);
  const later = await addAccount(original, "later");
  const environment = {
    DATABASE_URL: original.database.url,
    BLOBS_FOLDER: folder,
    PASSWORD_PEPPER: "a pepper",
    AIREC_SECRET_KEY: "a key",
  };
  await assertRejects(
    () => restore(backup, environment, { replace: true }),
    BackupError,
    "are open",
  );
  await Promise.all([sql.end(), original.database.service.end()]);
  await assertRejects(() => restore(backup, environment), BackupError, "already contains accounts");
  {
    // An empty database is not enough: the files may belong to a running original.
    await using empty = await emptyPlace();
    const mixed = { ...empty.environment, BLOBS_FOLDER: folder };
    await assertRejects(() => restore(backup, mixed), BackupError, "contains 2 models");
    const others = { ...empty.environment, PASSWORD_PEPPER: "another" };
    await assertRejects(() => restore(backup, others), BackupError, "PASSWORD_PEPPER");
  }

  await restore(backup, environment, { replace: true });
  await using again = await reopened(original);
  const people = await again.sql`select name from auth.users`;
  assertEquals([...people], [{ name: "ada" }]);
  assertEquals(await original.registry.alias(ada.model, "champion"), "1");
  // Files and models of a later project are queued for erasure, and its id is not reused.
  const erasures = await again.sql`
    select kind, name from recommender.erasures where name not like '%/part' order by kind`;
  assertEquals([...erasures], [
    { kind: "BLOB", name: `uploads/${later.owner}` },
    { kind: "MODEL", name: later.model },
  ]);
  const [{ id }] = await again.sql`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    values (${ada.owner}, 'Next', 'CONTENT') returning id`;
  assert(id > later.project, `${id}`);
});

/** Opens a new pool: the restore closed the existing connections. */
async function reopened({ database }: TestInstallation) {
  const { default: postgres } = await import("postgres");
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  return { sql, [Symbol.asyncDispose]: () => sql.end() };
}

Deno.test("a restored copy has its own id and models, and starts paused", async () => {
  await using original = await testInstallation();
  await using storage = await testStorage();
  await using empty = await emptyPlace();
  const ada = await addAccount(original, "ada");
  await original.sql`insert into recommender.erasures (kind, name) values ('MODEL', ${ada.model})`;
  const before = await filesOf(original, ada.model);
  const backup = await backUp(original, storage);
  // A copy next to the original leaves the original's models unchanged.
  const { installation } = await restore(backup, {
    ...empty.environment,
    BLOBS_FOLDER: `${empty.environment.BLOBS_FOLDER}/copy`,
  }, { asCopy: true });
  const { sql } = empty.database;
  assertEquals(await installationOf(sql), installation);
  const paused = await sql`select duty from http.pauses where until = 'infinity' order by 1`;
  assertEquals(paused.map(({ duty }) => duty), ["retrains", "webhooks"]);
  assertEquals((await sql`select from recommender.erasures`).count, 0);
  const name = `project-${ada.project}-recommender-${installation.slice(0, 8)}`;
  const [project] = await sql`
    select mlflow_model_name as name from recommender.recommender_projects where id = ${ada.project}`;
  assertEquals(project.name, name);
  const blobs = diskBlobs(`${empty.environment.BLOBS_FOLDER}/copy`);
  const registry = openRegistry({ blobs, installation, mlflow: {} });
  assertEquals(await filesOf({ registry }, name), before);
  assertEquals(await filesOf(original, ada.model), before);
  const [next] = await sql`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    values (${ada.owner}, 'Next', 'CONTENT') returning mlflow_model_name as name, id`;
  assertEquals(next.name, `project-${next.id}-recommender-${installation.slice(0, 8)}`);
  // A copy can itself be backed up.
  const again = await backUp(
    { ...original, sql, blobs, registry, database: empty.database },
    storage,
  );
  await using third = await emptyPlace();
  await restore(again, third.environment);
  const [same] = await third.database.sql`
    select mlflow_model_name as name from recommender.recommender_projects where id = ${ada.project}`;
  assertEquals(same.name, name);
});

Deno.test("files missing in the installation are reported, and do not make a backup incomplete", async () => {
  await using original = await testInstallation();
  await using storage = await testStorage();
  const ada = await addAccount(original, "ada");
  const eve = await addAccount(original, "eve");
  await original.blobs.remove(`uploads/${ada.owner}`);
  await original.blobs.put(`uploads/${eve.owner}`, new Uint8Array(3));
  const path = `${original.folder}/models/${eve.model}/artifacts`;
  const [training] = Array.from(Deno.readDirSync(path), ({ name }) => name);
  await Deno.truncate(`${path}/${training}/data/model.safetensors`, 9);
  const { name, manifest } = await takeBackup(original, { storage, say });
  assertEquals(manifest.lacks.map((sentence) => sentence.replace(/[0-9a-f-]{36}/, "…")), [
    `Version 1 of ${eve.model} is excluded: its files do not match its manifest.`,
    "The file uploads/… is missing in the storage.",
    "The file uploads/… does not match its digest.",
  ]);
  await checkBackup(storage.within(name));
});
