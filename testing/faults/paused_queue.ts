/** Projects waiting for a missing dependency, as seen by their owners. */
import { assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { until } from "../until.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { findProject } from "../../functions/recommender/projects/projects.ts";
import { testOwner } from "../training_project.ts";
import { tinyProject } from "../tiny_project.ts";

const PATIENCE = { patienceMs: 240_000, everyMs: 100 };

/** Creates `each` waiting projects for each of three tenants, with stored files. */
export async function waitingProjects(sql: Sql, folder: string, each: number): Promise<number[]> {
  const blobs = diskBlobs(folder);
  const ids: number[] = [];
  for (let tenant = 0; tenant < 3; tenant++) {
    const owner = await testOwner(sql);
    for (let i = 0; i < each; i++) ids.push(await tinyProject(sql, { owner, blobs }));
  }
  return ids;
}

async function shown(sql: Sql, ids: number[]) {
  const owners = await sql<{ id: number; owner_id: string }[]>`
    select id, owner_id from recommender.recommender_projects where id = any (${ids}::int[])`;
  return await Promise.all(
    owners.map(async ({ id, owner_id }) => (await findProject(sql, owner_id, id))!),
  );
}

/** Waits until each project shows the reason of the pause. */
export async function untilPaused(
  sql: Sql,
  { ids, why }: { ids: number[]; why: string },
): Promise<void> {
  await until(async () => {
    const projects = await shown(sql, ids);
    return projects.every(({ status, stage }) =>
      stage === `Paused: ${why}. Trainings continue automatically when this is resolved.` &&
      (status === "PENDING" || status === "PROCESSING")
    );
  }, PATIENCE);
}

/** Waits until all are READY, and checks that no attempt failed. */
export async function untilServed(sql: Sql, ids: number[]): Promise<void> {
  await until(
    async () => (await shown(sql, ids)).every(({ status }) => status === "READY"),
    PATIENCE,
  );
  const rows = await sql`
    select failures, error, mlflow_model_version from recommender.recommender_projects
    where id = any (${ids}::int[])`;
  for (const { failures, error, mlflow_model_version } of rows) {
    assertEquals([failures, error, mlflow_model_version], [0, null, "1"]);
  }
}
