import { pageHeaders } from "../web/page_headers.ts";

/**
 * The dashboard's headers as Cloudflare reads them from its file `_headers`: those that
 * serve_web.ts gives.
 * @param services the addresses that the page calls.
 */
export function headersFile(services: Parameters<typeof pageHeaders>[0]): string {
  const rules: Record<string, Record<string, string>> = {
    "/*": pageHeaders(services),
    // Their names have a hash.
    "/assets/*": { "cache-control": "public, max-age=31536000, immutable" },
  };
  return Object.entries(rules).map(([path, headers]) =>
    [path, ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`), ""].join("\n")
  ).join("");
}
