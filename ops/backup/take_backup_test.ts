import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openBackupStorage } from "../../worker-trainer/backups/backup_storage.ts";
import { smallDisk } from "../../testing/faults/small_disk.ts";
import { addAccount, emptyPlace, restore, testInstallation } from "../../testing/installation.ts";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { BackupError } from "./backup_error.ts";
import { backupsIn } from "./find_backup.ts";
import { takeBackup } from "./take_backup.ts";

const say = () => {};

Deno.test({
  name: "a backup that fills its disk is removed, and pauses nothing any longer",
  ignore: ignoreWithout("small disk"),
  async fn() {
    await using original = await testInstallation();
    await using disk = await smallDisk(2_000_000);
    const storage = openBackupStorage(`${disk.path}/backups`, {});
    const { owner } = await addAccount(original, "ada");
    const upload = `uploads/${owner}`;
    await original.blobs.put(upload, new Uint8Array(3_000_000));
    const error = await assertRejects(() => takeBackup(original, { storage, say }), BackupError);
    assertEquals(
      error.message,
      `There is no space left at ${disk.path}/backups. The incomplete backup was removed.`,
    );
    assertEquals(await backupsIn(storage), []);
    assertEquals((await original.sql`select from http.pauses`).count, 0);

    await original.blobs.put(upload, new Uint8Array(1));
    const { name } = await takeBackup(original, { storage, say });
    assertEquals((await backupsIn(storage)).map(({ name }) => name), [name]);
  },
});

Deno.test("numbers that a version of the backup has learned are given to no later event or item", async () => {
  await using original = await testInstallation();
  await using empty = await emptyPlace();
  const folder = await Deno.makeTempDir({ prefix: "airec-backups-" });
  const storage = openBackupStorage(folder, {});
  await addAccount(original, "ada");
  const { sql } = original;
  // Events and items come after the snapshot, and a training learns them before its models are copied.
  let learned: Record<string, string> = {};
  const versions = async (model: string) => {
    [learned] = await sql`
      select max(nextval('recommender.live_events_seq_seq')) as events,
        max(nextval('recommender.live_items_seq')) as items
      from generate_series(1, 100)`;
    return await original.registry.versions(model);
  };
  try {
    const registry = { ...original.registry, versions };
    const { name } = await takeBackup({ ...original, registry }, { storage, say });
    await restore(storage.within(name), empty.environment);
    const [next] = await empty.database.sql`
      select nextval('recommender.live_events_seq_seq') as events,
        nextval('recommender.live_items_seq') as items`;
    assert(BigInt(next.events) > BigInt(learned.events), `${next.events} ${learned.events}`);
    assert(BigInt(next.items) > BigInt(learned.items), `${next.items} ${learned.items}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a changed or truncated line of the erasure list is named before anything is changed", async () => {
  await using original = await testInstallation();
  await using empty = await emptyPlace();
  const folder = await Deno.makeTempDir({ prefix: "airec-backups-" });
  const storage = openBackupStorage(folder, {});
  try {
    await addAccount(original, "ada");
    const { name } = await takeBackup(original, { storage, say });
    const path = `${folder}/erasures/erasures.jsonl`;
    const text = await Deno.readTextFile(path);
    const [line] = text.split("\n");
    const harms = [text.replace('"user"', '"usir"'), line.slice(0, -9), `${line}{`];
    for (const harm of harms) {
      await Deno.writeTextFile(path, harm);
      const restored = () => restore(storage.within(name), empty.environment);
      const error = await assertRejects(restored, Error);
      assertStringIncludes(error.message, `Line 1 of ${path} was changed or truncated`);
    }
    assertEquals((await empty.database.sql`select from auth.users`).count, 0);
    await empty.database.sql.end();
    // A list of an earlier version has lines without a digest.
    await Deno.writeTextFile(path, text.replaceAll(/,"sha256":"[^"]*"/g, ""));
    await restore(storage.within(name), empty.environment);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
