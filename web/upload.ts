/** Files on their way into a project: in parts, their progress true, their way back known. */
import type { Project } from "./api.ts";
import { config } from "./config.ts";
import { giveUp, sendInParts } from "./parted_upload.ts";
import { retried, type Waiting } from "./retried.ts";
import { sendBody } from "./send_body.ts";

/** A file with what its columns mean. */
export interface NewFile {
  type: "content" | "interaction";
  file: File;
  /** From app key to column; `feature_col` to several. */
  mapping: Record<string, string | string[]>;
  /** How the page read the file, so that the service reads it the same way. */
  dialect?: object;
}

/** Where an upload stands. */
export interface Sending {
  /** Bytes that are there, and in all. */
  sent: number;
  total: number;
  /** Where the line is broken: when it goes on. */
  waiting: Waiting | null;
  /** Whether all is there, and the service looks it through. */
  isWhole: boolean;
}

export interface UploadOptions {
  onState?: (state: Sending) => void;
  /** Told the upload of each file as soon as it has one. */
  onBegun?: (file: NewFile, id: string) => void;
  signal?: AbortSignal;
}

/**
 * The uploads of files that this page has sent or is sending. What the service refuses, be it for
 * its mapping, is not sent again.
 */
const uploads = new WeakMap<File, string>();

/** Notes that a file was begun by a page that is gone. */
export function resume(file: File, upload: string): void {
  uploads.set(file, upload);
}

/** Gives up what has come of a file that is not wanted any more. */
export function drop(file: File): void {
  const upload = uploads.get(file);
  uploads.delete(file);
  if (upload !== undefined) giveUp(upload);
}

/**
 * Uploads files as a new project.
 * @throws {ApiProblem} what the service refused; a line that breaks is waited for.
 */
export async function uploadProject(
  { name, files }: { name: string; files: NewFile[] },
  options: UploadOptions = {},
): Promise<Project> {
  const headers = { "idempotency-key": crypto.randomUUID() };
  return await sendAll(files, options, (uploaded, retrying) => {
    const form = new FormData();
    form.append("project_name", name);
    for (const [field, value] of uploaded) form.append(field, value);
    return retried(
      () => sendBody("POST", `${config().recommender}/create-project`, { body: form, headers }),
      retrying,
    ) as Promise<Project>;
  });
}

/**
 * Uploads interactions into a project, with the mapping of its first file. They count from the next
 * training on.
 * @throws {ApiProblem} what the service refused; a line that breaks is waited for.
 */
export async function appendInteractions(
  project: string,
  file: NewFile,
  options: UploadOptions = {},
): Promise<void> {
  const url = `${config().recommender}/project/${encodeURIComponent(project)}/interactions`;
  const headers = { "idempotency-key": crypto.randomUUID() };
  await sendAll([file], options, (uploaded, retrying) => {
    const form = new FormData();
    for (const [field, value] of uploaded) form.append(field, value);
    return retried(() => sendBody("POST", url, { body: form, headers }), retrying);
  });
}

/** Sends files in parts, then what takes them by their fields. */
async function sendAll<Result>(
  files: NewFile[],
  { onState, onBegun, signal }: UploadOptions,
  take: (
    fields: [name: string, value: string][],
    retrying: Parameters<typeof retried>[1],
  ) => Promise<Result>,
): Promise<Result> {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let state: Sending = { sent: 0, total, waiting: null, isWhole: false };
  const set = (change: Partial<Sending>) => onState?.(state = { ...state, ...change });
  const onWaiting = (waiting: Waiting | null) => set({ waiting });
  set({});
  const fields: [string, string][] = [];
  let before = 0;
  for (const each of files) {
    const { type, file, mapping, dialect } = each;
    const id = await sendInParts(file, {
      ...{ id: uploads.get(file), signal, onWaiting },
      onBegun(id) {
        uploads.set(file, id);
        onBegun?.(each, id);
      },
      onSent: (bytes) => set({ sent: before + bytes }),
    });
    before += file.size;
    fields.push([`${type}_schema_json`, JSON.stringify(mapping)], [`${type}_upload_id`, id]);
    if (dialect) fields.push([`${type}_dialect_json`, JSON.stringify(dialect)]);
  }
  set({ sent: total, isWhole: true });
  return await take(fields, { signal, onWaiting });
}
