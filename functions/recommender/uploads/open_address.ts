import { AddressError } from "../addresses/address_error.ts";
import type { Addresses, DataKeys } from "../addresses/addresses.ts";
import type { ReceivedFile } from "./receiving.ts";

/**
 * Lists the data at an address of an owner, and encrypts the access key that it came with.
 * @throws {AddressError} if it may not be opened or cannot be read.
 */
export async function openAddress(
  addresses: Addresses | undefined,
  { ownerId, uri, keys: given }: { ownerId: string; uri: string; keys?: DataKeys },
): Promise<NonNullable<ReceivedFile["addressed"]>> {
  if (!addresses) throw new AddressError("This installation opens no addresses.");
  const keys = given && await addresses.sealKeys(given, ownerId);
  const data = await addresses.open({ uri, ownerId, keys });
  const { parts, bytes } = data;
  return { data, address: { uri, files: parts.length, bytes, ...(keys && { keys }) } };
}
