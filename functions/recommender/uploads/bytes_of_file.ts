import type { Addresses } from "../addresses/addresses.ts";
import { AddressError } from "../addresses/address_error.ts";
import { blobBytes } from "../blobs/blob_bytes.ts";
import type { Blobs } from "../blobs/blobs.ts";
import type { FileBytes } from "../files/file_bytes.ts";
import type { UploadedFile } from "../projects/uploaded_file.ts";

/**
 * Returns the bytes of an owner's file, uploaded or at an address; null if it is deleted.
 * @throws {AddressError} if its address may not be opened or cannot be read.
 */
export async function bytesOfFile(
  { blobs, addresses }: { blobs: Blobs; addresses?: Addresses },
  ownerId: string,
  { storage_path, address }: Pick<UploadedFile, "storage_path" | "address">,
): Promise<FileBytes | null> {
  if (!address) return await blobBytes(blobs, storage_path);
  if (!addresses) throw new AddressError("This installation opens no addresses.");
  return (await addresses.open({ uri: address.uri, keys: address.keys, ownerId })).file;
}
