/**
 * Tokens by which a page proves whom it asks for: the shop's own server signs the visitor's id with
 * the app's identity secret, and the page sends `user_token` beside `user_id`.
 *
 *     user_token = exp.HMAC-SHA-256(identity secret, JSON [project, user_id, exp])
 *
 * `exp` is in seconds since 1970, the HMAC in lower-case hex, the JSON without blanks and with the
 * id as text; the secret signs as it stands, `airec_identity_` included.
 */
import { Problem } from "../http/problem.ts";
import { randomBase62 } from "./api_keys.ts";
import { unseal } from "./sealed.ts";

/** How far ahead a token may end, and how much further by a clock that is fast. */
const AHEAD_SECONDS = 24 * 60 * 60;
const FAST_SECONDS = 60;

const FORM = /^([1-9]\d{9,10})\.([0-9a-f]{64})$/;
const words = new TextEncoder();

/** A new identity secret: 40 random base62 characters. */
export function newIdentitySecret(): string {
  return `airec_identity_${randomBase62(40)}`;
}

/** What an app's identity secrets are sealed for. */
export function identityOf(appId: string): string {
  return `identity:${appId}`;
}

/** Whom a token has to fit. */
export interface AskedUser {
  projectId: number;
  userId: string;
}

/** What an app has to verify tokens with. */
export interface TokenRules {
  appId: string;
  /** The identity secrets that count, sealed; the one before too, during a rotation. */
  sealed: Uint8Array[];
  /** What they are sealed under. */
  secretKey: Uint8Array<ArrayBuffer>;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Lets a question about a user through where the token that came along is theirs.
 * @throws {Problem} `forbidden` that says what the page, or who wrote it, has to do.
 */
export async function checkUserToken(
  token: unknown,
  { projectId, userId }: AskedUser,
  { appId, sealed, secretKey, now }: TokenRules,
): Promise<void> {
  if (token === undefined || token === null || token === "") {
    throw refused(
      "is missing",
      "A publishable key answers for a user_id only beside its user_token, which your server " +
        "signs with the app's identity secret. For a visitor without one send history, or " +
        "anonymous_id, in place of user_id.",
    );
  }
  if (sealed.length === 0) {
    throw refused(
      "fits no identity secret",
      "This app has no identity secret yet: make one on its page in the dashboard, and sign " +
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
      "A user_token ends at most 24 hours ahead, and this one ends later: choose a smaller exp.",
    );
  }
  const signed = words.encode(JSON.stringify([projectId, userId, Number(exp)]));
  for (const secret of sealed) {
    const key = await keyOf(secret, { secretKey, appId });
    // In constant time, as WebCrypto compares.
    if (await crypto.subtle.verify("HMAC", key, Uint8Array.fromHex(signature), signed)) return;
  }
  throw refused("does not fit", `This user_token does not fit its user_id and project: ${HOW}`);
}

const HOW = "sign JSON [project_id, user_id, exp], without blanks and with the id as text, with " +
  "this app's identity secret; HMAC-SHA-256, in hex.";

function refused(detail: string, sentence: string): Problem {
  return new Problem("forbidden", sentence, { errors: [{ pointer: "/user_token", detail }] });
}

/** So many secrets are kept ready: to open one costs more than to verify by it. */
const ROOM = 1_000;
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
  if (ready.size > ROOM) ready.delete(ready.keys().next().value!);
  return key;
}
