import type { InputError } from "../../http/problem.ts";
import { CsvError } from "../files/csv_error.ts";
import type { Form } from "./receive_form.ts";
import type { ReceivedFile, Receiving } from "./receiving.ts";

/**
 * Returns the file of a kind, from the form or from the upload in parts that the form names;
 * undefined if neither is given.
 */
export async function fileOf(
  kind: "content" | "interaction",
  { fields, files, openUpload }: Form & Pick<Receiving, "openUpload">,
): Promise<ReceivedFile | { errors: InputError[] } | undefined> {
  const file = files.get(`${kind}_file`);
  const id = fields.get(`${kind}_upload_id`)?.trim();
  if (!id) return file;
  const wrong = (detail: string) => ({ errors: [{ pointer: `/${kind}_upload_id`, detail }] });
  if (file) return wrong(`must come in place of ${kind}_file, and came beside it`);
  const whole = await openUpload(id).catch((error) => {
    if (error instanceof CsvError) return wrong(error.message);
    throw error;
  });
  return whole ?? wrong("is no upload of yours: used already, expired, or unknown");
}
