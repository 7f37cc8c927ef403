/**
 * After an account is deleted, none of its content is found anywhere, even with an upload, parts, a
 * training and a publication interrupted by kill -9.
 */
import { assert, assertEquals } from "@std/assert";
import {
  call,
  createProject,
  json,
  signedUp,
  startSystem,
  type System,
} from "../../testing/system.ts";
import { until } from "../../testing/until.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { installationId } from "../../functions/recommender/projects/projects.ts";
import { folderRegistry } from "../../functions/recommender/registry/folder.ts";
import { markedFiles } from "../../testing/faults/marked_files.ts";
import { markedInPostgres } from "../../testing/faults/marked_in_postgres.ts";
import { ownPostgres } from "../../testing/own_postgres.ts";
import { removeLeftFolders } from "./left_folders.ts";
import { sweepIfDue } from "./sweep/sweep.ts";

/** 40 characters that occur nowhere else. */
const MARK = `mark${crypto.randomUUID().replaceAll("-", "")}abcd`;
const LATER = () => new Date(Date.now() + 49 * 3600_000);
const log = () => {};

/** Returns the files of a small shop; each id, title and column contains the mark. */
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

/** Kills a program, as a power failure would, and waits until it has been restarted. */
async function kill(system: System, name: string): Promise<void> {
  const pid = system.pidOf(name)!;
  Deno.kill(pid, "SIGKILL");
  await until(() => ![undefined, pid].includes(system.pidOf(name)));
}

Deno.test("after DELETE /me no content of the account is found, whichever step was interrupted", async () => {
  const temporary = await Deno.makeTempDir({ prefix: "airec-gone-" });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => Deno.remove(temporary, { recursive: true }));
  const server = stack.use(await ownPostgres());
  const system = stack.use(await startSystem({ database: server, env: { TMPDIR: temporary } }));
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

  // An upload in one request, and one in parts of which some arrived.
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
  await until(async () => (await markedFiles(`${blobsFolder}/uploads`, MARK)).length >= 4);
  await kill(system, "recommender");
  await sending;

  // A training that is killed while it publishes, with a file in its temporary folder.
  await until(() => fetch(`${at.recommender}/health`).then(({ ok }) => ok, () => false));
  await call(`${project}/retrain`, { method: "POST", headers, expect: 202 });
  const folder = await until(async () => {
    const names = await Array.fromAsync(Deno.readDir(temporary), ({ name }) => name);
    return names.find((name) => name.startsWith("airec_training_"));
  });
  await Deno.writeTextFile(`${temporary}/${folder}/spilled`, MARK);
  await until(async () => (await state()).stage === "publishing");
  await kill(system, "trainer");

  const inFolder = await markedFiles(temporary, MARK);
  const before = await markedFiles(blobsFolder, MARK);
  assertEquals(inFolder, [`${temporary}/${folder}/spilled`]);
  assert(before.length > 4, before.join("\n"));
  // Also in the statistics of its columns.
  await sql`analyze`;
  assert((await markedInPostgres(server, MARK)).includes("pg_statistic"));

  await call(`${at.auth}/me`, {
    ...json({ password: "a fine long password" }, headers),
    method: "DELETE",
    expect: 204,
  });
  // The trainer's housekeeping erases what is recorded; a model would wait for a training's lease.
  await sql`update recommender.erasures set created_at = now() - interval '1 hour'`;
  await until(async () => (await sql`select from recommender.erasures`).length === 0);
  await until(async () => (await sql`select from http.stale_statistics`).length === 0);
  const installation = await installationId(sql);
  const blobs = diskBlobs(blobsFolder);
  const registry = folderRegistry(blobs, { installation });
  for (let i = 0; i < 2; i++) {
    await sql`update recommender.sweeps set started_at = started_at - interval '1 day'`;
    const options = { blobs, registry, installation, oursAlone: false, log, now: LATER() };
    await until(() => sweepIfDue(sql, options));
  }
  await removeLeftFolders({ log, folder: temporary, now: LATER() });

  assertEquals(await markedFiles(blobsFolder, MARK), []);
  assertEquals(await markedFiles(temporary, MARK), []);
  assertEquals(await markedInPostgres(server, MARK), []);
});
