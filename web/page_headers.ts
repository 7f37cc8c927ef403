/**
 * The headers that the dashboard's files are served with, wherever they are served: they keep a
 * page that was tricked into holding foreign markup from running or sending anything.
 */

export interface PageHeadersOptions {
  /** Vite puts styles inline and talks to its page by WebSocket; a built page does neither. */
  isDeveloping?: boolean;
}

/**
 * @param services the addresses that the page calls.
 */
export function pageHeaders(
  services: Record<"auth" | "recommender" | "webhooks", string>,
  { isDeveloping = false }: PageHeadersOptions = {},
): Record<string, string> {
  const origins = [services.auth, services.recommender, services.webhooks]
    .map((address) => new URL(address).origin);
  const policy = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'", ...(isDeveloping ? ["'unsafe-inline'"] : [])],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'", ...new Set(origins), ...(isDeveloping ? ["ws:"] : [])],
    "worker-src": ["'self'"],
    "manifest-src": ["'self'"],
    "base-uri": ["'none'"],
    // Forms are sent by the page's own code; a browser alone would put them into the address.
    "form-action": ["'none'"],
    "frame-ancestors": ["'none'"],
  };
  return {
    "content-security-policy": Object.entries(policy)
      .map(([directive, sources]) => `${directive} ${sources.join(" ")}`).join("; "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
}
