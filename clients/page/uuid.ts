/** Random ids. Pages over plain HTTP have no `crypto.randomUUID`. */

/** Returns a UUID (RFC 9562): version 4 is random, version 7 begins with the time. */
export function uuid(version: 4 | 7): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  if (version === 7) {
    for (let i = 0, rest = Date.now(); i < 6; i++, rest /= 256) {
      bytes[5 - i] = rest % 256;
    }
  }
  bytes[6] = bytes[6] & 15 | version << 4;
  bytes[8] = bytes[8] & 63 | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
