/**
 * Refresh tokens: opaque, random, kept by their SHA-256 alone. A token's successor is computed from
 * the token itself and a salt that is stored when it is replaced: whoever holds the token can be
 * given the same successor again, and whoever reads the table can compute none.
 */

/** A token and what is stored of it. */
export interface RefreshToken {
  token: string;
  hash: Uint8Array;
}

const BYTES = 32;

/** The first of a family: 256 random bits as base64url. */
export async function firstToken(): Promise<RefreshToken> {
  return await tokenOf(crypto.getRandomValues(new Uint8Array(BYTES)));
}

/** A salt for a successor. */
export function newSalt(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(BYTES));
}

/** HMAC-SHA-256 of the salt under the token. */
export async function successorOf(token: string, salt: Uint8Array): Promise<RefreshToken> {
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(token),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  // A copy, as a driver's bytes may stand on memory that Web Crypto does not take.
  return await tokenOf(
    new Uint8Array(await crypto.subtle.sign("HMAC", key, Uint8Array.from(salt))),
  );
}

/** SHA-256 of a token, as it is stored. */
export async function hashOf(token: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
}

async function tokenOf(bytes: Uint8Array): Promise<RefreshToken> {
  const token = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  return { token, hash: await hashOf(token) };
}
