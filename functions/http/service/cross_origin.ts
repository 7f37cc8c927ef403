/** CORS: the origins that may call a service. */
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";

export interface CrossOrigin {
  /** Returns the origin that may call this path, or "*". */
  originOf: (path: string) => string;
  /** Whether calls may include cookies. */
  credentials: boolean;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const TAKEN = [
  ...["authorization", "content-type", "x-api-key", "x-request-id", "idempotency-key"],
  ...["if-none-match", "if-range", "range", "content-digest"],
];
const SHOWN = [
  ...["link", "retry-after", "x-request-id", "server-timing"],
  ...["ratelimit", "ratelimit-policy", "x-airec-units", "x-airec-warnings"],
  ...["idempotent-replayed", "etag", "accept-ranges", "content-range"],
].join(",");
const PREFLIGHT_SECONDS = 600;

/**
 * CORS middleware. Preflights are answered by Hono's. Other responses get their headers after the
 * handler: Hono sets them before, which rebuilds each response and turns its text into a stream.
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
