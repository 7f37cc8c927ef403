import type { AddressedData, DataKeys } from "../addresses/addresses.ts";
import type { Blobs } from "../blobs/blobs.ts";
import type { Measure } from "../files/formats/measure.ts";
import type { TakeTurn } from "../files/turn.ts";
import type { FileAddress } from "../projects/uploaded_file.ts";
import type { Sha256, StoredFile } from "./stored_file.ts";

/** A received and stored file. */
export interface ReceivedFile extends StoredFile {
  file_name: string;
  /** Id of its upload, if it was uploaded in parts. */
  upload_id?: string;
  /** Set if the data stay at an address, and are read from there. */
  addressed?: { address: FileAddress; data: AddressedData };
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
  /**
   * Lists the data at an address; with the owner's access key, also encrypts it.
   * @throws {AddressError} if it may not be opened or cannot be read.
   */
  openAddress: (uri: string, keys?: DataKeys) => Promise<NonNullable<ReceivedFile["addressed"]>>;
  /** Called for each field of a form that is not a known one and is ignored. */
  unknownField: (name: string, known: string[]) => void;
  /** Yields to other work: awaited before each stretch of up to ten milliseconds. */
  turn: TakeTurn;
  /** Maximum size of a body, in bytes. */
  uploadLimitBytes: number;
}
