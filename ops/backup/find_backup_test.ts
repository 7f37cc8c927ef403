import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { openBackupStorage } from "../../worker-trainer/backups/backup_storage.ts";
import { addAccount, emptyPlace, restore, testInstallation } from "../../testing/installation.ts";
import { BackupError } from "./backup_error.ts";
import { checkBackup } from "./check_backup.ts";
import { backupsIn, findBackup, pruneBackups } from "./find_backup.ts";
import { takeBackup } from "./take_backup.ts";

const DAY = 86_400_000;
const say = () => {};

/** Storage of a new folder, deleted at the end of the scope. */
async function testFolder() {
  const folder = await Deno.makeTempDir({ prefix: "airec-backups-" });
  return {
    folder,
    storage: openBackupStorage(folder, {}),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("another backup that prunes deletes none that is still written", async () => {
  await using original = await testInstallation();
  await using place = await testFolder();
  const { storage } = place;
  await addAccount(original, "ada");
  const pruned: string[] = [];
  const versions = async (model: string) => {
    const { manifest: { installation } } = await takeBackup(original, { storage, say });
    pruned.push(...await pruneBackups(storage, { keep: 1, installation }));
    return await original.registry.versions(model);
  };
  const registry = { ...original.registry, versions };
  const slow = await takeBackup({ ...original, registry }, { storage, say });
  assertEquals(pruned, []);
  await checkBackup(storage.within(slow.name));

  // An aborted one is deleted, a day after it was begun.
  const aborted = new Date(Date.now() - DAY).toISOString().replaceAll(/[:.]/g, "-");
  await storage.put(`${aborted}/files.jsonl`, new Uint8Array(1));
  const { installation } = slow.manifest;
  assertEquals(await pruneBackups(storage, { keep: 2, installation }), [aborted]);
});

Deno.test("backups of two installations in one folder are kept and found by installation", async () => {
  await using original = await testInstallation();
  await using place = await testFolder();
  await using copy = await emptyPlace();
  const { storage } = place;
  const first = await takeBackup(original, { storage, say });
  await restore(storage.within(first.name), copy.environment, { asCopy: true });
  const of = { ...original, sql: copy.database.sql };
  const second = await takeBackup(of, { storage, say });
  const third = await takeBackup(of, { storage, say });

  const error = await assertRejects(() => findBackup(storage, say), BackupError);
  for (const { name, manifest } of [first, third]) {
    assertStringIncludes(error.message, `${name} of ${manifest.installation}`);
  }
  const named = await findBackup(storage.within(first.name), say);
  assertEquals(named.description, storage.within(first.name).description);

  const { installation } = third.manifest;
  assertEquals(await pruneBackups(storage, { keep: 1, installation }), [second.name]);
  assertEquals((await backupsIn(storage)).map(({ name }) => name), [first.name, third.name]);
});
