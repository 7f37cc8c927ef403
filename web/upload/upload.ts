/** Uploads files as a project or into one: resumable, with progress. */
import type { Project } from "../api/api.ts";
import type { GivenDialect } from "../../functions/recommender/files/dialect/choose_dialect.ts";
import { config } from "../api/config.ts";
import { giveUp, sendInParts } from "./parted_upload.ts";
import { retried, type Waiting } from "./retried.ts";
import type { MappedFile } from "./reader.ts";
import { sendBody } from "./send_body.ts";

/**
 * A file to upload. The dialect that the page found is sent, so that the service reads it alike.
 */
export type UploadFile = Omit<MappedFile, "dialect"> & Partial<Pick<MappedFile, "dialect">>;

/** Prefix of the form fields of each kind. */
const FIELDS = { CONTENT: "content", INTERACTION: "interaction" };

/** Members of a dialect that the service detects if they are omitted: null turns that off. */
const UNDETECTED: GivenDialect = {
  escape: null,
  comment: null,
  exact: null,
  indexed: null,
  filled: null,
  none: null,
};

/** Progress of an upload. */
export interface Sending {
  /** Bytes stored, and in total. */
  sent: number;
  total: number;
  /** Pause before the next attempt, or null. */
  waiting: Waiting | null;
  /** Whether everything is sent and the service is validating it. */
  isWhole: boolean;
}

export interface UploadOptions {
  onState?: (state: Sending) => void;
  /** Called with the upload id of each file once it exists. */
  onBegun?: (file: UploadFile, id: string) => void;
  signal?: AbortSignal;
}

/**
 * Upload ids of the files of this page, so that files are not sent again after the service refused
 * the form, such as its mapping.
 */
const uploads = new WeakMap<File, string>();

/** Registers the upload of a file begun by an earlier page. */
export function resume(file: File, upload: string): void {
  uploads.set(file, upload);
}

/** Deletes the upload of a file that was removed from the form. */
export function drop(file: File): void {
  const upload = uploads.get(file);
  uploads.delete(file);
  if (upload !== undefined) giveUp(upload);
}

/**
 * Uploads files as a new project.
 * @throws {ApiProblem} of the service; a broken connection is retried
 */
export async function uploadProject(
  { name, files }: { name: string; files: UploadFile[] },
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
 * Uploads interactions into a project; they count from the next training on.
 * @throws {ApiProblem} of the service; a broken connection is retried
 */
export async function appendInteractions(
  project: string,
  file: UploadFile,
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

/** Uploads the files in parts, then submits the form fields that refer to them. */
async function sendAll<Result>(
  files: UploadFile[],
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
    const { kind, file, mapping, dialect } = each;
    const field = FIELDS[kind];
    const id = await sendInParts(file, {
      ...{ id: uploads.get(file), signal, onWaiting },
      onBegun(id) {
        uploads.set(file, id);
        onBegun?.(each, id);
      },
      onSent: (bytes) => set({ sent: before + bytes }),
    });
    before += file.size;
    fields.push([`${field}_schema_json`, JSON.stringify(mapping)], [`${field}_upload_id`, id]);
    if (dialect) {
      fields.push([`${field}_dialect_json`, JSON.stringify({ ...UNDETECTED, ...dialect })]);
    }
  }
  set({ sent: total, isWhole: true });
  return await take(fields, { signal, onWaiting });
}
