/**
 * State of an unfinished upload in localStorage, so that it can be resumed after a reload. Browsers
 * do not keep the files, so the user selects them again.
 */
import type { FileKind, Mapping } from "../../functions/recommender/files/mapping.ts";
import type { Dialect } from "../../functions/recommender/files/dialect.ts";
import type { Draft } from "./draft.ts";
import { mappingOf } from "./draft.ts";
import { session } from "../api/session.ts";
import type { UploadFile } from "./upload.ts";

export interface PendingUpload {
  /** E-mail address of the account, since several people may share a browser. */
  owner: string;
  project_name: string;
  files: PendingFile[];
}

export interface PendingFile {
  kind: FileKind;
  file_name: string;
  bytes: number;
  dialect: Dialect;
  mapping: Mapping;
  /** Null until the file's upload has begun. */
  upload: string | null;
}

const PLACE = "airec.upload";

/** Stores the drafts of an upload that begins. */
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

/** Stores the upload id of one file. */
export function noteBegun({ kind, file }: UploadFile, upload: string): void {
  const pending = pendingUpload();
  if (!pending) return;
  write({
    ...pending,
    files: pending.files.map((other) =>
      other.kind === kind && isOf(other, file) ? { ...other, upload } : other
    ),
  });
}

/** Returns the unfinished upload of the signed-in account, or null. */
export function pendingUpload(): PendingUpload | null {
  try {
    const pending: PendingUpload | null = JSON.parse(localStorage.getItem(PLACE) ?? "null");
    return pending?.owner === session.value?.email ? pending : null;
  } catch {
    return null;
  }
}

/** Whether a file matches a pending one, by name and size. */
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
    // Storage is full: a reload then starts over.
  }
}
