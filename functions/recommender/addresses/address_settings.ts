/** Settings of addresses, the same in the recommender and the trainer. */
import { z } from "zod";
import type { AddressesOptions } from "./addresses.ts";
import { parseRoots } from "./data_roots.ts";

/** The default of AWS. */
const REGION = "us-east-1";

export const ADDRESS_SETTINGS = {
  DATA_ROOTS: z.string().transform((text, context) => {
    try {
      return parseRoots(text);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
      return z.NEVER;
    }
  }).optional(),
  DATA_S3_ENDPOINT: z.url({ protocol: /^https?$/, error: "must be an http(s) URL" }).optional(),
  DATA_S3_REGION: z.string().regex(/^[a-z0-9-]+$/, "must be the name of a region")
    .optional(),
  DATA_S3_ACCESS_KEY_ID: z.string().optional(),
  DATA_S3_SECRET_ACCESS_KEY: z.string().optional(),
  AIREC_SECRET_KEY: z.string()
    .refine((text) => bytesOf(text)?.length === 32, "must be 32 bytes in base64url")
    .transform((text) => bytesOf(text)!).optional(),
};

type Settings = z.infer<z.ZodObject<typeof ADDRESS_SETTINGS>>;

/** Returns what the settings say about addresses. Without an endpoint, buckets are those of AWS. */
export function addressesOf(
  settings: Settings,
): Pick<AddressesOptions, "roots" | "s3" | "secretKey"> {
  const region = settings.DATA_S3_REGION ?? REGION;
  const { DATA_S3_ACCESS_KEY_ID: id, DATA_S3_SECRET_ACCESS_KEY: secret } = settings;
  return {
    roots: settings.DATA_ROOTS ?? [],
    s3: {
      endpoint: settings.DATA_S3_ENDPOINT ?? `https://s3.${region}.amazonaws.com`,
      region,
      ...(id && secret && { keys: { access_key_id: id, secret_access_key: secret } }),
    },
    secretKey: settings.AIREC_SECRET_KEY,
  };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    return null;
  }
}
