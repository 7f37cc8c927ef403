/** A part of a file as a `Range` header asks for it (RFC 9110, 14). */

/** A range of bytes, or the last so many of them. */
export type ByteRange = { start: number; end?: number } | { last: number };

const ONE = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/i;

/**
 * Reads a `Range` header; `end` is exclusive. Undefined where there is none, and where it is one
 * that a server may ignore: several ranges, another unit, or no range at all.
 */
export function byteRangeOf(header: string | undefined): ByteRange | undefined {
  const [, first, last, suffix] = ONE.exec((header ?? "").replaceAll(/\s/g, "")) ?? [];
  if (suffix !== undefined) return { last: Number(suffix) };
  if (first === undefined) return undefined;
  if (last === undefined) return { start: Number(first) };
  return Number(last) < Number(first) ? undefined : { start: Number(first), end: Number(last) + 1 };
}
