import { ACCESS, mintToken } from "../http/identity.ts";

/** How long an access token lets in, in seconds: a working day. */
export const ACCESS_SECONDS = 8 * 60 * 60;

/** A token for a person who signed in. */
export async function mintAccessToken(
  userId: string,
  secret: string,
): Promise<{ token: string; expires_in: number }> {
  const token = await mintToken(userId, { kind: ACCESS, secret, seconds: ACCESS_SECONDS });
  return { token, expires_in: ACCESS_SECONDS };
}
