/** Encryption at rest of secrets that must be readable: AES-256-GCM, bound to their owner. */

const IV_BYTES = 12;

/**
 * Encrypts a text under a key of 32 bytes.
 * @param owner what it belongs to, such as an app's id; authenticated as additional data.
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
 * Decrypts a result of `seal`.
 * @throws {DOMException} under another key, for another owner, or if a bit was changed.
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
