import type { UploadedFile } from "../../functions/recommender/projects/uploaded_file.ts";
import { UnusableDataError } from "./receipt.ts";

/** An upload is missing: it was removed, or this is not the store it was put into. */
export class MissingUploadError extends UnusableDataError {
  readonly storagePath: string;

  constructor({ file_name, storage_path }: Pick<UploadedFile, "file_name" | "storage_path">) {
    super(`The upload "${file_name}" is missing in the file storage: upload it again.`);
    this.storagePath = storage_path;
  }
}
