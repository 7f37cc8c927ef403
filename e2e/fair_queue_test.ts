/** Fair scheduling between owners, with real trainers. */
import { assert, assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { testDatabase } from "../testing/database.ts";
import { until } from "../testing/until.ts";
import { diskBlobs } from "../functions/recommender/blobs/disk.ts";
import { ownerWithModel } from "../testing/owner_with_model.ts";
import { tinyProject } from "../testing/tiny_project.ts";
import { startTrainer } from "../testing/trainer_process.ts";

const CROWD = 100;

/** Returns the numbers of an owner's finished and started trainings. */
async function countOf(sql: Sql, owner: string): Promise<{ ended: number; begun: number }> {
  const [count] = await sql<{ ended: number; begun: number }[]>`
    select count(finished_at)::int as ended, count(started_at)::int as begun
    from recommender.recommender_projects where owner_id = ${owner}`;
  return count;
}

Deno.test("a small project behind 100 of another owner is claimed next", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const folder = await Deno.makeTempDir({ prefix: "airec-fair-" });
  const blobs = diskBlobs(folder);
  const [many, one] = [await ownerWithModel(sql), await ownerWithModel(sql)];
  for (let i = 0; i < CROWD; i++) await tinyProject(sql, { owner: many, blobs });
  {
    const options = { databaseUrl: database.url, blobsFolder: folder };
    await using _first = startTrainer(options);
    await using _second = startTrainer(options);
    await until(async () => (await countOf(sql, many)).ended >= 2);
    const id = await tinyProject(sql, { owner: one, blobs });
    const [{ visible_at }] = await sql`select clock_timestamp() as visible_at`;
    await until(async () => (await countOf(sql, one)).ended === 1);

    const [{ status, started_at }] = await sql`
      select status, started_at from recommender.recommender_projects where id = ${id}`;
    const [{ before }] = await sql<{ before: number }[]>`
      select count(*)::int as before from recommender.recommender_projects
      where owner_id = ${many} and started_at > ${visible_at} and started_at < ${started_at}`;
    assertEquals(status, "READY");
    // A claim in progress at that time may have missed it: at most one, since claims are
    // serialized.
    assert(before <= 1, `${before} trainings of the other owner were begun before it`);
    assert((await countOf(sql, many)).begun < CROWD);
  }
  await Deno.remove(folder, { recursive: true });
});
