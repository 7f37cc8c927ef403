import { z } from "zod";
import { trustedProxies } from "../http/client_address.ts";
import { port, readConfig, secret, SERVICE_SETTINGS } from "../http/config.ts";
import { VISITOR_CALLS } from "./calls/visitor_limit.ts";

/** Settings of the webhooks service. */
export type WebhooksConfig = ReturnType<typeof webhooksConfig>;

/** @throws {ConfigError} naming each invalid setting. */
export function webhooksConfig(record: Record<string, string | undefined>) {
  return readConfig({
    ...SERVICE_SETTINGS,
    WEBHOOKS_PORT: port(3001),
    SERVICE_SECRET: secret(),
    AIREC_SECRET_KEY: z.string("is missing: 32 random bytes in base64url")
      .refine((text) => bytesOf(text)?.length === 32, "must be 32 bytes in base64url")
      .transform((text) => bytesOf(text)!),
    RECOMMENDER_URL: z.url({ protocol: /^https?$/, error: "must be an http(s) URL" })
      .default("http://127.0.0.1:8000"),
    TRUSTED_PROXIES: trustedProxies(),
    VISITOR_CALLS: z.coerce.number("must be a number of calls a minute").int().min(1)
      .default(VISITOR_CALLS),
    WEBHOOKS_ALLOW_LOOPBACK: z.enum(["true", "false"], "must be true or false").default("false")
      .transform((word) => word === "true"),
  }, record);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    return null;
  }
}
