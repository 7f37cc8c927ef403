/**
 * The cookie with a browser's refresh token. Scripts cannot read it, cross-site requests do not
 * carry it, and its prefix makes the browser reject one set by another host or over plain HTTP (RFC
 * 6265bis, 4.1.3).
 */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { Problem } from "../http/problem.ts";
import { IDLE_SECONDS } from "./sessions.ts";

const NAME = "airec_refresh";
const ATTRIBUTES = {
  prefix: "host",
  path: "/",
  secure: true,
  httpOnly: true,
  sameSite: "Strict",
} as const;

export function readRefreshCookie(c: Context): string | undefined {
  return getCookie(c, NAME, "host");
}

export function setRefreshCookie(c: Context, token: string): void {
  setCookie(c, NAME, token, { ...ATTRIBUTES, maxAge: IDLE_SECONDS });
}

export function clearRefreshCookie(c: Context): void {
  deleteCookie(c, NAME, ATTRIBUTES);
}

/**
 * CSRF check for routes that authenticate by cookie alone: only the dashboard's origin is allowed.
 * Browsers send `Origin` with every POST.
 * @throws {Problem} `forbidden` for any other origin.
 */
export function requireDashboardOrigin(c: Context, dashboardOrigin: string): void {
  const site = c.req.header("sec-fetch-site");
  const isSameSite = site === undefined || site === "same-origin" || site === "same-site";
  if (c.req.header("origin") === dashboardOrigin && isSameSite) return;
  throw new Problem(
    "forbidden",
    "This route uses the session cookie, so only the dashboard may call it: the request's " +
      "Origin is not the dashboard's.",
  );
}
