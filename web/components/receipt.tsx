/** What became of an uploaded file: which rows were used, and why others were not. */
import type { ProjectFile } from "../api.ts";
import { bytes } from "../words.ts";

export function Receipt({ file }: { file: ProjectFile }) {
  return <p>{file.file_name} {bytes(file.bytes)}</p>;
}
