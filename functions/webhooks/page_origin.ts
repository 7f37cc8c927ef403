/** Origins of pages, as browsers say them in the header `Origin` (RFC 6454, section 6.2). */
import { z } from "@hono/zod-openapi";

/** What pages opened from disk say, and sandboxed frames, and whatever hides where it comes from. */
export const NULL_ORIGIN = "null";

/** An origin as a key lists it: `https://shop.example`, `capacitor://localhost`, or `null`. */
export const PageOrigin = z.string().trim().max(300).transform((text, context) => {
  const origin = originOf(text);
  if (origin !== null) return origin;
  context.addIssue(
    'must be an origin such as https://shop.example: scheme, host and perhaps a port; or "null"',
  );
  return z.NEVER;
}).openapi({ type: "string", example: "https://shop.example" });

/** The way browsers spell an origin, or null where the text is none. A slash at its end is forgiven. */
export function originOf(text: string): string | null {
  if (text === NULL_ORIGIN) return text;
  const url = URL.parse(text);
  if (!url || url.host === "" || url.username !== "" || url.password !== "") return null;
  // Only schemes that the standard knows have an origin there; apps' own are spelled as they stand.
  const origin = url.origin === NULL_ORIGIN ? `${url.protocol}//${url.host}` : url.origin;
  const isBare = (url.pathname === "" || url.pathname === "/") && !/[?#*\s\\]/.test(text);
  return isBare && url.protocol !== "blob:" ? origin : null;
}

/** Whether anybody on the way can read and change what such a page sends. */
export function isInTheClear(origin: string): boolean {
  const url = URL.parse(origin);
  return url?.protocol === "http:" && !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname) &&
    !url.hostname.endsWith(".localhost");
}
