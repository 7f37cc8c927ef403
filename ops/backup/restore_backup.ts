/** Restores a backup into an installation. */
import type { Secrets } from "../home/secrets.ts";
import { BackupError } from "./backup_error.ts";
import { restoreFiles } from "./copy_files.ts";
import { modelName, restoreModels, type StoredModel } from "./copy_models.ts";
import { readErasures } from "../../worker-trainer/backups/erasure_list.ts";
import { checkTarget, loadDatabase, type Loaded } from "./load_database.ts";
import type { Manifest } from "./manifest.ts";
import { readList, readPiece } from "./pieces.ts";
import type { BackupStorage } from "../../worker-trainer/backups/backup_storage.ts";
import type { Target } from "./target.ts";

export interface RestoreOptions {
  manifest: Manifest;
  /** Whether existing data may be replaced. */
  replace: boolean;
  /** Id of a copy that may run next to its original. */
  copy?: { installation: string };
  say: (line: string) => void;
}

/**
 * Restores a verified backup: uploads and models first, the database last and in one transaction. A
 * restore that fails earlier leaves the database unchanged and can be repeated.
 * @throws {BackupError} before any change, if the target is in use or contains data that would be
 * lost
 */
export async function restoreBackup(
  storage: BackupStorage,
  { sql, blobs, registry, take }: Target,
  { manifest, replace, copy, say }: RestoreOptions,
): Promise<Loaded> {
  await checkTarget(sql, { manifest, replace });
  const existing = { models: await registry.models(), blobs: await blobs.list("uploads/") };
  if (!replace) refuseOthers(existing, registry.description);
  const beside = storage.above();
  const erasures = beside && await readErasures(beside, manifest.installation);
  if (!erasures) {
    say(
      "warning: no erasure list next to the backup; users erased since then are restored",
    );
  }
  const secrets: Partial<Secrets> = manifest.secrets
    ? JSON.parse(new TextDecoder().decode(await readPiece(storage, manifest.secrets)))
    : {};
  await take(copy ? ofCopy(secrets) : secrets);

  const files = await restoreFiles(storage, blobs, manifest.files);
  say(`files: ${files.size}`);
  const suffix = copy ? `-${copy.installation.slice(0, 8)}` : manifest.model_suffix;
  await restoreModels(storage, registry, { list: manifest.models, suffix });
  say(`models: ${manifest.models.count} versions in ${registry.description}`);
  const restored = await modelsOf(storage, manifest, suffix);
  const loaded = await loadDatabase(sql, storage, {
    ...{ manifest, erasures: erasures ?? { users: [], accounts: [] } },
    leftModels: existing.models.filter((name) => !restored.has(name)),
    leftBlobs: existing.blobs.filter((name) => !files.has(name)),
    copy: copy && { ...copy, suffix },
  });
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  say(`database: ${rows} rows of ${manifest.tables.length} tables`);
  return loaded;
}

/** Throws if the stores contain data, which may belong to a running installation. */
function refuseOthers(existing: { models: string[]; blobs: string[] }, registry: string): void {
  const found = existing.models.length > 0
    ? `${registry} contains ${existing.models.length} models of this installation`
    : existing.blobs.length > 0
    ? `the storage of uploads contains ${existing.blobs.length} files`
    : null;
  if (found === null) return;
  throw new BackupError(
    `The target of the restore is not empty: ${found}. If the original still runs, use --as-copy ` +
      `and another storage; to replace it, use --replace. Nothing was changed.`,
  );
}

/** Removes the signing keys, so that tokens of the original are not valid for the copy. */
function ofCopy({ jwt_secret: _, service_secret: __, ...secrets }: Partial<Secrets>) {
  return secrets;
}

async function modelsOf(
  storage: BackupStorage,
  { models }: Manifest,
  suffix: string,
): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const { project_id } of readList<StoredModel>(storage, models.list)) {
    names.add(modelName(project_id, suffix));
  }
  return names;
}
