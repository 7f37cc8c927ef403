/** Verifies a backup: each piece exists and matches its length and digest. */
import type { StoredFile } from "./copy_files.ts";
import type { StoredModel } from "./copy_models.ts";
import { inOrder } from "./in_order.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { checkPiece, type Piece, readList } from "./pieces.ts";
import type { Place } from "../../worker-trainer/backups/place.ts";

/** Pieces read concurrently. */
const LANES = 4;

/**
 * Reads a whole backup; returns its manifest.
 * @throws {BackupError} with the missing or damaged piece
 */
export async function checkBackup(place: Place): Promise<Manifest> {
  const manifest = await readManifest(place);
  const work = (piece: Piece) => checkPiece(place, piece);
  for await (const _ of inOrder(piecesOf(place, manifest), { lanes: LANES, work }));
  return manifest;
}

async function* piecesOf(place: Place, manifest: Manifest): AsyncGenerator<Piece> {
  const { tables, secrets, files, models } = manifest;
  for (const { piece } of tables) yield piece;
  if (secrets) yield secrets;
  for await (const { piece } of readList<StoredFile>(place, files.list)) yield piece;
  for await (const { versions } of readList<StoredModel>(place, models.list)) {
    for (const version of versions) {
      for (const { piece } of [...version.files, ...version.pages]) yield piece;
    }
  }
}
