/** Verifies a backup: each piece exists and matches its length and digest. */
import type { StoredFile } from "./copy_files.ts";
import type { StoredModel } from "./copy_models.ts";
import { inOrder } from "./in_order.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { checkPiece, type Piece, readList } from "./pieces.ts";
import type { BackupStorage } from "../../worker-trainer/backups/backup_storage.ts";

/** Pieces read concurrently. */
const LANES = 4;

/**
 * Reads a whole backup; returns its manifest.
 * @throws {BackupError} with the missing or damaged piece
 */
export async function checkBackup(storage: BackupStorage): Promise<Manifest> {
  const manifest = await readManifest(storage);
  const work = (piece: Piece) => checkPiece(storage, piece);
  for await (const _ of inOrder(piecesOf(storage, manifest), { lanes: LANES, work }));
  return manifest;
}

async function* piecesOf(storage: BackupStorage, manifest: Manifest): AsyncGenerator<Piece> {
  const { tables, secrets, files, models } = manifest;
  for (const { piece } of tables) yield piece;
  if (secrets) yield secrets;
  for await (const { piece } of readList<StoredFile>(storage, files.list)) yield piece;
  for await (const { versions } of readList<StoredModel>(storage, models.list)) {
    for (const version of versions) {
      for (const { piece } of [...version.files, ...version.pages]) yield piece;
    }
  }
}
