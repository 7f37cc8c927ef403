/** Manifest of a backup: its contents, written last. A backup without one is incomplete. */
import { createHash } from "node:crypto";
import { BackupError } from "./backup_error.ts";
import type { Piece } from "./pieces.ts";
import type { BackupStorage } from "../../worker-trainer/backups/backup_storage.ts";

/** Format of `manifest.json`; readers refuse unknown formats. */
const FORMAT = 1;
const FILE = "manifest.json";

export interface Manifest {
  format: number;
  installation: string;
  /** Suffix of the model names; empty unless the installation is a copy. */
  model_suffix: string;
  /** Description of the registry: "MLflow at …", "the folder registry". */
  registry: string;
  /** Time of the snapshot, and time of completion; ISO 8601. */
  moment: string;
  finished_at: string;
  /** Applied migrations, in order. */
  migrations: string[];
  tables: DumpedTable[];
  sequences: Sequence[];
  /** Lists of `StoredFile` and of `StoredModel`. */
  files: StoredList;
  models: StoredList;
  /** Secrets of the installation; null if the operator keeps them. */
  secrets: Piece | null;
  /** Files and versions that were missing or damaged, one sentence each. */
  lacks: string[];
}

/** A table in COPY's text format, gzipped. */
export interface DumpedTable {
  /** `schema.table`, quoted if necessary. */
  name: string;
  columns: string[];
  rows: number;
  piece: Piece;
}

/** A sequence with its last value; null if it was never used. */
export interface Sequence {
  name: string;
  value: string | null;
}

/** A list with the totals of its entries. */
export interface StoredList {
  list: Piece;
  count: number;
  bytes: number;
}

/** Writes the manifest, which completes the backup. */
export async function writeManifest(
  storage: BackupStorage,
  content: Omit<Manifest, "format">,
): Promise<Manifest> {
  const manifest = { format: FORMAT, ...content };
  const text = JSON.stringify({ ...manifest, sha256: digestOf(manifest) }, null, 2) + "\n";
  await storage.put(FILE, new TextEncoder().encode(text));
  return manifest;
}

/** Whether a folder has a manifest, and so is a complete backup. */
export async function hasManifest(storage: BackupStorage): Promise<boolean> {
  return await storage.read(FILE) !== null;
}

/** Returns the installation that a manifest names, unchecked; null if it cannot be read. */
export async function installationNamedIn(storage: BackupStorage): Promise<string | null> {
  const found = await storage.read(FILE);
  try {
    return JSON.parse(new TextDecoder().decode(found?.bytes)).installation ?? null;
  } catch {
    return null;
  }
}

/**
 * Reads the manifest.
 * @throws {BackupError} if it is missing, damaged or of an unknown format
 */
export async function readManifest(storage: BackupStorage): Promise<Manifest> {
  const found = await storage.read(FILE);
  if (!found) {
    throw new BackupError(
      `The backup at ${storage.description} is incomplete: ${FILE}, which is written last, is ` +
        `missing. Use another backup.`,
    );
  }
  let content: Manifest & { sha256: string };
  try {
    content = JSON.parse(new TextDecoder().decode(found.bytes));
  } catch {
    throw damaged(storage);
  }
  const { sha256, ...manifest } = content;
  if (manifest.format !== FORMAT) {
    throw new BackupError(
      `The backup at ${storage.description} has format ${manifest.format}, but this version of AiREC ` +
        `reads format ${FORMAT}: restore it with a newer one.`,
    );
  }
  if (sha256 !== digestOf(manifest)) throw damaged(storage);
  return manifest;
}

function digestOf(manifest: Manifest): string {
  return createHash("sha256").update(JSON.stringify(manifest)).digest("hex");
}

function damaged(storage: BackupStorage): BackupError {
  return new BackupError(
    `The backup at ${storage.description} is damaged: its ${FILE} was changed or truncated. Use ` +
      `another backup.`,
  );
}
