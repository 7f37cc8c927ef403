/**
 * Who is asking. Access tokens are minted by auth for people, service tokens by webhooks for a
 * minute; the recommender takes both and has one rule: the subject is the owner.
 */
import { createMiddleware } from "hono/factory";
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { Problem } from "./problem.ts";

/** A kind of token: what is pinned when it is minted and checked when it is read (RFC 8725). */
export interface TokenKind {
  issuer: string;
  audience: string;
  /** The header's `typ`, so that one kind is never taken for another (RFC 9068). */
  type: string;
  /** By how much the clocks of its two sides may differ, in seconds; not at all by default. */
  tolerance?: number;
}

/** What auth gives a person who signed in. */
export const ACCESS: TokenKind = { issuer: "airec-auth", audience: "airec", type: "at+jwt" };

/**
 * What the webhooks service shows the recommender when it acts for an app's owner. The two may run
 * on machines whose clocks differ.
 */
export const SERVICE: TokenKind = {
  issuer: "airec-webhooks",
  audience: "airec-recommender",
  type: "airec-service+jwt",
  tolerance: 60,
};

/** A kind with the keys that may have signed it: the present one, then those on their way out. */
export interface Trusted {
  kind: TokenKind;
  secrets: string[];
}

/** What a request may know of its caller. */
export interface IdentityEnv {
  /** What the runtime knows beside the request: the socket's other end. */
  Bindings: { peer?: string };
  Variables: {
    requestId: string;
    ownerId: string;
    /** Of the sign-in that the token comes from; service tokens have none. */
    sessionId: string | undefined;
    /** Why the JSON of its body was not read. */
    unreadable: Problem | undefined;
  };
}

/** Whom a token speaks for, and until when. */
export interface Identity {
  ownerId: string;
  sessionId: string | undefined;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Whether the sign-in behind a token goes on. True, too, for what comes of none: the tokens of services. */
export type IsAlive = (identity: Identity) => Promise<boolean> | true;

/** Mints a token for `subject` by HS256. */
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

/** The subject of a token that one of `trusted` vouches for, or null. */
export async function verifyToken(token: string, trusted: Trusted[]): Promise<string | null> {
  return (await identityOf(token, trusted))?.ownerId ?? null;
}

/**
 * Whom a token speaks for that one of `trusted` vouches for, or null.
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

/** So many tokens are remembered. */
const ROOM = 10_000;

/**
 * As `identityOf`, remembering tokens that hold until they expire. Nothing is lost by it: what a
 * token says is final once it is signed, and the keys of a process never change; whether its
 * sign-in goes on it does not say. A token is known again by every character of it.
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
 * Lets a request through with `ownerId` set, or answers 401.
 * @param isAlive `liveSessions`, where a sign-in that ended lets nobody in before its tokens end.
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
 * Whether a base64url part is spelled in the one canonical way. Decoders accept several spellings
 * of the same bytes, and so would take a token that nobody signed as it stands.
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
  // A clock that is further ahead would lengthen what it mints.
  if (tolerance > 0 && iat !== undefined && iat - tolerance > now / 1000) return null;
  return { ownerId: sub, sessionId: sid, expiresAt: 1000 * (exp! + tolerance) };
}

function isUuid(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function keyOf(secret: string): Uint8Array {
  return new TextEncoder().encode(secret);
}
