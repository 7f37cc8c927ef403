import { assertEquals, assertRejects } from "@std/assert";
import { startMlflow } from "../home/mlflow.ts";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { openRegistry } from "../../functions/recommender/registry/open.ts";
import { diskBlobs } from "../../functions/recommender/blobs/disk.ts";
import type { Registry } from "../../functions/recommender/registry/registry.ts";
import { BackupError } from "./backup_error.ts";
import { openBackupStorage } from "../../worker-trainer/backups/backup_storage.ts";
import { takeBackup } from "./take_backup.ts";
import {
  addAccount,
  emptyPlace,
  publish,
  restore,
  testInstallation,
} from "../../testing/installation.ts";

Deno.test({
  name: "models of an MLflow server are restored next to the originals, and into folders",
  ignore: ignoreWithout("mlflow"),
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "airec-mlflow-backup-" });
    const server = await startMlflow({ folder: `${folder}/mlflow` });
    try {
      const mlflow = server.url;
      await using original = await testInstallation({ mlflow });
      const ada = await addAccount(original, "ada");
      await publish(original, ada);
      await original.registry.removeVersion(ada.model, "1");
      const before = await original.registry.versions(ada.model);
      const storage = openBackupStorage(`${folder}/backups`, {});
      const { name } = await takeBackup(original, { storage, say: () => {} });
      const backup = storage.within(name);

      // Without --as-copy it would share the id and so the models of the running original.
      await using beside = await emptyPlace({ mlflow });
      const refused = () => restore(backup, beside.environment);
      await assertRejects(refused, BackupError, "contains 1 models of this installation");
      const { installation } = await restore(backup, beside.environment, { asCopy: true });
      const copy = openRegistry({
        blobs: diskBlobs(beside.environment.BLOBS_FOLDER),
        installation,
        mlflow: { MLFLOW_TRACKING_URI: mlflow },
      });
      const its = `project-${ada.project}-recommender-${installation.slice(0, 8)}`;
      assertEquals(await copy.models(), [its]);
      assertEquals((await copy.versions(its)).map(({ version }) => version), ["2"]);
      assertEquals(await copy.alias(its, "champion"), "2");
      assertEquals(await manifestOf(copy, its), await manifestOf(original.registry, ada.model));
      assertEquals(await original.registry.versions(ada.model), before);

      await using folders = await emptyPlace();
      const restored = await restore(backup, folders.environment);
      const inFolder = openRegistry({
        blobs: diskBlobs(folders.environment.BLOBS_FOLDER),
        installation: restored.installation,
        mlflow: {},
      });
      assertEquals(await inFolder.alias(ada.model, "champion"), "2");
      assertEquals(
        await manifestOf(inFolder, ada.model),
        await manifestOf(original.registry, ada.model),
      );
    } finally {
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    }
  },
});

async function manifestOf(registry: Registry, model: string): Promise<string> {
  return new TextDecoder().decode(await registry.read(model, "2", "data/manifest.json"));
}
