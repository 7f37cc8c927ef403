/**
 * HTTP response headers of the dashboard's files. The content security policy keeps injected markup
 * from running code or sending data.
 */

export interface PageHeadersOptions {
  /** Vite's development server needs inline styles and a WebSocket; the built page does not. */
  isDeveloping?: boolean;
}

/** @param services base URLs that the page calls */
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
    // Forms are submitted by script; a native submission would put the fields into the URL.
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
