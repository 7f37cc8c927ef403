/** The auth service for tests, and a browser as its client. */
import { changedWithin, DRIVER, fetchWhole, inWorkerd } from "./in_workerd.ts";
import { noteLog, noteSecrets } from "./runner/traces.ts";
import { type App, createApp } from "../functions/auth/app.ts";
import type { AuthDeps } from "../functions/auth/deps.ts";
import { createPasswords } from "../functions/auth/passwords.ts";

export const SECRET = "a secret of more than thirty-two bytes";
export const PEPPER = "a pepper of more than thirty-two bytes";
export const DASHBOARD = "http://dashboard.test";
export const ADA = { name: "Ada", email: "ada@example.org", password: "correct horse" };

noteSecrets(SECRET, PEPPER, ADA.password);

/**
 * The service on a database, with cheap hashes and no trusted proxies; when the suite runs in
 * workerd, the service there, on the shared database.
 */
export function service(sql: AuthDeps["sql"], changes: Partial<AuthDeps> = {}) {
  const driver = Deno.env.get(DRIVER);
  if (driver && !changedWithin("auth", changes)) return workerdAuth(driver);
  return createApp({
    sql,
    passwords: createPasswords({ pepper: PEPPER, cost: 4 }),
    jwtSecrets: [SECRET],
    signup: "open",
    trustedProxies: [],
    dashboardOrigin: DASHBOARD,
    log: noteLog,
    ...changes,
  });
}

/** The service in workerd; `peer` becomes the address header that Cloudflare sets. */
function workerdAuth(driver: string): App {
  const settings = {
    JWT_SECRET: SECRET,
    PASSWORD_PEPPER: PEPPER,
    BCRYPT_COST: "10",
    DASHBOARD_ORIGIN: DASHBOARD,
  };
  const request = async (
    path: string,
    init: RequestInit = {},
    { peer }: { peer?: string } = {},
  ) => {
    const { url } = await inWorkerd(driver, { name: "auth", settings });
    const headers = new Headers(init.headers);
    if (peer) headers.set("cf-connecting-ip", peer);
    // Otherwise Deno's fetch adds its own.
    if (!headers.has("user-agent")) headers.set("user-agent", "");
    return await fetchWhole(url + path, { ...init, headers });
  };
  return { request } as unknown as App;
}

export type Service = App;

/** A browser with a cookie jar, by default on a page of the dashboard. */
export class Browser {
  cookie: string | undefined;
  token: string | undefined;

  constructor(
    readonly app: Service,
    readonly peer = "203.0.113.1",
    readonly headers: Record<string, string> = {
      origin: DASHBOARD,
      "sec-fetch-site": "same-site",
    },
  ) {}

  /** Sends a request with the stored cookie and token, and stores those of the response. */
  async send(method: string, path: string, body?: unknown): Promise<Response> {
    const answer = await this.app.request(path, {
      method,
      headers: {
        ...this.headers,
        ...(this.cookie && { cookie: `__Host-airec_refresh=${this.cookie}` }),
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }, { peer: this.peer });
    const [, set] = /^__Host-airec_refresh=([^;]*)/.exec(answer.headers.get("set-cookie") ?? "") ??
      [];
    if (set !== undefined) this.cookie = set || undefined;
    if (answer.ok && ["/login", "/refresh"].includes(path)) {
      this.token = (await answer.clone().json()).token;
      noteSecrets(this.token, this.cookie);
    }
    return answer;
  }

  /** Sends a request and returns the response's status. */
  async status(method: string, path: string, body?: unknown): Promise<number> {
    const answer = await this.send(method, path, body);
    await answer.body?.cancel();
    return answer.status;
  }
}

/** Returns a browser with a new account that has signed in. */
export async function signedIn(app: Service, account = ADA): Promise<Browser> {
  const browser = new Browser(app);
  await browser.send("POST", "/signup", account);
  await browser.send("POST", "/login", account);
  return browser;
}
