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
  if (file) return wrong(`must be sent instead of ${kind}_file, not with it`);
  const whole = await openUpload(id).catch((error) => {
    if (error instanceof CsvError) return wrong(error.message);
    throw error;
  });
  return whole ??
    wrong("is not an upload of yours: it was used already, has expired or is unknown");
}
