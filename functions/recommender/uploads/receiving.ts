import type { Blobs } from "../blobs/blobs.ts";
import type { Measure } from "../files/formats/measure.ts";
import type { TakeTurn } from "../files/turn.ts";
import type { Sha256, StoredFile } from "./stored_file.ts";

/** A received and stored file. */
export interface ReceivedFile extends StoredFile {
  file_name: string;
  /** Id of its upload, if it was uploaded in parts. */
  upload_id?: string;
}

/** Dependencies for receiving the files of one owner. */
export interface Receiving {
  blobs: Blobs;
  sha256: () => Sha256;
  /** Inserts the row of a file before the file is stored, and returns its blob name. */
  note: () => Promise<string>;
  /** Deletes a stored file and its row. */
  discard: (storagePath: string) => Promise<void>;
  /** Returns a check that throws if a file is larger, unpacked, than the owner's limits. */
  checkOf: () => Promise<(soFar: Measure) => void>;
  /** Returns the whole file of an upload in parts, or null. */
  openUpload: (id: string) => Promise<ReceivedFile | null>;
  /** Called for each field of a form that is not a known one and is ignored. */
  unknownField: (name: string, known: string[]) => void;
  /** Yields to other work: awaited before each stretch of up to ten milliseconds. */
  turn: TakeTurn;
  /** Maximum size of a body, in bytes. */
  uploadLimitBytes: number;
}
