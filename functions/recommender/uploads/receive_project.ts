/**
 * A new project from a form: its files go into the blobs as they come, then fields and files are
 * checked together, and only what is whole becomes a project.
 */
import { type InputError, Problem } from "../../http/problem.ts";
import { invalidInput } from "../../http/service.ts";
import type { Blobs } from "../blobs/blobs.ts";
import type { ModelType } from "../model/model.ts";
import type { FileType, NewFile, NewProject } from "../projects.ts";
import { describeUpload } from "./describe_upload.ts";
import { type FilePart, readMultipart } from "./multipart.ts";
import { type Sha256, type StoredFile, storeFile } from "./stored_file.ts";

export interface ReceiveOptions<Created> {
  blobs: Blobs;
  sha256: () => Sha256;
  /** The largest body in bytes. */
  uploadLimitBytes: number;
  /** Makes the project; called when all of it is stored and found right. */
  create(project: NewProject): Promise<Created>;
}

/** A file of the form, stored. */
export interface ReceivedFile extends StoredFile {
  file_name: string;
}

/** The form's fields for each kind of file. */
const KINDS = {
  CONTENT: "content",
  INTERACTION: "interaction",
} as const satisfies Record<FileType, string>;

const TYPES = Object.keys(KINDS) as FileType[];
const TEXT_FIELDS = [
  "project_name",
  ...TYPES.flatMap((type) => [`${KINDS[type]}_schema_json`, `${KINDS[type]}_dialect_json`]),
];
const FILE_FIELDS: string[] = TYPES.map((type) => `${KINDS[type]}_file`);

const NAME_LENGTH = 200;
const TEXT_BYTES = 64 * 1024;

/**
 * Reads the form of a request and makes a project of it. Fields may come in any order; unknown ones
 * are passed over. Whatever fails, no blob is left behind and no project made.
 * @throws {Problem} 422 that names each field at fault; 400, 413, 415, 507 as the body deserves.
 */
export async function receiveProject<Created>(
  request: Request,
  { blobs, sha256, uploadLimitBytes, create }: ReceiveOptions<Created>,
): Promise<Created> {
  const fields = new Map<string, string>();
  const files = new Map<string, ReceivedFile>();
  let creating = false;
  try {
    await readMultipart(request, {
      limitBytes: uploadLimitBytes,
      onField(name, value) {
        if (FILE_FIELDS.includes(name) && value !== "") {
          throw invalidInput([{ pointer: `/${name}`, detail: "must be a file, not text" }]);
        }
        if (TEXT_FIELDS.includes(name)) addOnce(fields, name, value);
      },
      async onFile({ name, fileName, content }) {
        if (TEXT_FIELDS.includes(name)) {
          return addOnce(fields, name, await textOf(name, content));
        }
        if (!FILE_FIELDS.includes(name)) return await drain(content);
        const stored = await storeFile(content, { blobs, sha256: sha256() });
        // A form that is sent with nothing chosen sends a file without a name.
        if (fileName === "" && stored.bytes === 0) return await blobs.remove(stored.storage_path);
        try {
          addOnce(files, name, { ...stored, file_name: printable(fileName) });
        } catch (error) {
          await blobs.remove(stored.storage_path);
          throw error;
        }
      },
    });
    const project = await projectOf(fields, files);
    creating = true;
    return await create(project);
  } catch (error) {
    if (!creating || !mayBeDone(error)) {
      for (const { storage_path } of files.values()) await blobs.remove(storage_path);
    }
    throw error;
  }
}

/** Checks fields and files together; says all that is wrong at once. */
async function projectOf(
  fields: Map<string, string>,
  files: Map<string, ReceivedFile>,
): Promise<NewProject> {
  const errors: InputError[] = [];
  const project_name = printable(fields.get("project_name") ?? "").trim();
  if (project_name === "") {
    errors.push({ pointer: "/project_name", detail: "must be given, and not be empty" });
  } else if (project_name.length > NAME_LENGTH) {
    errors.push({
      pointer: "/project_name",
      detail: `must have at most ${NAME_LENGTH} characters; this one has ${project_name.length}`,
    });
  }
  const described: NewFile[] = [];
  for (const file_type of TYPES) {
    const kind = KINDS[file_type];
    const file = files.get(`${kind}_file`);
    const schema = fields.get(`${kind}_schema_json`)?.trim();
    if (!file && schema) {
      errors.push({
        pointer: `/${kind}_file`,
        detail: `must come with ${kind}_schema_json, and is missing`,
      });
    }
    if (!file) continue;
    const found = await describeUpload(file, {
      fileType: file_type,
      kind,
      schema,
      dialect: fields.get(`${kind}_dialect_json`)?.trim(),
    });
    if ("errors" in found) errors.push(...found.errors);
    else described.push(found);
  }
  if (files.size === 0 && errors.every(({ pointer }) => !pointer.endsWith("_file"))) {
    errors.push({
      pointer: "/content_file",
      detail: "must be given where there is no interaction_file; a project has at least one file",
    });
  }
  if (errors.length > 0) throw invalidInput(errors);
  return { project_name, model_type: modelTypeOf(described), files: described };
}

function modelTypeOf(files: NewFile[]): ModelType {
  if (files.length === 2) return "HYBRID";
  return files[0].file_type === "CONTENT" ? "CONTENT" : "COLLABORATIVE";
}

function addOnce<Value>(map: Map<string, Value>, name: string, value: Value): void {
  if (map.has(name)) {
    throw invalidInput([{ pointer: `/${name}`, detail: "must come once, and came twice" }]);
  }
  map.set(name, value);
}

/** A text field that came as a file, as some clients send JSON. */
async function textOf(name: string, content: FilePart["content"]): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > TEXT_BYTES) {
      throw invalidInput([{ pointer: `/${name}`, detail: `must be at most ${TEXT_BYTES} bytes` }]);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

async function drain(content: FilePart["content"]): Promise<void> {
  for await (const _ of content);
}

/** Without control characters, which names have no use for and Postgres does not store. */
function printable(name: string): string {
  return name.replace(/\p{Cc}/gu, "").slice(0, 1000);
}

/** Whether a transaction may have been committed although it failed: its connection broke. */
function mayBeDone(error: unknown): boolean {
  if (error instanceof Problem) return false;
  return /^(CONNECTION_(CLOSED|ENDED|DESTROYED)|ECONNRESET|EPIPE)$/.test(
    String((error as { code?: unknown } | null)?.code ?? ""),
  );
}
