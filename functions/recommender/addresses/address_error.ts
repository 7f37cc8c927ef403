/** Data at an address cannot be read; the message is a sentence for its owner, without secrets. */
export class AddressError extends Error {
  override readonly name = "AddressError";
}
