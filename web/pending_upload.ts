/**
 * A note of the upload that is under way, so that a page that was closed or reloaded can go on with
 * it: browsers forget the files themselves, so the same ones are asked for again.
 */
import type { FileKind } from "../functions/recommender/csv/mapping.ts";
import type { Dialect } from "../functions/recommender/csv/dialect.ts";
import type { Draft } from "./csv/draft.ts";
import { mappingOf } from "./csv/draft.ts";
import { session } from "./session.ts";
import type { NewFile } from "./upload.ts";

export interface PendingUpload {
  /** Whose it is, by address: a browser may have several people. */
  owner: string;
  project_name: string;
  files: PendingFile[];
}

export interface PendingFile {
  kind: FileKind;
  file_name: string;
  bytes: number;
  dialect: Dialect;
  mapping: NewFile["mapping"];
  /** Null where its turn had not come. */
  upload: string | null;
}

const PLACE = "airec.upload";

/** Notes that drafts begin to be sent. */
export function notePending(project_name: string, drafts: Draft[]): void {
  write({
    owner: session.value?.email ?? "",
    project_name,
    files: drafts.map((draft) => ({
      kind: draft.kind,
      file_name: draft.file.name,
      bytes: draft.file.size,
      dialect: draft.head.dialect,
      mapping: mappingOf(draft),
      upload: null,
    })),
  });
}

/** Notes the upload of one of them. */
export function noteBegun({ type, file }: NewFile, upload: string): void {
  const pending = pendingUpload();
  if (!pending) return;
  const kind = type === "content" ? "CONTENT" : "INTERACTION";
  write({
    ...pending,
    files: pending.files.map((other) =>
      other.kind === kind && isOf(other, file) ? { ...other, upload } : other
    ),
  });
}

/** The upload that a page left behind; null where there is none. */
export function pendingUpload(): PendingUpload | null {
  try {
    const pending: PendingUpload | null = JSON.parse(localStorage.getItem(PLACE) ?? "null");
    return pending?.owner === session.value?.email ? pending : null;
  } catch {
    return null;
  }
}

/** The pending file that this is, by name and size. */
export function isOf({ file_name, bytes }: PendingFile, file: File): boolean {
  return file_name === file.name && bytes === file.size;
}

export function forgetPending(): void {
  localStorage.removeItem(PLACE);
}

function write(pending: PendingUpload): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify(pending));
  } catch {
    // No room: then a reload begins anew.
  }
}
