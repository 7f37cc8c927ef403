/**
 * Refresh tokens: opaque and random; only their SHA-256 is stored. A token's successor is computed
 * from the token and a salt that is stored at its replacement: the token's holder can receive the
 * same successor again, and the table alone does not suffice to compute one.
 */

/** A token and its stored hash. */
export interface RefreshToken {
  token: string;
  hash: Uint8Array;
}

const BYTES = 32;

/** Returns the first token of a family: 256 random bits as base64url. */
export async function firstToken(): Promise<RefreshToken> {
  return await tokenOf(crypto.getRandomValues(new Uint8Array(BYTES)));
}

/** Returns a random salt for a successor. */
export function newSalt(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(BYTES));
}

/** Returns the successor: HMAC-SHA-256 of the salt, keyed by the token. */
export async function successorOf(token: string, salt: Uint8Array): Promise<RefreshToken> {
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(token),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  // Copied, since the driver's bytes may lie in memory that Web Crypto rejects.
  return await tokenOf(
    new Uint8Array(await crypto.subtle.sign("HMAC", key, Uint8Array.from(salt))),
  );
}

/** Returns the SHA-256 of a token, as stored. */
export async function hashOf(token: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
}

async function tokenOf(bytes: Uint8Array): Promise<RefreshToken> {
  const token = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  return { token, hash: await hashOf(token) };
}
