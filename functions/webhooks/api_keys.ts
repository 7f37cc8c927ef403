/**
 * API keys: `airec_live_`, 32 random base62 characters, and 6 more of their CRC-32, so that a
 * mistyped key is known by itself. What is stored is the SHA-256: the key has 190 random bits, so
 * nothing slower is needed.
 */

/** What a key is known by. */
export interface NewKey {
  /** SHA-256 of the key in hex. */
  hash: string;
  prefix: string;
  lastFour: string;
}

const PREFIX = "airec_live_";
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const FORM = /^airec_live_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;

/** A new key. */
export function newApiKey(): string {
  const random = randomBase62(32);
  return PREFIX + random + checksum(random);
}

/** A new key, and what is stored of it. */
export async function mintKey(): Promise<{ api_key: string; stored: NewKey }> {
  const api_key = newApiKey();
  const { key_prefix: prefix, key_last_four: lastFour } = shownOfApiKey(api_key);
  return { api_key, stored: { hash: await hashApiKey(api_key), prefix, lastFour } };
}

/** Whether a text has a key's form and checksum: what no mistyped key has, and any made one does. */
export function isApiKey(text: string): boolean {
  const [, random, check] = FORM.exec(text) ?? [];
  return random !== undefined && check === checksum(random);
}

/** SHA-256 in hex, as it is stored. */
export async function hashApiKey(key: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return new Uint8Array(digest).toHex();
}

/** So many hashes are remembered. */
const ROOM = 1_000;

/** As `hashApiKey`, remembering those of the last keys: a digest costs more than what follows it. */
export function rememberHashes(): (key: string) => Promise<string> | string {
  const known = new Map<string, string>();
  return (key) =>
    known.get(key) ?? hashApiKey(key).then((hash) => {
      known.set(key, hash);
      if (known.size > ROOM) known.delete(known.keys().next().value!);
      return hash;
    });
}

/** What may be shown of a key for good: enough to tell it from others, too little to guess it. */
export function shownOfApiKey(key: string): { key_prefix: string; key_last_four: string } {
  return { key_prefix: key.slice(0, PREFIX.length + 4), key_last_four: key.slice(-4) };
}

/** Random characters of base62. */
export function randomBase62(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      // 248 = 4 · 62: bytes from there on would make some characters likelier than others.
      if (byte < 248 && text.length < length) text += BASE62[byte % 62];
    }
  }
  return text;
}

/** CRC-32 in base62, most significant digit first: 62⁶ > 2³². */
function checksum(text: string): string {
  let rest = crc32(new TextEncoder().encode(text));
  let digits = "";
  for (let i = 0; i < 6; i++) {
    digits = BASE62[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

/** CRC-32 of ISO 3309, as in gzip: the reflected polynomial 0xEDB88320. */
export function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
