/** Parses the `Range` header (RFC 9110, section 14). */

/** A byte range, or the last `last` bytes. */
export type ByteRange = { start: number; end?: number } | { last: number };

const ONE = /^bytes=(?:(\d{1,15})-(\d{1,15})?|-(\d{1,15}))$/i;

/**
 * Parses a `Range` header; `end` is exclusive. Returns undefined if there is none, or one that a
 * server may ignore: several ranges, another unit, or an invalid range.
 */
export function byteRangeOf(header: string | undefined): ByteRange | undefined {
  const [, first, last, suffix] = ONE.exec((header ?? "").replaceAll(/\s/g, "")) ?? [];
  if (suffix !== undefined) return { last: Number(suffix) };
  if (first === undefined) return undefined;
  if (last === undefined) return { start: Number(first) };
  return Number(last) < Number(first) ? undefined : { start: Number(first), end: Number(last) + 1 };
}
