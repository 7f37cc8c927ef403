/**
 * Authentication by tokens. Auth mints access tokens for users; webhooks mints service tokens that
 * last a minute. The recommender accepts both, and the subject is always the owner.
 */
import { createMiddleware } from "hono/factory";
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { Problem } from "../problem.ts";

/** A kind of token: claims set when it is minted and checked when it is read (RFC 8725). */
export interface TokenKind {
  issuer: string;
  audience: string;
  /** The header's `typ`, so that one kind is never accepted as another (RFC 9068). */
  type: string;
  /** Allowed difference between the clocks of issuer and verifier, in seconds; 0 by default. */
  tolerance?: number;
}

/** Access token of a user who signed in. */
export const ACCESS: TokenKind = { issuer: "airec-auth", audience: "airec", type: "at+jwt" };

/**
 * Token with which webhooks calls the recommender on behalf of an app's owner. Both services may
 * run on machines whose clocks differ.
 */
export const SERVICE: TokenKind = {
  issuer: "airec-webhooks",
  audience: "airec-recommender",
  type: "airec-service+jwt",
  tolerance: 60,
};

/** A token kind with its accepted signing secrets: the current one, then previous ones. */
export interface Trusted {
  kind: TokenKind;
  secrets: string[];
}

/** Bindings and variables of a request. */
export interface IdentityEnv {
  /** The socket's remote address, from the runtime. */
  Bindings: { peer?: string };
  Variables: {
    requestId: string;
    ownerId: string;
    /** The session the token belongs to; undefined for service tokens. */
    sessionId: string | undefined;
    /** Cost of the response in units; undefined if it is not counted. */
    units: number | undefined;
    /** Reason why the JSON body could not be read; undefined if it was, or was not needed. */
    unreadable: Problem | undefined;
  };
}

/** The subject of a token, its session and its expiry. */
export interface Identity {
  ownerId: string;
  sessionId: string | undefined;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Whether a token's session is still active; true for service tokens, which have none. */
export type IsAlive = (identity: Identity) => Promise<boolean> | true;

/** Mints a token for `subject`, signed by HS256 and valid for `seconds`. */
export async function mintToken(
  subject: string,
  { kind, secret, seconds, sessionId, now = Date.now() }: {
    kind: TokenKind;
    secret: string;
    seconds: number;
    sessionId?: string;
    /** Milliseconds since 1970. */
    now?: number;
  },
): Promise<string> {
  const issuedAt = Math.floor(now / 1000);
  return await new SignJWT({ ...(sessionId && { sid: sessionId }) })
    .setProtectedHeader({ alg: "HS256", typ: kind.type })
    .setSubject(subject)
    .setIssuer(kind.issuer)
    .setAudience(kind.audience)
    .setJti(crypto.randomUUID())
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + seconds)
    .sign(keyOf(secret));
}

/** Returns the subject of a token that one of `trusted` verifies, or null. */
export async function verifyToken(token: string, trusted: Trusted[]): Promise<string | null> {
  return (await identityOf(token, trusted))?.ownerId ?? null;
}

/**
 * Returns the identity of a token that one of `trusted` verifies, or null.
 * @param now milliseconds since 1970.
 */
export async function identityOf(
  token: string,
  trusted: Trusted[],
  now: number = Date.now(),
): Promise<Identity | null> {
  if (!token.split(".").every(reencodes)) return null;
  for (const { kind, secrets } of trusted) {
    const { tolerance = 0 } = kind;
    for (const secret of secrets) {
      const identity = await jwtVerify(token, keyOf(secret), {
        algorithms: ["HS256"],
        issuer: kind.issuer,
        audience: kind.audience,
        typ: kind.type,
        requiredClaims: ["sub", "exp", "jti"],
        clockTolerance: tolerance,
        currentDate: new Date(now),
      }).then(({ payload }) => identityIn(payload, { tolerance, now }), () => null);
      if (identity) return identity;
    }
  }
  return null;
}

/** Maximum number of cached tokens. */
const ROOM = 10_000;

/**
 * `identityOf` with a cache: valid tokens are kept until they expire. This is safe, because the
 * claims of a signed token and the keys of a process never change; whether its session is active is
 * checked separately. The cache key is the whole token.
 */
export function rememberIdentities(
  trusted: Trusted[],
  now: () => number = Date.now,
): (token: string) => Promise<Identity | null> | Identity {
  const known = new Map<string, Identity>();
  return (token) => {
    const identity = known.get(token);
    if (identity && now() < identity.expiresAt) return identity;
    known.delete(token);
    return identityOf(token, trusted, now()).then((identity) => {
      if (identity) known.set(token, identity);
      if (known.size > ROOM) known.delete(known.keys().next().value!);
      return identity;
    });
  };
}

/**
 * Middleware that sets `ownerId` and `sessionId`, or answers 401.
 * @param isAlive `liveSessions`, to reject tokens whose session ended before they expire.
 */
export function signedIn(trusted: Trusted[], isAlive: IsAlive = () => true) {
  const identify = rememberIdentities(trusted);
  return createMiddleware<IdentityEnv>(async (c, next) => {
    const [scheme, token] = (c.req.header("authorization") ?? "").split(" ");
    const identity = scheme.toLowerCase() === "bearer" && token ? await identify(token) : null;
    if (!identity || !await isAlive(identity)) {
      throw new Problem(
        "unauthenticated",
        "This needs a valid access token in the Authorization header: sign in for a new one.",
        { headers: { "www-authenticate": 'Bearer realm="airec"' } },
      );
    }
    c.set("ownerId", identity.ownerId);
    c.set("sessionId", identity.sessionId);
    await next();
  });
}

/**
 * Whether a base64url part is in canonical form. Decoders accept several spellings of the same
 * bytes, and would accept a token that differs from the one that was signed.
 */
function reencodes(part: string): boolean {
  try {
    const bytes = Uint8Array.fromBase64(part, { alphabet: "base64url" });
    return bytes.toBase64({ alphabet: "base64url", omitPadding: true }) === part;
  } catch {
    return false;
  }
}

function identityIn(
  { sub, sid, exp, iat }: JWTPayload,
  { tolerance, now }: { tolerance: number; now: number },
): Identity | null {
  if (!isUuid(sub) || (sid !== undefined && !isUuid(sid))) return null;
  // An issuer whose clock is further ahead would extend the lifetime of its tokens.
  if (tolerance > 0 && iat !== undefined && iat - tolerance > now / 1000) return null;
  return { ownerId: sub, sessionId: sid, expiresAt: 1000 * (exp! + tolerance) };
}

function isUuid(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function keyOf(secret: string): Uint8Array {
  return new TextEncoder().encode(secret);
}
