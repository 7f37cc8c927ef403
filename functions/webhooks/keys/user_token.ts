/**
 * User tokens: the shop's server signs the visitor's id with the app's identity secret, and the
 * page sends `user_token` with `user_id`.
 *
 *     user_token = exp.HMAC-SHA-256(identity secret, JSON [project, user_id, exp])
 *
 * `exp` is in seconds since 1970, the HMAC in lower-case hex, the JSON without spaces and with the
 * id as text. The HMAC key is the whole secret, including `airec_identity_`.
 */
import { Problem } from "../../http/problem.ts";
import { randomBase62 } from "./api_keys.ts";
import { unseal } from "../../http/secrets/sealed.ts";

/** Maximum lifetime of a token, and tolerance for a fast clock, in seconds. */
const AHEAD_SECONDS = 24 * 60 * 60;
const FAST_SECONDS = 60;

const FORM = /^([1-9]\d{9,10})\.([0-9a-f]{64})$/;
const words = new TextEncoder();

/** Returns a new identity secret: 40 random base62 characters after its prefix. */
export function newIdentitySecret(): string {
  return `airec_identity_${randomBase62(40)}`;
}

/** Returns the owner for which an app's identity secrets are sealed. */
export function identityOf(appId: string): string {
  return `identity:${appId}`;
}

/** The user a token must be valid for. */
export interface AskedUser {
  projectId: number;
  userId: string;
}

/** Parameters of token verification. */
export interface TokenRules {
  appId: string;
  /** Valid identity secrets, sealed; during a rotation two. */
  sealed: Uint8Array[];
  /** The key they are sealed under. */
  secretKey: Uint8Array<ArrayBuffer>;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Verifies that a token belongs to the requested user and project.
 * @throws {Problem} `forbidden` with instructions for the page's developer.
 */
export async function checkUserToken(
  token: unknown,
  { projectId, userId }: AskedUser,
  { appId, sealed, secretKey, now }: TokenRules,
): Promise<void> {
  if (token === undefined || token === null || token === "") {
    throw refused(
      "is missing",
      "With a publishable key, a user_id needs its user_token, which your server " +
        "signs with the app's identity secret. For a visitor without one, send history or " +
        "anonymous_id instead of user_id.",
    );
  }
  if (sealed.length === 0) {
    throw refused(
      "fits no identity secret",
      "This app has no identity secret yet: create one on its page in the dashboard, and sign " +
        "the user_token with it.",
    );
  }
  const [, exp, signature] = FORM.exec(typeof token === "string" ? token : "") ?? [];
  if (exp === undefined) {
    throw refused("has another form", `A user_token is exp.signature: ${HOW}`);
  }
  const seconds = now / 1000;
  if (Number(exp) <= seconds) {
    throw refused("has expired", "This user_token has expired: get a new one from your server.");
  }
  if (Number(exp) > seconds + AHEAD_SECONDS + FAST_SECONDS) {
    throw refused(
      "ends too late",
      "A user_token must expire within 24 hours, and this one expires later: choose a smaller exp.",
    );
  }
  const signed = words.encode(JSON.stringify([projectId, userId, Number(exp)]));
  for (const secret of sealed) {
    const key = await keyOf(secret, { secretKey, appId });
    // WebCrypto compares in constant time.
    if (await crypto.subtle.verify("HMAC", key, Uint8Array.fromHex(signature), signed)) return;
  }
  throw refused("does not fit", `This user_token does not match its user_id and project: ${HOW}`);
}

const HOW =
  "sign JSON [project_id, user_id, exp], without spaces and with the id as a string, with " +
  "this app's identity secret; HMAC-SHA-256, in hex.";

function refused(detail: string, sentence: string): Problem {
  return new Problem("forbidden", sentence, { errors: [{ pointer: "/user_token", detail }] });
}

/** Maximum number of cached keys: unsealing costs more than verifying. */
const MAX_CACHED = 1_000;
const ready = new Map<string, CryptoKey>();

async function keyOf(
  sealed: Uint8Array,
  { secretKey, appId }: Pick<TokenRules, "secretKey" | "appId">,
): Promise<CryptoKey> {
  const name = `${appId} ${sealed.toBase64()}`;
  const known = ready.get(name);
  if (known) return known;
  const secret = await unseal(sealed, { key: secretKey, owner: identityOf(appId) });
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle
    .importKey("raw", words.encode(secret), algorithm, false, ["verify"]);
  ready.set(name, key);
  if (ready.size > MAX_CACHED) ready.delete(ready.keys().next().value!);
  return key;
}
