/**
 * Serves the built dashboard (`deno task build:web`), as in docker compose: the files of
 * `web/dist`, index.html for every other path, and `/config.json` from the environment.
 */
import { fromFileUrl, join } from "@std/path";
import { pageHeaders } from "../web/page_headers.ts";

const DIST = fromFileUrl(new URL("../web/dist", import.meta.url));

const TYPES: Record<string, string> = {
  css: "text/css; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2",
};

/** Returns a request handler that serves the files of a folder. */
export function webHandler(
  folder: string,
  config: Record<"auth" | "recommender" | "webhooks", string>,
): (request: Request) => Promise<Response> {
  const secure = pageHeaders(config);
  const headersOf = (path: string) => ({ ...secure, ...fileHeaders(path) });
  return async (request) => {
    if (!["GET", "HEAD"].includes(request.method)) {
      return new Response(null, { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const { pathname } = new URL(request.url); // contains no `..`: the URL parser resolves it
    if (pathname === "/config.json") return Response.json(config, { headers: headersOf(pathname) });
    const path = /^\/[\w./-]+\.\w+$/.test(pathname) ? pathname : "/index.html";
    try {
      const file = await Deno.readFile(join(folder, path));
      const body = request.method === "HEAD" ? null : file;
      return new Response(body, { headers: headersOf(path) });
    } catch {
      return new Response(`Not found: ${pathname}`, { status: 404, headers: secure });
    }
  };
}

/** Vite puts a content hash into the names under `assets`, so these never change. */
function fileHeaders(path: string): Record<string, string> {
  return {
    "content-type": TYPES[path.split(".").at(-1)!] ?? "application/octet-stream",
    "cache-control": path.startsWith("/assets/")
      ? "public, max-age=31536000, immutable"
      : "no-cache",
  };
}

if (import.meta.main) {
  const environment = Deno.env.toObject();
  const server = Deno.serve(
    {
      hostname: environment.HOST || "127.0.0.1",
      port: Number(environment.WEB_PORT || 5173),
    },
    webHandler(DIST, {
      auth: environment.AUTH_URL || "http://localhost:8080",
      recommender: environment.RECOMMENDER_URL || "http://localhost:8000",
      webhooks: environment.WEBHOOKS_URL || "http://localhost:3001",
    }),
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => void server.shutdown());
  }
}
