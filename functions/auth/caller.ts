import type { Context } from "hono";
import { clientAddress, type TrustedProxies } from "../http/client_address.ts";
import type { IdentityEnv } from "../http/identity.ts";
import type { Caller } from "./sessions.ts";

/** What of a browser's name is kept. */
const LONGEST = 200;

/** Where a request comes from, as far as it can be believed. */
export function callerOf(c: Context<IdentityEnv>, trusted: TrustedProxies): Caller {
  const forwardedFor = c.req.header("x-forwarded-for");
  return {
    address: clientAddress(c.env?.peer, { forwardedFor, trusted }),
    userAgent: c.req.header("user-agent")?.slice(0, LONGEST) ?? null,
  };
}
