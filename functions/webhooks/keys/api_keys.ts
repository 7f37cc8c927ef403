/**
 * API keys: `airec_live_`, 32 random base62 characters and their CRC-32 in 6 more, which detects
 * typing errors without a query. Only the SHA-256 is stored: with 190 random bits a slow hash is
 * unnecessary.
 */

/** The stored parts of a key. */
export interface NewKey {
  /** SHA-256 of the key in hex. */
  hash: string;
  prefix: string;
  lastFour: string;
}

const PREFIX = "airec_live_";
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const FORM = /^airec_live_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;

/** Returns a new key. */
export function newApiKey(): string {
  const random = randomBase62(32);
  return PREFIX + random + checksum(random);
}

/** Returns a new key and its stored parts. */
export async function mintKey(): Promise<{ api_key: string; stored: NewKey }> {
  const api_key = newApiKey();
  const { key_prefix: prefix, key_last_four: lastFour } = shownOfApiKey(api_key);
  return { api_key, stored: { hash: await hashApiKey(api_key), prefix, lastFour } };
}

/** Whether a text has the form of a key and a valid checksum. */
export function isApiKey(text: string): boolean {
  const [, random, check] = FORM.exec(text) ?? [];
  return random !== undefined && check === checksum(random);
}

/** Returns the SHA-256 of a key in hex, as stored. */
export async function hashApiKey(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return new Uint8Array(digest).toHex();
}

/** Maximum number of cached hashes. */
const MAX_CACHED = 1_000;

/** `hashApiKey` with a cache: a digest costs more than the rest of the check. */
export function rememberHashes(): (key: string) => Promise<string> | string {
  const known = new Map<string, string>();
  return (key) =>
    known.get(key) ?? hashApiKey(key).then((hash) => {
      known.set(key, hash);
      if (known.size > MAX_CACHED) known.delete(known.keys().next().value!);
      return hash;
    });
}

/** Returns the parts of a key that may be shown: enough to recognise it, too few to guess it. */
export function shownOfApiKey(key: string): { key_prefix: string; key_last_four: string } {
  return { key_prefix: key.slice(0, PREFIX.length + 4), key_last_four: key.slice(-4) };
}

/** Returns random base62 characters. */
export function randomBase62(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      // 248 = 4 · 62: using larger bytes would make some characters more likely.
      if (byte < 248 && text.length < length) text += BASE62[byte % 62];
    }
  }
  return text;
}

/** Returns the CRC-32 in base62, most significant digit first: 62⁶ > 2³². */
function checksum(text: string): string {
  let rest = crc32(new TextEncoder().encode(text));
  let digits = "";
  for (let i = 0; i < 6; i++) {
    digits = BASE62[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** CRC-32 of ISO 3309, as in gzip: reflected polynomial 0xEDB88320. */
export function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
