import type { FileBytes } from "../files/file_bytes.ts";
import type { Address } from "./address.ts";
import type { DataRoot } from "./data_roots.ts";

/** A file at an address, as listed. */
export interface DataPart {
  /** Its path, without a slash at the beginning. */
  path: string;
  bytes: number;
  /** Changes with the content: an ETag, or size, time and inode. */
  tag: string;
}

/** Reader of addresses: the machine's file system, or a bucket. */
export interface DataStore {
  /**
   * Lists the file at an address, or those beneath it; the caller leaves out what does not belong
   * to the address.
   * @throws {AddressError} if the address leaves the root, does not exist or cannot be read.
   */
  find(address: Address, root: DataRoot): AsyncIterable<DataPart>;
  /**
   * Opens a file that was listed below a root. Reads throw an AddressError if it is not the one that
   * was listed, or no longer below the root.
   */
  open(part: DataPart, root: DataRoot): FileBytes;
}

/** Message of a file that is another than was listed. */
export function changedSentence(path: string): string {
  return `The file ${path} was changed or removed while it was read. Train again when it no longer ` +
    "changes, or write new files beside it.";
}
