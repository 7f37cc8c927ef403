/** Which pages of the world may call a service, by CORS. */
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";

export interface CrossOrigin {
  /** The origin that may call this path, or "*". */
  originOf: (path: string) => string;
  /** Whether calls bring cookies along. */
  credentials: boolean;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const TAKEN = [
  ...["authorization", "content-type", "x-api-key", "x-request-id", "idempotency-key"],
  ...["if-none-match", "if-range", "range", "content-digest"],
];
const SHOWN = [
  ...["link", "retry-after", "x-request-id", "server-timing"],
  ...["ratelimit", "ratelimit-policy", "x-airec-units", "idempotent-replayed"],
  ...["etag", "accept-ranges", "content-range"],
].join(",");
const PREFLIGHT_SECONDS = 600;

/**
 * Preflights are answered by Hono's own. Other answers get their headers once they are there: Hono's
 * sets them beforehand, by which each answer is made several times over and its text a stream.
 */
export function crossOrigin({ originOf, credentials }: CrossOrigin) {
  const preflight = cors({
    origin: (_origin, c) => originOf(c.req.path),
    allowMethods: METHODS,
    allowHeaders: TAKEN,
    exposeHeaders: SHOWN.split(","),
    maxAge: PREFLIGHT_SECONDS,
    credentials,
  });
  return createMiddleware(async (c, next) => {
    if (c.req.method === "OPTIONS") return await preflight(c, next);
    await next();
    const { headers } = c.res;
    headers.set("access-control-allow-origin", originOf(c.req.path));
    headers.set("access-control-expose-headers", SHOWN);
    if (credentials) headers.set("access-control-allow-credentials", "true");
    headers.append("vary", "Origin");
  });
}
