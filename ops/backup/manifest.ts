/** The manifest of a backup: what it holds, written last. A backup without one was cut off. */
import { createHash } from "node:crypto";
import { BackupError } from "./backup_error.ts";
import type { Piece } from "./pieces.ts";
import type { Place } from "./place.ts";

/** Of `manifest.json`; a reader refuses numbers that it does not know. */
const FORMAT = 1;
const FILE = "manifest.json";

export interface Manifest {
  format: number;
  installation: string;
  /** The end of its models' names, empty but for a copy's. */
  model_suffix: string;
  /** Where its models were: "MLflow at …", "the folder registry". */
  registry: string;
  /** The moment that the backup shows, and when it was whole; ISO 8601. */
  moment: string;
  finished_at: string;
  /** Which migrations the tables have, in order. */
  migrations: string[];
  tables: DumpedTable[];
  sequences: Sequence[];
  /** Lists of `StoredFile` and of `StoredModel`. */
  files: StoredList;
  models: StoredList;
  /** The installation's secrets; null where they are kept elsewhere. */
  secrets: Piece | null;
  /** What the installation itself lacked, in sentences. */
  lacks: string[];
}

/** A table as COPY writes it, gzipped. */
export interface DumpedTable {
  /** `schema.table`, quoted where it must be. */
  name: string;
  columns: string[];
  rows: number;
  piece: Piece;
}

/** A sequence, and its last value; null where it was never asked. */
export interface Sequence {
  name: string;
  value: string | null;
}

/** A list with what its entries come to. */
export interface StoredList {
  list: Piece;
  count: number;
  bytes: number;
}

/** Writes the manifest: with it the backup is whole. */
export async function writeManifest(
  place: Place,
  content: Omit<Manifest, "format">,
): Promise<Manifest> {
  const manifest = { format: FORMAT, ...content };
  const text = JSON.stringify({ ...manifest, sha256: digestOf(manifest) }, null, 2) + "\n";
  await place.put(FILE, new TextEncoder().encode(text));
  return manifest;
}

/** Whether a folder has a manifest, and so is a whole backup. */
export async function hasManifest(place: Place): Promise<boolean> {
  return await place.read(FILE) !== null;
}

/**
 * Reads the manifest.
 * @throws {BackupError} where there is none, or not one of ours.
 */
export async function readManifest(place: Place): Promise<Manifest> {
  const found = await place.read(FILE);
  if (!found) {
    throw new BackupError(
      `${place.description} is no whole backup: it has no ${FILE}, which is written last. It was ` +
        `cut off; restore another one.`,
    );
  }
  let content: Manifest & { sha256: string };
  try {
    content = JSON.parse(new TextDecoder().decode(found.bytes));
  } catch {
    throw damaged(place);
  }
  const { sha256, ...manifest } = content;
  if (manifest.format !== FORMAT) {
    throw new BackupError(
      `The backup at ${place.description} has the format ${manifest.format}, and this version of ` +
        `AiREC reads the format ${FORMAT}: restore it with a newer one.`,
    );
  }
  if (sha256 !== digestOf(manifest)) throw damaged(place);
  return manifest;
}

function digestOf(manifest: Manifest): string {
  return createHash("sha256").update(JSON.stringify(manifest)).digest("hex");
}

function damaged(place: Place): BackupError {
  return new BackupError(
    `The backup at ${place.description} cannot be used: its ${FILE} was changed or cut short since ` +
      `it was written. Restore another one.`,
  );
}
