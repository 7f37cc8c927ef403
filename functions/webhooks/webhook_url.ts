/** Where an app may be called back, as far as the URL itself tells. */
import { z } from "@hono/zod-openapi";
import { isAllowed, isPortAllowed, kindOfHost } from "./address.ts";

const DESCRIPTION = {
  description: "An http or https URL without credentials, at a public address.",
  example: "https://example.org/hooks/airec",
};

/**
 * http or https, no credentials, a port of the web's, no address that is known to be private. What
 * a name leads to is looked up at each attempt.
 */
export function endpointUrl({ allowLoopback }: { allowLoopback: boolean }) {
  return z.string().trim().min(1, "must not be empty").max(2000)
    .superRefine((text, context) => {
      const fault = faultOfUrl(text, { allowLoopback });
      if (fault) context.addIssue({ code: "custom", message: fault });
    })
    .openapi({ type: "string", ...DESCRIPTION });
}

/** As `endpointUrl`; null and empty mean nowhere. */
export function webhookUrl({ allowLoopback }: { allowLoopback: boolean }) {
  return z.string().trim().max(2000).nullable()
    .transform((text) => text || null)
    .superRefine((text, context) => {
      const fault = text === null ? null : faultOfUrl(text, { allowLoopback });
      if (fault) context.addIssue({ code: "custom", message: fault });
    })
    .openapi({ type: ["string", "null"], ...DESCRIPTION });
}

/**
 * What is made with one of the two rules, once for each: on Workers an app lives for one request, and
 * schemas take longer to make than most requests take.
 */
export function onceForRule<Made>(
  make: (rule: { allowLoopback: boolean }) => Made,
): (rule: { allowLoopback: boolean }) => Made {
  const made = new Map<boolean, Made>();
  return ({ allowLoopback }) => {
    if (!made.has(allowLoopback)) made.set(allowLoopback, make({ allowLoopback }));
    return made.get(allowLoopback)!;
  };
}

/** What is wrong with a target, or null. */
export function faultOfUrl(
  text: string,
  { allowLoopback }: { allowLoopback: boolean },
): string | null {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return "must be an http or https URL";
  if (url.username || url.password) return "must not carry a user name or a password";
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (!isPortAllowed(port)) {
    return `must lead to port 80, 443 or a free one above 1023, and ${port} is none`;
  }
  if (!isAllowed(kindOfHost(url.hostname), { allowLoopback })) {
    return `must lead to a public address, and ${url.hostname} is none`;
  }
  return null;
}
