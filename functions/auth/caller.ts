import type { Context } from "hono";
import { clientAddress, type TrustedProxies } from "../http/client_address.ts";
import type { IdentityEnv } from "../http/identity/identity.ts";
import type { Caller } from "./sessions.ts";

/** Maximum stored length of a user agent, in characters. */
const LONGEST = 200;

/** Returns the client's address, as far as the proxies are trusted, and its user agent. */
export function callerOf(c: Context<IdentityEnv>, trusted: TrustedProxies): Caller {
  const forwardedFor = c.req.header("x-forwarded-for");
  return {
    address: clientAddress(c.env?.peer, { forwardedFor, trusted }),
    userAgent: c.req.header("user-agent")?.slice(0, LONGEST) ?? null,
  };
}
