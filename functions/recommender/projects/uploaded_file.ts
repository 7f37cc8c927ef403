import type { Dialect } from "../files/dialect.ts";
import type { FileKind, Mapping } from "../files/mapping.ts";

/** Address of a file that was not uploaded, as `recommender.uploaded_files` keeps it. */
export interface FileAddress {
  /** `file:///…` or `s3://…`. */
  uri: string;
  /** Number and total size in bytes of the files found there when it was added. */
  files: number;
  bytes: number;
  /** Access key, encrypted; absent if the operator's is used. */
  keys?: string;
}

/**
 * A file of a project, as `recommender.uploaded_files` and `recommender.schema_mappings` keep it.
 * Other types of files pick some of its members.
 */
export interface UploadedFile {
  id: number;
  file_type: FileKind;
  /** Name of its blob. */
  storage_path: string;
  file_name: string;
  /** Size as uploaded. */
  bytes: number;
  /** Of the uploaded bytes, lower-case hex. */
  sha256: string;
  /** Rows as counted on upload, before a training reads the file. */
  rows: number;
  /** Unpacked size, if the file is packed. */
  unpacked_bytes?: number;
  dialect: Dialect;
  mapping: Mapping;
  /** Set if the data stay at an address; the blob then is a list of the files found there. */
  address?: FileAddress | null;
  /** Rows that the last training used and rejected; null before it. */
  receipt: Record<string, unknown> | null;
  created_at: string;
}
