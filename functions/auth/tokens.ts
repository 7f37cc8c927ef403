import { ACCESS, mintToken } from "../http/identity/identity.ts";

/** Maximum lifetime of an access token, in seconds; it ends earlier with its session. */
export const ACCESS_SECONDS = 10 * 60;

/** Mints an access token for a user's session. */
export async function mintAccessToken(
  userId: string,
  { sessionId, secret }: { sessionId: string; secret: string },
): Promise<{ token: string; expires_in: number }> {
  const token = await mintToken(userId, {
    kind: ACCESS,
    secret,
    seconds: ACCESS_SECONDS,
    sessionId,
  });
  return { token, expires_in: ACCESS_SECONDS };
}
