/** Models in a backup: each version with its files and metadata from the registry. */
import { delay } from "@std/async/delay";
import type { Manifest as ModelManifest } from "../../functions/recommender/model/model.ts";
import { MANIFEST } from "../../functions/recommender/model/artifact/artifact.ts";
import {
  type ExportedVersion,
  type OpenFiles,
  type Registry,
  RegistryMissingError,
  type ToPublish,
  type Training,
} from "../../functions/recommender/registry/registry.ts";
import type { NamedModel } from "./dump_database.ts";
import type { StoredList } from "./manifest.ts";
import { type Piece, readList, readPiece, storeList, storePiece } from "./pieces.ts";
import type { BackupStorage } from "../../worker-trainer/backups/backup_storage.ts";

/** A model in a backup, its versions oldest first. */
export interface StoredModel {
  project_id: number;
  champion: string | null;
  challenger: string | null;
  versions: StoredVersion[];
}

export interface StoredVersion {
  version: string;
  created_at: string;
  /** Metadata as published, `startedAt` in ISO 8601. */
  training: Omit<Training, "files" | "pages" | "model" | "startedAt"> & { startedAt: string };
  files: StoredArtifact[];
  pages: StoredArtifact[];
}

/** A file of an artifact. */
export interface StoredArtifact {
  path: string;
  piece: Piece;
}

export interface StoreModelsOptions {
  projects: NamedModel[];
  /** Returns the serving version of a project's row now; null if there is none. */
  versionNow: (projectId: number) => Promise<string | null>;
  /** Called with a sentence for each version that cannot be read completely. */
  lacks: (sentence: string) => void;
}

const LIST = "models.jsonl";
/** Attempts to read a version that an erasure rewrites meanwhile. */
const READINGS = 5;
const PAUSE_MS = 1_000;

/** Copies the models of a registry into a backup. */
export async function storeModels(
  registry: Registry,
  storage: BackupStorage,
  options: StoreModelsOptions,
): Promise<StoredList> {
  const total = { count: 0, bytes: 0 };
  const entries = async function* () {
    for (const project of options.projects) {
      const model = await storeModel(registry, storage, { ...options, project });
      for (const { files, pages } of model.versions) {
        total.count++;
        for (const { piece } of [...files, ...pages]) total.bytes += piece.bytes;
      }
      if (model.versions.length > 0) yield model;
    }
  };
  const list = await storeList(storage, LIST, entries());
  return { list, ...total };
}

async function storeModel(
  registry: Registry,
  storage: BackupStorage,
  { project, versionNow, lacks }: StoreModelsOptions & { project: NamedModel },
): Promise<StoredModel> {
  const { project_id, model } = project;
  const listed = await registry.versions(model);
  let champion = await registry.alias(model, "champion");
  // The champion changed after the snapshot of the tables: keep the version of the snapshot.
  if (champion !== project.version && await versionNow(project_id) === champion) {
    champion = project.version;
  }
  const challenger = await registry.alias(model, "challenger");
  const versions: StoredVersion[] = [];
  for (const { version } of listed.reverse()) {
    const stored = await storeVersion(registry, storage, { model, version, lacks });
    if (stored) versions.push(stored);
  }
  const kept = (version: string | null) =>
    versions.some((stored) => stored.version === version) ? version : null;
  return { project_id, champion: kept(champion), challenger: kept(challenger), versions };
}

/** Copies a version; returns null if it was deleted meanwhile or cannot be read completely. */
async function storeVersion(
  registry: Registry,
  storage: BackupStorage,
  { model, version, lacks }: {
    model: string;
    version: string;
    lacks: StoreModelsOptions["lacks"];
  },
): Promise<StoredVersion | null> {
  for (let reading = 1;; reading++) {
    try {
      const exported = await registry.exported(model, version);
      const at = `models/${model}/${version}`;
      const files = await storeArtifacts(exported.files, storage, `${at}/files`);
      const pages = await storeArtifacts(exported.pages, storage, `${at}/pages`);
      if (await isWhole(storage, files)) return { ...described(exported), files, pages };
    } catch (error) {
      if (!(error instanceof RegistryMissingError)) throw error;
      if (!(await registry.versions(model)).some((one) => one.version === version)) return null;
    }
    if (reading === READINGS) break;
    await delay(PAUSE_MS);
  }
  lacks(`Version ${version} of ${model} is excluded: its files do not match its manifest.`);
  return null;
}

async function storeArtifacts(
  files: OpenFiles,
  storage: BackupStorage,
  folder: string,
): Promise<StoredArtifact[]> {
  const stored: StoredArtifact[] = [];
  for (const [path, open] of Object.entries(files)) {
    // Numbered, since files added to an artifact by hand may have any name.
    const piece = await storePiece(storage, `${folder}/${stored.length}`, (await open()).stream);
    stored.push({ path, piece });
  }
  return stored;
}

/** Whether the files match the digests of the artifact's manifest. */
async function isWhole(storage: BackupStorage, files: StoredArtifact[]): Promise<boolean> {
  const manifest = files.find(({ path }) => path === MANIFEST);
  if (!manifest) return files.length > 0;
  const text = new TextDecoder().decode(await readPiece(storage, manifest.piece));
  const { sha256 }: Pick<ModelManifest, "sha256"> = JSON.parse(text);
  return Object.entries(sha256).every(([path, wanted]) =>
    files.some((file) => file.path === path && file.piece.sha256 === wanted)
  );
}

function described(
  { version, createdAt, training }: ExportedVersion,
): Pick<StoredVersion, "version" | "created_at" | "training"> {
  const { model: _, startedAt, ...rest } = training;
  return {
    version,
    created_at: createdAt.toISOString(),
    training: { ...rest, startedAt: startedAt.toISOString() },
  };
}

/**
 * Publishes a backup's models in a registry with their version numbers. Existing models of these
 * names are deleted first.
 * @param options.suffix end of the models' names
 */
export async function restoreModels(
  storage: BackupStorage,
  registry: Registry,
  { list, suffix }: { list: StoredList; suffix: string },
): Promise<void> {
  for await (const stored of readList<StoredModel>(storage, list.list)) {
    const model = modelName(stored.project_id, suffix);
    await registry.remove(model);
    for (const { version, created_at, training, files, pages } of stored.versions) {
      await registry.publish({
        ...training,
        model,
        startedAt: new Date(training.startedAt),
        files: readWhenAsked(storage, files),
        pages: readWhenAsked(storage, pages),
      }, { version, createdAt: new Date(created_at) });
    }
    const { champion, challenger } = stored;
    if (champion !== null) await registry.setAlias(model, "champion", champion);
    if (challenger !== null) await registry.setAlias(model, "challenger", challenger);
  }
}

/** Returns the registry's name for a project's model. */
export function modelName(projectId: number, suffix: string): string {
  return `project-${projectId}-recommender${suffix}`;
}

function readWhenAsked(storage: BackupStorage, files: StoredArtifact[]): ToPublish["files"] {
  return Object.fromEntries(
    files.map(({ path, piece }) => [path, () => readPiece(storage, piece)]),
  );
}
