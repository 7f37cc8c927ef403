/** The script for pages, airec.js, for pages of any origin. */
import { createRoute, z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { OPEN } from "../../http/identity/roles.ts";
import { fromAnyOrigin } from "../../http/service/any_origin.ts";
import { createRoutes } from "../../http/service/service.ts";
import { SCRIPT, SCRIPT_VERSION } from "./script.ts";

const ETAG = `"${SCRIPT_VERSION}"`;
/** Of its address with the version, whose content never changes, and of the one without. */
const FOREVER = "public, max-age=31536000, immutable";
const BRIEFLY = "public, max-age=300, stale-while-revalidate=86400";

const route = createRoute({
  method: "get",
  operationId: "getScript",
  path: "/airec.js",
  summary: "Returns the script for web pages: recommendations, events and the visitor's id.",
  description: "Cached for five minutes; the address in Content-Location, with the version, for " +
    "a year. Another version than the present one is answered with the present script.",
  ...OPEN,
  middleware: fromAnyOrigin(createMiddleware((_, next) => next())),
  request: {
    query: z.object({
      v: z.string().optional().describe("Version: the first 8 bytes of the SHA-256, in hex."),
    }),
  },
  responses: {
    200: { description: "The script.", content: { "text/javascript": { schema: z.string() } } },
    304: { description: "The script of the ETag is current." },
  },
});

export function scriptRoute() {
  return createRoutes({ tag: "By key" }).openapi(route, (c) => {
    const headers = {
      "cache-control": c.req.valid("query").v === SCRIPT_VERSION ? FOREVER : BRIEFLY,
      "content-location": `/airec.js?v=${SCRIPT_VERSION}`,
      "cross-origin-resource-policy": "cross-origin",
      etag: ETAG,
    };
    if (c.req.header("if-none-match")?.includes(ETAG)) return c.body(null, 304, headers);
    return c.body(SCRIPT, 200, { ...headers, "content-type": "text/javascript; charset=utf-8" });
  });
}
