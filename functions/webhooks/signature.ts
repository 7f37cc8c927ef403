/** Signatures of the Standard Webhooks specification: github.com/standard-webhooks. */

const PREFIX = "whsec_";

/** A new endpoint's secret: `whsec_` and 32 random bytes in base64. */
export function newWebhookSecret(): string {
  return PREFIX + crypto.getRandomValues(new Uint8Array(32)).toBase64();
}

/** The headers under which a body is sent, `timestamp` in seconds since 1970. */
export async function signedHeaders(
  body: string,
  { id, timestamp, secret }: { id: string; timestamp: number; secret: string },
): Promise<Record<"webhook-id" | "webhook-timestamp" | "webhook-signature", string>> {
  const key = await crypto.subtle.importKey(
    "raw",
    Uint8Array.fromBase64(secret.slice(PREFIX.length)),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, signed));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": `v1,${mac.toBase64()}`,
  };
}
