import { jsonValue } from "../../http/body/json_text.ts";
import type { InputError } from "../../http/problem.ts";
import { AddressError } from "../addresses/address_error.ts";
import { type DataKeys, DataKeysSchema } from "../addresses/addresses.ts";
import { CsvError } from "../files/csv_error.ts";
import type { Form } from "./receive_form.ts";
import type { ReceivedFile, Receiving } from "./receiving.ts";
import { storeFile } from "./stored_file.ts";

/** Fields of a form that name data instead of sending them, for a kind of file. */
export function fieldsOf(kind: "content" | "interaction"): string[] {
  return [`${kind}_upload_id`, `${kind}_address`, "data_keys_json"];
}

type Found = ReceivedFile | { errors: InputError[] };

/**
 * Returns the file of a kind: from the form, from the upload in parts that the form names, or at the
 * address that it names; undefined if none is given. What it stores is added to the form's files.
 */
export async function fileOf(
  kind: "content" | "interaction",
  form: Form & Receiving,
): Promise<Found | undefined> {
  const { fields, files, openUpload } = form;
  const file = files.get(`${kind}_file`);
  const id = fields.get(`${kind}_upload_id`)?.trim();
  const uri = fields.get(`${kind}_address`)?.trim();
  if (uri) {
    if (!file && !id) return await addressed(uri, { kind, form });
    return wrong(`${kind}_address`, `must be sent instead of ${file ? "a file" : "an upload"}`);
  }
  if (!id) return file;
  if (file) return wrong(`${kind}_upload_id`, `must be sent instead of ${kind}_file, not with it`);
  const whole = await openUpload(id).catch((error) => {
    if (error instanceof CsvError) return wrong(`${kind}_upload_id`, error.message);
    throw error;
  });
  return whole ??
    wrong(
      `${kind}_upload_id`,
      "is not an upload of yours: it was used already, has expired or is unknown",
    );
}

/** Lists the data at an address, and stores the list. */
async function addressed(
  uri: string,
  { kind, form }: { kind: "content" | "interaction"; form: Form & Receiving },
): Promise<Found> {
  const keys = keysOf(form.fields.get("data_keys_json")?.trim());
  if (keys && "errors" in keys) return keys;
  try {
    const opened = await form.openAddress(uri, keys);
    const list = new TextEncoder().encode(JSON.stringify({ uri, files: opened.data.parts }));
    const sha256 = form.sha256();
    const stored = await storeFile(new Blob([list]).stream(), {
      ...form,
      sha256,
      check: await form.checkOf(),
    });
    const file = { ...stored, file_name: uri, addressed: opened };
    form.files.set(`${kind}_file`, file);
    return file;
  } catch (error) {
    if (error instanceof AddressError) return wrong(`${kind}_address`, error.message);
    throw error;
  }
}

/** Parses an access key. Errors do not repeat its value. */
function keysOf(text: string | undefined): DataKeys | { errors: InputError[] } | undefined {
  if (!text) return undefined;
  try {
    const { data } = DataKeysSchema.safeParse(jsonValue(text));
    if (data) return data;
  } catch {
    // Not JSON.
  }
  return wrong("data_keys_json", "must be JSON: {access_key_id, secret_access_key}, both strings");
}

function wrong(field: string, detail: string): { errors: InputError[] } {
  return { errors: [{ pointer: `/${field}`, detail }] };
}
