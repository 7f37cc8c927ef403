/**
 * After an account is deleted nothing of it is found by content: with an upload, parts, a training
 * and a publish cut off by kill -9 on the way.
 */
import { assert, assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import {
  call,
  createProject,
  json,
  signedUp,
  startSystem,
  type System,
} from "../../dev/test_system.ts";
import { until } from "../../dev/test_until.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { installationId } from "../../functions/recommender/projects.ts";
import { folderRegistry } from "../../functions/recommender/registry/folder.ts";
import { removeLeftFolders } from "./left_folders.ts";
import { sweepIfDue } from "./sweep/sweep.ts";

/** 40 characters that stand nowhere else. */
const MARK = `mark${crypto.randomUUID().replaceAll("-", "")}abcd`;
const LATER = () => new Date(Date.now() + 49 * 3600_000);
const log = () => {};

/** Files of a small shop; each id, title and column bears the mark. */
function shop() {
  const items = ["item,title"];
  const rows = [`${MARK}user,item,note`];
  for (let item = 0; item < 40; item++) items.push(`${MARK}${item},${MARK} title ${item}`);
  for (let user = 0; user < 60; user++) {
    for (let n = 0; n < 8; n++) {
      rows.push(`${MARK}-${user},${MARK}${(user % 4) * 10 + (user * n + n) % 10},${MARK}`);
    }
  }
  return { items: items.join("\n"), rows: rows.join("\n") };
}

async function gzipped(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return await new Response(
    new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")),
  ).bytes();
}

/** Files under a folder whose bytes, unpacked where they are packed, hold the mark. */
async function marked(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await marked(path));
    else if (isFile && await holdsMark(path)) found.push(path);
  }
  return found;
}

async function holdsMark(path: string): Promise<boolean> {
  const bytes = await Deno.readFile(path).catch(() => new Uint8Array());
  const has = (some: Uint8Array) => new TextDecoder("latin1").decode(some).includes(MARK);
  if (has(bytes)) return true;
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return false;
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return has(await new Response(unpacked).bytes().catch(() => new Uint8Array()));
}

/** Tables that hold the mark, and files of the database once its dead rows are gone. */
async function markedInDatabase(sql: Sql): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`;
  const found: string[] = [];
  for (const { name } of tables) {
    const [{ rows }] = await sql.unsafe(
      `select count(*)::int as rows from ${name} t where t::text like '%${MARK}%'`,
    );
    if (rows > 0) found.push(name);
    await sql.unsafe(`vacuum full ${name}`);
  }
  await sql`checkpoint`;
  const [{ folder }] = await sql<{ folder: string }[]>`
    select current_setting('data_directory') || '/base/' || oid as folder
    from pg_database where datname = current_database()`;
  return [...found, ...await marked(folder)];
}

/** Ends a program as a lack of power would, and waits until it is back. */
async function kill(system: System, name: string): Promise<void> {
  const pid = system.pidOf(name)!;
  Deno.kill(pid, "SIGKILL");
  await until(() => ![undefined, pid].includes(system.pidOf(name)));
}

Deno.test("after DELETE /me nothing of the account is found by content, whatever was cut off", async () => {
  const temporary = await Deno.makeTempDir({ prefix: "airec-gone-" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(temporary, { recursive: true }));
  const system = stack.use(await startSystem({ env: { TMPDIR: temporary } }));
  const { sql, blobsFolder, at } = system;
  const headers = await signedUp(system);
  const { items, rows } = shop();
  const { id } = await createProject(system, headers, {
    name: `Shop ${MARK}`,
    content: {
      file: new File([items], `${MARK}.csv`),
      schema: { item_id: "item", item_title: "title" },
    },
    interaction: {
      file: new File([await gzipped(rows)], `${MARK}.csv.gz`),
      schema: { user_id: `${MARK}user`, item_id: "item" },
    },
  });
  const project = `${at.recommender}/project/${id}`;
  const state = async () => {
    const [row] = await sql`
      select status, stage, mlflow_model_version as version
      from recommender.recommender_projects where id = ${id}`;
    return row;
  };
  await until(async () => (await state()).status === "READY");

  // An upload in one request and one in parts, of which some came.
  const { id: parted } = await call(`${at.recommender}/uploads`, {
    ...json({ file_name: `${MARK}.csv`, bytes: 9_000_000 }, headers),
    expect: 201,
  });
  const part = new Uint8Array(9_000_000 - 8_388_608);
  part.set(new TextEncoder().encode(rows));
  await call(`${at.recommender}/uploads/${parted}/2`, { method: "PUT", headers, body: part });
  const sending = fetch(`${project}/interactions`, {
    method: "POST",
    headers: { ...headers, "content-type": "text/csv" },
    body: ReadableStream.from((async function* () {
      yield new TextEncoder().encode(`${rows}\n`.repeat(20));
      await new Promise(() => {});
    })()),
  }).catch(() => null);
  await until(async () => (await marked(`${blobsFolder}/uploads`)).length >= 4);
  await kill(system, "recommender");
  await sending;

  // A training that is killed as it publishes, with something in its temporary folder.
  await until(() => fetch(`${at.recommender}/health`).then(({ ok }) => ok, () => false));
  await call(`${project}/retrain`, { method: "POST", headers, expect: 202 });
  const folder = await until(async () => {
    const names = await Array.fromAsync(Deno.readDir(temporary), ({ name }) => name);
    return names.find((name) => name.startsWith("airec_training_"));
  });
  await Deno.writeTextFile(`${temporary}/${folder}/spilled`, MARK);
  await until(async () => (await state()).stage === "publishing");
  await kill(system, "trainer");

  const before = await marked(blobsFolder);
  assert(before.length > 4, before.join("\n"));
  assert((await markedInDatabase(sql)).length > 2);
  assertEquals(await marked(temporary), [`${temporary}/${folder}/spilled`]);

  await call(`${at.auth}/me`, {
    ...json({ password: "a fine long password" }, headers),
    method: "DELETE",
    expect: 204,
  });
  // The trainer's housekeeping does what is noted; a model would wait for one lease of a training.
  await sql`update recommender.erasures set created_at = now() - interval '1 hour'`;
  await until(async () => (await sql`select from recommender.erasures`).length === 0);
  const installation = await installationId(sql);
  const blobs = diskBlobs(blobsFolder);
  const registry = folderRegistry(blobs, { installation });
  for (let i = 0; i < 2; i++) {
    await sql`update recommender.sweeps set started_at = started_at - interval '1 day'`;
    const options = { blobs, registry, installation, oursAlone: false, log, now: LATER() };
    await until(() => sweepIfDue(sql, options));
  }
  await removeLeftFolders({ log, folder: temporary, now: LATER() });

  assertEquals(await marked(blobsFolder), []);
  assertEquals(await marked(temporary), []);
  assertEquals(await markedInDatabase(sql), []);
});
