/** Adds interactions to a project: a CSV file as the body or in a form, or rows as JSON. */
import { Problem } from "../../http/problem.ts";
import { invalidInput } from "../../http/service/service.ts";
import { CsvError } from "../files/csv_error.ts";
import type { ProjectFile } from "../projects/project_files.ts";
import type { NewFile } from "../projects/projects.ts";
import { describeUpload } from "./describe_upload.ts";
import type { InteractionsCsv } from "./interactions_csv.ts";
import { tooLarge } from "./multipart.ts";
import { fieldsOf, fileOf } from "./file_of.ts";
import { mayBeDone, receiveForm } from "./receive_form.ts";
import type { ReceivedFile, Receiving } from "./receiving.ts";
import { storeFile } from "./stored_file.ts";

export interface InteractionOptions<Added> extends Receiving {
  /** The project's first interaction file, whose mapping is the default. */
  first: Pick<ProjectFile, "mapping" | "dialect">;
  /** Adds the file to the project; called when it is stored and valid. */
  add(file: NewFile): Promise<Added>;
}

const FORM = {
  textFields: [
    "interaction_schema_json",
    "interaction_dialect_json",
    ...fieldsOf("interaction"),
  ],
  fileFields: ["interaction_file"],
};

/**
 * Receives and stores a CSV file, sent as `text/csv` or in a form. On failure no blob stays stored.
 * @throws {Problem} 422 that names each invalid field; 400, 413, 415 or 507 for the body.
 */
export async function receiveInteractionFile<Added>(
  request: Request,
  options: InteractionOptions<Added>,
): Promise<Added> {
  const { sha256, uploadLimitBytes, discard, add } = options;
  const type = request.headers.get("content-type") ?? "";
  if (/^multipart\/form-data\b/i.test(type)) {
    const form = await receiveForm(request, { ...options, ...FORM });
    return await form.use(async ({ fields, files }) => {
      const file = await fileOf("interaction", { fields, files, ...options });
      if (!file) throw invalidInput([{ pointer: "/interaction_file", detail: "must be given" }]);
      if ("errors" in file) throw invalidInput(file.errors);
      const schema = fields.get("interaction_schema_json")?.trim();
      const dialect = fields.get("interaction_dialect_json")?.trim();
      return await add(await described(file, { ...options, schema, dialect }));
    });
  }
  if (!/^text\/csv\b/i.test(type)) {
    throw new Problem(
      "unsupported_media_type",
      "Send interactions as application/json, as text/csv, or in a multipart/form-data form.",
    );
  }
  if (Number(request.headers.get("content-length")) > uploadLimitBytes) {
    throw tooLarge(uploadLimitBytes);
  }
  const body = (request.body ?? new Blob().stream()).pipeThrough(atMost(uploadLimitBytes));
  const storing = { ...options, sha256: sha256(), check: await options.checkOf() };
  const stored = await storeFile(body, storing).catch((error) => {
    if (!(error instanceof CsvError)) throw error;
    throw invalidInput([{ pointer: "/interaction_file", detail: error.message }]);
  });
  return await kept(
    stored.storage_path,
    discard,
    async () => await add(await described({ ...stored, file_name: "interactions.csv" }, options)),
  );
}

/**
 * Stores JSON rows as a CSV file.
 * @throws {Problem} 507 if the store is full.
 */
export async function storeInteractions<Added>(
  { pieces, rows, dialect, mapping }: InteractionsCsv,
  { sha256, checkOf, add, ...options }: Receiving & Pick<InteractionOptions<Added>, "add">,
): Promise<Added> {
  const { head: _head, measure: _measure, ...stored } = await storeFile(
    new Blob(pieces).stream(),
    { ...options, sha256: sha256(), check: await checkOf() },
  );
  const file = { file_type: "INTERACTION" as const, file_name: "interactions.json" };
  return await kept(
    stored.storage_path,
    options.discard,
    () => add({ ...stored, ...file, dialect, mapping, rows }),
  );
}

/** Describes the file by the mapping sent with it, or by that of the first file. */
async function described(
  file: ReceivedFile,
  { first, schema, dialect, ...options }: Receiving & Pick<InteractionOptions<unknown>, "first"> & {
    schema?: string;
    dialect?: string;
  },
): Promise<NewFile> {
  const found = await describeUpload(file, {
    fileType: "INTERACTION",
    kind: "interaction",
    schema: schema || JSON.stringify(first.mapping),
    // The first file has no header, so its columns are known by position; nor has this file.
    dialect: dialect || (schema || first.dialect.header ? undefined : '{"header": false}'),
  }, options);
  if ("errors" in found) throw invalidInput(found.errors);
  return found;
}

/** Discards a stored file if `make` fails. */
async function kept<Made>(
  name: string,
  discard: Receiving["discard"],
  make: () => Promise<Made>,
): Promise<Made> {
  try {
    return await make();
  } catch (error) {
    if (!mayBeDone(error)) await discard(name);
    throw error;
  }
}

/** Passes bytes through, and fails at the first chunk over the limit. */
function atMost(limitBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.length;
      if (bytes > limitBytes) throw tooLarge(limitBytes);
      controller.enqueue(chunk);
    },
  });
}
