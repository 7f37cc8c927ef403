/**
 * Checks that an erased user's id is in no file of the installation's home, including gzipped ones,
 * and in no table of its database.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { createProject, signedUp, startSystem, untilStatus } from "../dev/test_system.ts";
import { filmSample } from "../dev/samples/films.ts";
import { until } from "../dev/test_until.ts";

/** 40 characters, so that it does not occur by chance. */
const PERSON = "person-0123456789-abcdefghijklmnopqrstuv";

/** Returns the files in a folder whose bytes, decompressed if gzipped, contain the id. */
async function filesWith(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) found.push(...await filesWith(path));
    else if (await holds(path)) found.push(path);
  }
  return found;
}

async function holds(path: string): Promise<boolean> {
  const bytes = await Deno.readFile(path);
  const unpacked = bytes[0] === 0x1f && bytes[1] === 0x8b
    ? await new Response(
      new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")),
    ).bytes()
    : bytes;
  return new TextDecoder("latin1").decode(unpacked).includes(PERSON);
}

Deno.test("an erased person's id stands in no file and in one table", async () => {
  await using system = await startSystem();
  const { sql } = system;
  const headers = await signedUp(system);
  const { items, interactions } = filmSample();
  const rows = interactions + [1, 2, 3, 4].map((film) => `${PERSON},${film},5,1000\n`).join("");
  const packed = await new Response(
    new Blob([rows]).stream().pipeThrough(new CompressionStream("gzip")),
  ).bytes();
  const { id } = await createProject(system, headers, {
    name: "Films",
    content: {
      file: new File([items], "films.csv"),
      schema: { item_id: "film_id", item_title: "title", feature_col: ["genres", "year"] },
    },
    interaction: {
      file: new File([packed], "ratings.csv.gz"),
      schema: { user_id: "user_id", item_id: "film_id", rating: "rating", timestamp: "timestamp" },
    },
  });
  await untilStatus(system, headers, { id, accept: (status) => status === "READY" });
  const found = await filesWith(system.blobsFolder);
  assert(found.length >= 2, `before: ${found}`);

  const at = `${system.at.recommender}/project/${id}/users`;
  const { status, body } = await fetch(`${at}/${PERSON}`, { method: "DELETE", headers });
  await body?.cancel();
  assertEquals(status, 202);
  await until(async () => (await (await fetch(`${at}/erased`, { headers })).json()).pending === 0, {
    patienceMs: 120_000,
    everyMs: 200,
  });
  await untilStatus(system, headers, { id, accept: (status) => status === "READY" });
  // The outbox forgets a user a minute after the erasure, when no earlier call can be in progress.
  await sql`update webhooks.forgettings set created_at = created_at - interval '1 minute'`;
  await until(async () => (await sql`select from webhooks.forgettings`).length === 0, {
    patienceMs: 60_000,
    everyMs: 200,
  });

  assertEquals(await filesWith(system.blobsFolder), []);
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`;
  const named: string[] = [];
  for (const { name } of tables) {
    const [{ rows }] = await sql.unsafe(
      `select count(*)::int as rows from ${name} t where t::text like '%${PERSON}%'`,
    );
    if (rows > 0) named.push(name);
  }
  assertEquals(named, ["recommender.erased_users"]);
});
