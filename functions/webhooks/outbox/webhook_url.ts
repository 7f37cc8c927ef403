/** Checks of endpoint URLs that need no name resolution. */
import { z } from "@hono/zod-openapi";
import { faultOfUrl } from "../../http/outgoing/checked_addresses.ts";

const DESCRIPTION = {
  description: "An http or https URL without credentials, at a public address.",
  example: "https://example.org/hooks/airec",
};

/**
 * Schema of an endpoint URL: http or https, no credentials, an allowed port, no private address.
 * Names are resolved at each attempt.
 */
export function endpointUrl({ allowLoopback }: { allowLoopback: boolean }) {
  return z.string().trim().min(1, "must not be empty").max(2000)
    .superRefine((text, context) => {
      const fault = faultOfUrl(text, { allowLoopback });
      if (fault) context.addIssue({ code: "custom", message: fault });
    })
    .openapi({ type: "string", ...DESCRIPTION });
}

/** `endpointUrl` with null or an empty text for no endpoint. */
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
 * Caches the result of `make` for both rules: on Workers an app handles one request, and building
 * schemas takes longer than most requests.
 */
export function onceForRule<Made>(
  make: (rule: { allowLoopback: boolean }) => Made,
): (rule: { allowLoopback: boolean }) => Made {
  const cache = new Map<boolean, Made>();
  return ({ allowLoopback }) => {
    if (!cache.has(allowLoopback)) cache.set(allowLoopback, make({ allowLoopback }));
    return cache.get(allowLoopback)!;
  };
}
