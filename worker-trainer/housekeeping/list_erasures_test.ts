/** Erased users and deleted accounts are added to the list next to the backups. */
import { assertEquals } from "@std/assert";
import { testDatabase } from "../../testing/database.ts";
import { until } from "../../testing/until.ts";
import { installationId } from "../../functions/recommender/projects/projects.ts";
import { startTrainer } from "../../testing/trainer_process.ts";
import { type Erasures, readErasures } from "../backups/erasure_list.ts";
import { openBackupStorage } from "../backups/backup_storage.ts";
import { erasedUser, pendingProject, testOwner } from "../../testing/training_project.ts";

Deno.test("housekeeping lists erasures beside the backups, also once the list can be written again", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const folder = await Deno.makeTempDir({ prefix: "airec-listed-" });
  const backups = `${folder}/backups`;
  const storage = openBackupStorage(backups, {});
  const installation = await installationId(sql);
  const listed = async (holds: (list: Erasures) => boolean) =>
    await until(async () => {
      const list = await readErasures(storage, installation);
      return list !== null && holds(list) && list;
    }, { everyMs: 100 });
  const owner = await testOwner(sql);
  const project = await pendingProject(sql, { owner });
  {
    // A file in place of the folder.
    await Deno.writeTextFile(backups, "");
    await using trainer = startTrainer({
      databaseUrl: database.url,
      blobsFolder: `${folder}/blobs`,
      env: { BACKUP_TO: backups },
    });
    await until(() => trainer.log.some(({ duty }) => duty === "erasure list"));
    await erasedUser(sql, project, "somebody");
    await Deno.remove(backups);
    const { users, accounts } = await listed(({ users }) => users.length > 0);
    assertEquals(users.map(({ project_id, user_id }) => [project_id, user_id]), [
      [project, "somebody"],
    ]);
    assertEquals(accounts, []);

    await sql`delete from auth.users where id = ${owner}`;
    const after = await listed(({ accounts }) => accounts.length > 0);
    assertEquals([after.users.length, after.accounts.length], [1, 1]);
  }
  await Deno.remove(folder, { recursive: true });
});
