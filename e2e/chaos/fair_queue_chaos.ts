/**
 * Waiting time of a small project behind a hundred of another owner, one of them long: at most
 * three times its own duration if the trainer's second slot is free or taken by short trainings.
 */
import { assert } from "@std/assert";
import type { Sql } from "postgres";
import { testDatabase } from "../../testing/database.ts";
import { until } from "../../testing/until.ts";
import type { Blobs } from "../../functions/recommender/blobs/blobs.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { longTraining } from "../../testing/faults/long_training.ts";
import { ownerWithModel } from "../../testing/owner_with_model.ts";
import { tinyProject } from "../../testing/tiny_project.ts";
import { startTrainer } from "../../testing/trainer_process.ts";
import { pendingProject } from "../../testing/training_project.ts";

const CROWD = 100;
const SAMPLES = 5;
/** Millions of interactions of the long training, which takes minutes. */
const LONG = 2;
const AT_MOST = 3;

Deno.test("a small project waits at most three times its own time behind a hundred of another", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const folder = await Deno.makeTempDir({ prefix: "airec-fair-" });
  const blobs = diskBlobs(folder);
  const [many, one] = [await ownerWithModel(sql), await ownerWithModel(sql)];
  const long = await longTraining(blobs, LONG);
  {
    await using _trainer = startTrainer({ databaseUrl: database.url, blobsFolder: folder });
    const alone = await samples(sql, { owner: one, blobs });
    const longId = await pendingProject(sql, {
      ...{ owner: many, files: [long], seconds: 1_000 },
      // A retrain, which searches at once.
      serving: "0",
    });
    await until(async () => await runs(sql, longId), { everyMs: 100 });
    const besideLong = await samples(sql, { owner: one, blobs });
    for (let i = 1; i < CROWD; i++) await tinyProject(sql, { owner: many, blobs });
    const behindAll = await samples(sql, { owner: one, blobs });
    const longRan = await runs(sql, longId);

    const own = median(alone.map(({ took }) => took));
    const waited = [...besideLong, ...behindAll].map(({ waited }) => waited);
    console.log(JSON.stringify({
      own_seconds: own,
      waited_beside_a_long_one: besideLong.map(({ waited }) => waited),
      waited_behind_all: behindAll.map(({ waited }) => waited),
      most_times_its_own: Number((Math.max(...waited) / own).toFixed(2)),
      long_one_ran_throughout: longRan,
    }));
    assert(longRan, "the long training ended before the last small one began");
    assert(Math.max(...waited) <= AT_MOST * own, `waited ${waited}, own ${own}`);
  }
  await Deno.remove(folder, { recursive: true });
});

async function runs(sql: Sql, id: number): Promise<boolean> {
  const rows = await sql`
    select from recommender.recommender_projects where id = ${id} and status = 'PROCESSING'`;
  return rows.length > 0;
}

/**
 * Trains small projects of an owner in turn; returns their waiting times, and total times including
 * the wait, in seconds.
 */
async function samples(
  sql: Sql,
  options: { owner: string; blobs: Blobs },
): Promise<{ waited: number; took: number }[]> {
  const found: { waited: number; took: number }[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const id = await tinyProject(sql, options);
    found.push(
      await until(async () => {
        const [row] = await sql<{ waited: number; took: number }[]>`
        select extract(epoch from started_at - queued_at)::float8 as waited,
          extract(epoch from finished_at - queued_at)::float8 as took
        from recommender.recommender_projects where id = ${id} and status = 'READY'`;
        return row;
      }, { everyMs: 100 }),
    );
  }
  return found;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
