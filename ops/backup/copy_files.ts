/** Uploads in a backup. */
import { type Blobs } from "../../functions/recommender/blobs/blobs.ts";
import type { NamedBlob } from "./dump_database.ts";
import { inOrder } from "./in_order.ts";
import type { StoredList } from "./manifest.ts";
import { openPiece, type Piece, readList, storeList, storePiece } from "./pieces.ts";
import type { BackupStorage } from "../../worker-trainer/backups/backup_storage.ts";

/** A blob in a backup. */
export interface StoredFile {
  name: string;
  piece: Piece;
}

/** Blobs copied concurrently. */
const LANES = 4;
const LIST = "files.jsonl";

/**
 * Copies blobs into a backup.
 * @param lacks called with a sentence for each blob that is missing or differs from the upload
 */
export async function storeFiles(
  blobs: Blobs,
  storage: BackupStorage,
  { named, lacks }: { named: NamedBlob[]; lacks: (sentence: string) => void },
): Promise<StoredList> {
  const total = { count: 0, bytes: 0 };
  const store = async ({ name, sha256 }: NamedBlob): Promise<StoredFile | null> => {
    const blob = await blobs.get(name);
    if (!blob) return lacks(`The file ${name} is missing in the storage.`), null;
    const piece = await storePiece(storage, `files/${name}`, blob.stream);
    if (piece.sha256 !== sha256) lacks(`The file ${name} does not match its digest.`);
    return { name, piece };
  };
  const entries = async function* () {
    for await (const stored of inOrder(named, { lanes: LANES, work: store })) {
      if (!stored) continue;
      total.count++;
      total.bytes += stored.piece.bytes;
      yield stored;
    }
  };
  const list = await storeList(storage, LIST, entries());
  return { list, ...total };
}

/** Copies the blobs of a backup into the store; returns their names. */
export async function restoreFiles(
  storage: BackupStorage,
  blobs: Blobs,
  { list }: StoredList,
): Promise<Set<string>> {
  const names = new Set<string>();
  const restore = async ({ name, piece }: StoredFile) => {
    await blobs.put(name, await openPiece(storage, piece));
    names.add(name);
  };
  const stored = readList<StoredFile>(storage, list);
  for await (const _ of inOrder(stored, { lanes: LANES, work: restore }));
  return names;
}
