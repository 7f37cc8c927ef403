/** Origins of pages, as in the header `Origin` (RFC 6454, section 6.2). */
import { z } from "@hono/zod-openapi";

/** Origin of local files, sandboxed frames and opaque origins. */
export const NULL_ORIGIN = "null";

/** Schema of an origin: `https://shop.example`, `capacitor://localhost`, or `null`. */
export const PageOrigin = z.string().trim().max(300).transform((text, context) => {
  const origin = originOf(text);
  if (origin !== null) return origin;
  context.addIssue(
    'must be an origin such as https://shop.example: scheme, host and perhaps a port; or "null"',
  );
  return z.NEVER;
}).openapi({ type: "string", example: "https://shop.example" });

/** Returns an origin in the notation of browsers, or null. A trailing slash is accepted. */
export function originOf(text: string): string | null {
  if (text === NULL_ORIGIN) return text;
  const url = URL.parse(text);
  if (!url || url.host === "" || url.username !== "" || url.password !== "") return null;
  // The standard defines origins of known schemes only; others are kept as they are.
  const origin = url.origin === NULL_ORIGIN ? `${url.protocol}//${url.host}` : url.origin;
  const isBare = (url.pathname === "" || url.pathname === "/") && !/[?#*\s\\]/.test(text);
  return isBare && url.protocol !== "blob:" ? origin : null;
}

/** Whether a page is loaded without TLS from another machine, so that the network can change it. */
export function isInTheClear(origin: string): boolean {
  const url = URL.parse(origin);
  return url?.protocol === "http:" && !/^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname) &&
    !url.hostname.endsWith(".localhost");
}
