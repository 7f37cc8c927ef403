import { z } from "@hono/zod-openapi";
import { isAllowed, kindOfHost } from "./address.ts";

/**
 * Where an app may be called back: http or https, no credentials, no address that is known to be
 * private. What a name leads to is looked up at each attempt. Null and empty mean nowhere.
 */
export function webhookUrl({ allowLoopback }: { allowLoopback: boolean }) {
  return z.string().trim().max(2000).nullable()
    .transform((text) => text || null)
    .superRefine((text, context) => {
      const fault = text === null ? null : faultOf(text, allowLoopback);
      if (fault) context.addIssue({ code: "custom", message: fault });
    })
    .openapi({
      type: ["string", "null"],
      description: "An http or https URL without credentials, at a public address.",
      example: "https://example.org/hooks/airec",
    });
}

function faultOf(text: string, allowLoopback: boolean): string | null {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return "must be an http or https URL";
  if (url.username || url.password) return "must not carry a user name or a password";
  if (!isAllowed(kindOfHost(url.hostname), { allowLoopback })) {
    return `must lead to a public address, and ${url.hostname} is none`;
  }
  return null;
}
