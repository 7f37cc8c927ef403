/** Searches for better versions under a real trainer: killed, suspended, cancelled. */
import { assert, assertEquals } from "@std/assert";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import { cancelTraining } from "../../functions/recommender/projects/training_states.ts";
import { testDatabase } from "../../testing/database.ts";
import { longTraining } from "../../testing/faults/long_training.ts";
import { ownerWithModel } from "../../testing/owner_with_model.ts";
import { tinyProject } from "../../testing/tiny_project.ts";
import { startTrainer } from "../../testing/trainer_process.ts";
import { pendingProject, projectRow } from "../../testing/training_project.ts";
import { until } from "../../testing/until.ts";

/** Returns the training processes of a trainer: id and state, such as `T` for stopped. */
function trainings(trainer: number): { pid: number; state: string }[] {
  const { stdout } = new Deno.Command("ps", { args: ["-axo", "pid=,pgid=,stat=,args="] })
    .outputSync();
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => line.trim().split(/\s+/))
    .filter(([, group, , ...args]) =>
      Number(group) === trainer && args.at(-1)?.endsWith("/train.ts")
    )
    .map(([pid, , state]) => ({ pid: Number(pid), state }));
}

Deno.test("a killed search is tried again; it is suspended for another project's first model; it can be cancelled", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const folder = await Deno.makeTempDir({ prefix: "airec-first-" });
  const blobs = diskBlobs(folder);
  const [ann, bob] = [await ownerWithModel(sql), await ownerWithModel(sql)];
  const files = [await longTraining(blobs, .1)];
  const id = await pendingProject(sql, { owner: ann, files });
  {
    await using trainer = startTrainer({ databaseUrl: database.url, blobsFolder: folder });
    const processes = () => trainings(trainer.child.pid);
    const searching = (attempt: number) =>
      until(async () => {
        const row = await projectRow(sql, id);
        const [process] = processes();
        const isIt = row.improving && row.attempt === attempt && row.status === "PROCESSING" &&
          row.progress > 0;
        return isIt && process && { row, process };
      });

    const { row, process } = await searching(1);
    assertEquals([row.mlflow_model_version, row.failures], ["1", 0]);
    Deno.kill(process.pid, "SIGKILL");
    const killed = await until(async () => {
      const row = await projectRow(sql, id);
      return row.failures === 1 && row;
    });
    assertEquals([killed.status, killed.improving, killed.mlflow_model_version], [
      "PENDING",
      true,
      "1",
    ]);
    await sql`update recommender.recommender_projects set not_before = now() where id = ${id}`;
    const { row: { training_id }, process: second } = await searching(2);

    const other = await tinyProject(sql, { owner: bob, blobs });
    await until(() => processes().find(({ pid }) => pid === second.pid)?.state.startsWith("T"));
    await until(async () => (await projectRow(sql, other)).status === "READY");
    const held = await projectRow(sql, id);
    assertEquals([held.training_id, held.attempt, held.status], [training_id, 2, "PROCESSING"]);
    assert(held.lease_until > new Date(), "heartbeats go on");
    await until(() => !processes().find(({ pid }) => pid === second.pid)?.state.startsWith("T"));

    await cancelTraining(sql, ann, id);
    await until(() => processes().length === 0);
    const ended = await projectRow(sql, id);
    assertEquals([ended.status, ended.stage, ended.mlflow_model_version], [
      "READY",
      "cancelled",
      "1",
    ]);
  }
  await Deno.remove(folder, { recursive: true });
});
