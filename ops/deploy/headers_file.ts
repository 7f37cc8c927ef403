import { pageHeaders } from "../../web/page_headers.ts";

/**
 * Returns the dashboard's headers in the format of Cloudflare's `_headers` file; the same as served
 * by serve_web.ts.
 * @param services base URLs that the page calls
 */
export function headersFile(services: Parameters<typeof pageHeaders>[0]): string {
  const rules: Record<string, Record<string, string>> = {
    "/*": pageHeaders(services),
    // Asset names contain a content hash.
    "/assets/*": { "cache-control": "public, max-age=31536000, immutable" },
  };
  return Object.entries(rules).map(([path, headers]) =>
    [path, ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`), ""].join("\n")
  ).join("");
}
