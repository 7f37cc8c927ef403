/**
 * API keys in `text/plain` bodies that contain JSON, which `navigator.sendBeacon` and `fetch` send
 * across origins without a preflight.
 */
import type { Context } from "hono";
import { jsonValue } from "../../http/body/json_text.ts";
import { Problem } from "../../http/problem.ts";

/** Maximum body size in bytes. */
const MOST_BYTES = 64 * 1024;

/**
 * Returns the key of such a body and replaces the body by the remaining JSON for the route. For
 * other content types returns undefined and changes nothing.
 * @throws {Problem} `too_large`, or `malformed_request` if the body is not a JSON object.
 */
export async function keyInBody({ req }: Context): Promise<string | undefined> {
  if (!/^\s*text\/plain\s*(;|$)/i.test(req.header("content-type") ?? "")) return undefined;
  const bytes = await req.arrayBuffer();
  if (bytes.byteLength > MOST_BYTES) {
    throw new Problem(
      "too_large",
      `A text/plain body may have at most ${MOST_BYTES} bytes, and this one has ` +
        `${bytes.byteLength}: send it as application/json, with the key in x-api-key.`,
    );
  }
  const { key, ...rest } = objectIn(new TextDecoder().decode(bytes));
  const headers = new Headers(req.raw.headers);
  headers.set("content-type", "application/json");
  headers.delete("content-length");
  req.raw = new Request(req.url, { method: req.method, headers, body: JSON.stringify(rest) });
  req.bodyCache = {};
  return typeof key === "string" ? key : undefined;
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value = jsonValue(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
  }
  throw new Problem(
    "malformed_request",
    "A text/plain body must be a JSON object with the key as its member key.",
  );
}
