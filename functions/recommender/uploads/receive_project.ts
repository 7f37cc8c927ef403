/**
 * Creates a project from a form: files are stored as they arrive, then fields and files are
 * validated together, and a project is created only if all of them are valid.
 */
import type { InputError } from "../../http/problem.ts";
import { invalidInput } from "../../http/service/service.ts";
import type { FileKind } from "../files/mapping.ts";
import type { ModelType } from "../model/model.ts";
import type { NewFile, NewProject } from "../projects/projects.ts";
import { describeUpload } from "./describe_upload.ts";
import { fieldsOf, fileOf } from "./file_of.ts";
import { type Form, printable, receiveForm } from "./receive_form.ts";
import type { Receiving } from "./receiving.ts";

export interface ReceiveOptions<Created> extends Receiving {
  /** Creates the project; called when everything is stored and valid. */
  create(project: NewProject): Promise<Created>;
}

/** Prefix of the form fields for each file type. */
const KINDS = {
  CONTENT: "content",
  INTERACTION: "interaction",
} as const satisfies Record<FileKind, string>;

const TYPES = Object.keys(KINDS) as FileKind[];
const TEXT_FIELDS = [
  "project_name",
  ...new Set(TYPES.flatMap((type) => [
    ...["schema_json", "dialect_json"].map((field) => `${KINDS[type]}_${field}`),
    ...fieldsOf(KINDS[type]),
  ])),
];
const FILE_FIELDS: string[] = TYPES.map((type) => `${KINDS[type]}_file`);

const NAME_LENGTH = 200;

/**
 * Reads the form of a request and creates a project. Fields may come in any order; unknown fields
 * are ignored and reported. On failure no blob stays stored and no project is created.
 * @throws {Problem} 422 that names each invalid field; 400, 413, 415 or 507 for the body.
 */
export async function receiveProject<Created>(
  request: Request,
  { create, ...options }: ReceiveOptions<Created>,
): Promise<Created> {
  const form = await receiveForm(request, {
    ...options,
    textFields: TEXT_FIELDS,
    fileFields: FILE_FIELDS,
  });
  return await form.use(async ({ fields, files }) =>
    await create(await projectOf({ fields, files, ...options }))
  );
}

/** Validates fields and files together; reports all errors at once. */
async function projectOf(form: Form & Receiving): Promise<NewProject> {
  const { fields } = form;
  const errors: InputError[] = [];
  const project_name = printable(fields.get("project_name") ?? "").trim();
  if (project_name === "") {
    errors.push({ pointer: "/project_name", detail: "must be given and not empty" });
  } else if (project_name.length > NAME_LENGTH) {
    errors.push({
      pointer: "/project_name",
      detail:
        `must have at most ${NAME_LENGTH} characters; what was sent has ${project_name.length}`,
    });
  }
  const described: NewFile[] = [];
  let isWithout = true;
  for (const file_type of TYPES) {
    const kind = KINDS[file_type];
    const file = await fileOf(kind, form);
    isWithout &&= !file;
    if (file && "errors" in file) {
      errors.push(...file.errors);
      continue;
    }
    const schema = fields.get(`${kind}_schema_json`)?.trim();
    if (!file && schema) {
      errors.push({
        pointer: `/${kind}_file`,
        detail: `is missing: it must be sent with ${kind}_schema_json`,
      });
    }
    if (!file) continue;
    const dialect = fields.get(`${kind}_dialect_json`)?.trim();
    const found = await describeUpload(file, { fileType: file_type, kind, schema, dialect }, form);
    if ("errors" in found) errors.push(...found.errors);
    else described.push(found);
  }
  if (isWithout && errors.every(({ pointer }) => !pointer.endsWith("_file"))) {
    errors.push({
      pointer: "/content_file",
      detail: "must be given if there is no interaction_file: a project needs at least one file",
    });
  }
  if (errors.length > 0) throw invalidInput(errors);
  return { project_name, model_type: modelTypeOf(described), files: described };
}

function modelTypeOf(files: NewFile[]): ModelType {
  if (files.length === 2) return "HYBRID";
  return files[0].file_type === "CONTENT" ? "CONTENT" : "COLLABORATIVE";
}
