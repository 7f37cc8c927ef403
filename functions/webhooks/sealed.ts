/** Secrets that have to be read again, at rest: AES-256-GCM, bound to what they belong to. */

const IV_BYTES = 12;

/**
 * Seals a text under a key of 32 bytes.
 * @param owner what it belongs to, such as an app's id: elsewhere it does not open.
 * @returns 12 bytes of IV, then ciphertext and tag.
 */
export async function seal(
  text: string,
  { key, owner }: { key: Uint8Array<ArrayBuffer>; owner: string },
): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(owner) },
    await importKey(key),
    new TextEncoder().encode(text),
  );
  const bytes = new Uint8Array(IV_BYTES + sealed.byteLength);
  bytes.set(iv);
  bytes.set(new Uint8Array(sealed), IV_BYTES);
  return bytes;
}

/**
 * Opens what `seal` gave.
 * @throws {DOMException} under another key, for another owner, or when a bit was changed.
 */
export async function unseal(
  sealed: Uint8Array,
  { key, owner }: { key: Uint8Array<ArrayBuffer>; owner: string },
): Promise<string> {
  const bytes = new Uint8Array(sealed);
  const text = await crypto.subtle.decrypt(
    {
      name: "AES-GCM",
      iv: bytes.subarray(0, IV_BYTES),
      additionalData: new TextEncoder().encode(owner),
    },
    await importKey(key),
    bytes.subarray(IV_BYTES),
  );
  return new TextDecoder().decode(text);
}

function importKey(key: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
}
