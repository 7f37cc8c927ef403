import type { InputError } from "../../http/problem.ts";
import type { Form, ReceivedFile } from "./receive_form.ts";

/** Where files are that came before, in parts. */
export interface Uploads {
  /** The whole file of an upload, or null where there is no such upload. */
  openUpload: (id: string) => Promise<ReceivedFile | null>;
}

/**
 * The file of a kind: in the form, or named by it as an upload in parts. Undefined where there is
 * neither.
 */
export async function fileOf(
  kind: "content" | "interaction",
  { fields, files, openUpload }: Form & Uploads,
): Promise<ReceivedFile | { errors: InputError[] } | undefined> {
  const file = files.get(`${kind}_file`);
  const id = fields.get(`${kind}_upload_id`)?.trim();
  if (!id) return file;
  const wrong = (detail: string) => ({ errors: [{ pointer: `/${kind}_upload_id`, detail }] });
  if (file) return wrong(`must come in place of ${kind}_file, and came beside it`);
  return await openUpload(id) ?? wrong("is no upload of yours: used already, expired, or unknown");
}
