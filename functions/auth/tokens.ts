import { ACCESS, mintToken } from "../http/identity.ts";

/** How long an access token lets in, in seconds, where its session does not end before. */
export const ACCESS_SECONDS = 10 * 60;

/** A token for a person who signed in, in one of their sessions. */
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
