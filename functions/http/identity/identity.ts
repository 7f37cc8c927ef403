/**
 * Authentication by tokens. Auth mints access tokens for users; webhooks mints service tokens that
 * last a minute. The recommender accepts both. The subject is always the owner of the data. The
 * actor is in the claim `act` (RFC 8693, 4.1); without it, the owner is the actor.
 */
import { createMiddleware } from "hono/factory";
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { Problem } from "../problem.ts";

/** The account that signed in, or the API key of a call. */
export type ActorId = `account:${string}` | `key:${string}`;

/** Returns the actor of a user who signed in. */
export function accountActor(userId: string): ActorId {
  return `account:${userId}`;
}

/** Returns the actor of a call by API key. */
export function keyActor(keyId: string): ActorId {
  return `key:${keyId}`;
}

/** Role of a caller in the owner's account; each includes those before it. */
export const ROLES = ["service", "viewer", "editor", "owner"] as const;
export type Role = typeof ROLES[number];

/** A kind of token: claims set when it is minted and checked when it is read (RFC 8725). */
export interface TokenKind {
  issuer: string;
  audience: string;
  /** The header's `typ`, so that one kind is never accepted as another (RFC 9068). */
  type: string;
  /** Role of its bearer. */
  role: Role;
  /** Allowed difference between the clocks of issuer and verifier, in seconds; 0 by default. */
  tolerance?: number;
}

/** Access token of a user who signed in: the owner of its own account. */
export const ACCESS: TokenKind = {
  issuer: "airec-auth",
  audience: "airec",
  type: "at+jwt",
  role: "owner",
};

/**
 * Token with which webhooks calls the recommender on behalf of an app's owner. Both services may
 * run on machines whose clocks differ.
 */
export const SERVICE: TokenKind = {
  issuer: "airec-webhooks",
  audience: "airec-recommender",
  type: "airec-service+jwt",
  role: "service",
  tolerance: 60,
};

/** A token kind with its accepted signing secrets: the current one, then previous ones. */
export interface Trusted {
  kind: TokenKind;
  secrets: string[];
}

/** Input that a route takes. */
export interface RouteInput {
  /** Names of the query's parameters. */
  query: readonly string[];
  /** Members of the JSON body; undefined if the handler checks them, or there is no such body. */
  json: readonly string[] | undefined;
  /** Whether the schema refuses unknown parameters, and unknown members of the body. */
  refuses: { query: boolean; json: boolean };
  contentTypes: readonly string[];
}

/** Bindings and variables of a request. */
export interface IdentityEnv {
  /** The socket's remote address, from the runtime. */
  Bindings: { peer?: string };
  Variables: {
    requestId: string;
    /** Owner of the data. */
    ownerId: string;
    /** Account or API key that makes the request. */
    actorId: ActorId;
    role: Role;
    /** The session the token belongs to; undefined for service tokens. */
    sessionId: string | undefined;
    /** Cost of the response in units; undefined if it is not counted. */
    units: number | undefined;
    /** Reason why the JSON body could not be read; undefined if it was, or was not needed. */
    unreadable: Problem | undefined;
    /** Input that the matched route takes; undefined for routes without a description. */
    routeInput: RouteInput | undefined;
    /** Sentences about ignored fields, for the response; undefined if there are none. */
    warnings: string[] | undefined;
  };
}

/** The owner and actor of a token, its session and its expiry. */
export interface Identity {
  ownerId: string;
  actorId: ActorId;
  role: Role;
  sessionId: string | undefined;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Whether a token's session is still active; true for service tokens, which have none. */
export type IsAlive = (
  identity: Pick<Identity, "ownerId" | "sessionId">,
) => Promise<boolean> | true;

/** Mints a token for `subject`, signed by HS256 and valid for `seconds`. */
export async function mintToken(
  subject: string,
  { kind, secret, seconds, sessionId, actorId, now = Date.now() }: {
    kind: TokenKind;
    secret: string;
    seconds: number;
    sessionId?: string;
    /** Actor on behalf of the subject; by default the subject. */
    actorId?: ActorId;
    /** Milliseconds since 1970. */
    now?: number;
  },
): Promise<string> {
  const issuedAt = Math.floor(now / 1000);
  return await new SignJWT({
    ...(sessionId && { sid: sessionId }),
    ...(actorId && { act: { sub: actorId } }),
  })
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
  if (!token.split(".").every(isCanonical)) return null;
  for (const { kind, secrets } of trusted) {
    const { tolerance = 0, role } = kind;
    for (const secret of secrets) {
      const identity = await jwtVerify(token, keyOf(secret), {
        algorithms: ["HS256"],
        issuer: kind.issuer,
        audience: kind.audience,
        typ: kind.type,
        requiredClaims: ["sub", "exp", "jti"],
        clockTolerance: tolerance,
        currentDate: new Date(now),
      }).then(({ payload }) => identityIn(payload, { tolerance, role, now }), () => null);
      if (identity) return identity;
    }
  }
  return null;
}

/** Maximum number of cached tokens. */
const MAX_CACHED = 10_000;

/**
 * `identityOf` with a cache: valid tokens are kept until they expire. This is safe, because the
 * claims of a signed token and the keys of a process never change; whether its session is active is
 * checked separately. The cache key is the whole token.
 */
export function cachedIdentities(
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
      if (known.size > MAX_CACHED) known.delete(known.keys().next().value!);
      return identity;
    });
  };
}

/**
 * Middleware that sets `ownerId`, `actorId`, `role` and `sessionId`, or responds with 401.
 * @param isAlive `liveSessions`, to reject tokens whose session ended before they expire.
 */
export function signedIn(trusted: Trusted[], isAlive: IsAlive = () => true) {
  const identify = cachedIdentities(trusted);
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
    c.set("actorId", identity.actorId);
    c.set("role", identity.role);
    c.set("sessionId", identity.sessionId);
    await next();
  });
}

/**
 * Whether a base64url part is in canonical form. Decoders accept several spellings of the same
 * bytes, and would accept a token that differs from the one that was signed.
 */
function isCanonical(part: string): boolean {
  try {
    const bytes = Uint8Array.fromBase64(part, { alphabet: "base64url" });
    return bytes.toBase64({ alphabet: "base64url", omitPadding: true }) === part;
  } catch {
    return false;
  }
}

function identityIn(
  { sub, sid, act, exp, iat }: JWTPayload,
  { tolerance, role, now }: { tolerance: number; role: Role; now: number },
): Identity | null {
  if (!isUuid(sub) || (sid !== undefined && !isUuid(sid))) return null;
  const actorId = act === undefined ? accountActor(sub) : (act as { sub?: unknown } | null)?.sub;
  if (!isActorId(actorId)) return null;
  // An issuer whose clock is further ahead would extend the lifetime of its tokens.
  if (tolerance > 0 && iat !== undefined && iat - tolerance > now / 1000) return null;
  return { ownerId: sub, actorId, role, sessionId: sid, expiresAt: 1000 * (exp! + tolerance) };
}

function isActorId(value: unknown): value is ActorId {
  if (typeof value !== "string") return false;
  const [, kind, id] = /^(account|key):(.*)$/.exec(value) ?? [];
  return kind !== undefined && isUuid(id);
}

function isUuid(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

function keyOf(secret: string): Uint8Array {
  return new TextEncoder().encode(secret);
}
