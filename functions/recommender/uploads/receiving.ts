import type { Blobs } from "../blobs/blobs.ts";
import type { Measure } from "../csv/measure.ts";
import type { TakeTurn } from "../csv/turn.ts";
import type { Sha256, StoredFile } from "./stored_file.ts";

/** A file that came, stored. */
export interface ReceivedFile extends StoredFile {
  file_name: string;
  /** Of a file that came before, in parts. */
  upload_id?: string;
}

/** What receiving the files of one owner needs. */
export interface Receiving {
  blobs: Blobs;
  sha256: () => Sha256;
  /** Notes a file before it is stored, and returns its name. */
  note: () => Promise<string>;
  /** Removes a file that is noted, and the note. */
  discard: (storagePath: string) => Promise<void>;
  /** Returns what ends a file by an error that is more, unpacked, than the owner may have. */
  checkOf: () => Promise<(soFar: Measure) => void>;
  /** The whole file of an upload in parts, or null. */
  openUpload: (id: string) => Promise<ReceivedFile | null>;
  /** Resolves when others had their turn: awaited before each stretch of up to ten milliseconds. */
  turn: TakeTurn;
  /** The largest body in bytes. */
  uploadLimitBytes: number;
}
