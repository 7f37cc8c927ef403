/**
 * Token verification against independent sources: RFC 7515's example, tokens signed by another HMAC
 * implementation, and the attacks of RFC 8725.
 */
import { assertEquals, assertNotEquals } from "@std/assert";
import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import {
  ACCESS,
  type ActorId,
  cachedIdentities,
  identityOf,
  keyActor,
  mintToken,
  SERVICE,
  verifyToken,
} from "./identity.ts";

const SECRET = "a secret of more than thirty-two bytes";
const OWNER = "0b9c3a52-8f0e-4c43-9d5e-0a4f1d6a7b11";
const SESSION = "5d1f0a3e-1111-4222-8333-444455556666";
const TRUSTED = [{ kind: ACCESS, secrets: [SECRET] }];

const base64url = (data: string | Uint8Array) => Buffer.from(data as string).toString("base64url");

/** Returns a JWS of the given texts, signed by Node's HMAC. */
function jws(
  header: string,
  payload: string,
  { key = SECRET, hash = "sha256" }: { key?: string | Uint8Array; hash?: string } = {},
): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${createHmac(hash, key).update(input).digest("base64url")}`;
}

const now = () => Math.floor(Date.now() / 1000);
const header = (changes: object = {}) =>
  JSON.stringify({ alg: "HS256", typ: ACCESS.type, ...changes });
const claims = (changes: object = {}) =>
  JSON.stringify({
    iss: ACCESS.issuer,
    aud: ACCESS.audience,
    sub: OWNER,
    jti: crypto.randomUUID(),
    iat: now(),
    exp: now() + 60,
    ...changes,
  });

const check = (token: string) => verifyToken(token, TRUSTED);

// RFC 7515, A.1: key, header and payload with their line ends, and the resulting JWS.
const A1 = {
  key: Buffer.from(
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    "base64url",
  ),
  header: '{"typ":"JWT",\r\n "alg":"HS256"}',
  payload: '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}',
  jws: "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9" +
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ" +
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
};

// RFC 7515, A.5: the same payload, unsigned.
const A5 = `eyJhbGciOiJub25lIn0.${A1.jws.split(".")[1]}.`;

Deno.test("the test's token signer reproduces the example of RFC 7515", () => {
  assertEquals(jws(A1.header, A1.payload, { key: A1.key }), A1.jws);
});

Deno.test("valid tokens of another implementation are accepted, and the reverse", async () => {
  assertEquals(await check(jws(header(), claims())), OWNER);
  const spaced = header().replaceAll(",", ",\r\n ");
  assertEquals(await check(jws(spaced, claims().replaceAll(",", ",\r\n "))), OWNER);
  const ours = await mintToken(OWNER, { kind: ACCESS, secret: SECRET, seconds: 60 });
  const [head, payload, signature] = ours.split(".");
  const theirs = createHmac("sha256", SECRET).update(`${head}.${payload}`).digest("base64url");
  assertEquals(signature, theirs);
});

Deno.test("a token names its session, if it has one", async () => {
  const token = claims({ sid: SESSION });
  assertEquals(await identityOf(jws(header(), token), TRUSTED), {
    ownerId: OWNER,
    actorId: `account:${OWNER}`,
    role: "owner",
    sessionId: SESSION,
    expiresAt: 1000 * JSON.parse(token).exp,
  });
  assertEquals(await check(jws(header(), claims({ sid: "1 or 1=1" }))), null);
});

Deno.test("a service token names the key that acts for its owner", async () => {
  const actorId = keyActor(SESSION);
  const kinds = [{ kind: SERVICE, secrets: [SECRET] }];
  const mint = (actorId?: ActorId) =>
    mintToken(OWNER, { kind: SERVICE, secret: SECRET, seconds: 60, actorId });
  const identity = await identityOf(await mint(actorId), kinds);
  assertEquals([identity?.ownerId, identity?.actorId, identity?.role], [OWNER, actorId, "service"]);
  // A token of the release before names none: the subject itself acts.
  assertEquals((await identityOf(await mint(), kinds))?.actorId, `account:${OWNER}`);
});

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const publicPem = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();

const HOSTILE: [string, () => string][] = [
  ["RFC 7515's example under our key", () => A1.jws],
  ["RFC 7515's unsecured example (A.5), which is RFC 7519's (6.1)", () => A5],
  [
    "alg none (RFC 8725, 2.1)",
    () => `${base64url(header({ alg: "none" }))}.${base64url(claims())}.`,
  ],
  ["alg None", () => `${base64url(header({ alg: "None" }))}.${base64url(claims())}.`],
  ["alg none, signed", () => jws(header({ alg: "none" }), claims())],
  ["no alg", () => jws(header({ alg: undefined }), claims())],
  ["alg HS512, rightly signed", () => jws(header({ alg: "HS512" }), claims(), { hash: "sha512" })],
  ["alg HS384 over an HS256 signature", () => jws(header({ alg: "HS384" }), claims())],
  ["alg hs256", () => jws(header({ alg: "hs256" }), claims())],
  ["alg RS256 by a key of the sender's (2.1)", () => {
    const input = `${base64url(header({ alg: "RS256" }))}.${base64url(claims())}`;
    return `${input}.${
      createSign("sha256").update(input).sign(rsa.privateKey).toString("base64url")
    }`;
  }],
  ["a public key as HMAC key (2.1)", () => jws(header(), claims(), { key: publicPem })],
  ["an empty key", () => jws(header(), claims(), { key: "" })],
  [
    "a key in the header (3.10)",
    () =>
      jws(
        header({ jwk: { kty: "oct", k: base64url("another key of thirty-two bytes!") } }),
        claims(),
        {
          key: "another key of thirty-two bytes!",
        },
      ),
  ],
  [
    "a key's address in the header (3.10)",
    () => jws(header({ jku: "http://evil.test" }), claims(), { key: "x" }),
  ],
  [
    "an unknown critical header (RFC 7515, 4.1.11)",
    () => jws(header({ crit: ["b64x"], b64x: 1 }), claims()),
  ],
  ["an unencoded payload (RFC 7797)", () => jws(header({ crit: ["b64"], b64: false }), claims())],
  ["typ JWT (3.11)", () => jws(header({ typ: "JWT" }), claims())],
  ["no typ", () => jws(header({ typ: undefined }), claims())],
  ["typ of a service token", () => jws(header({ typ: SERVICE.type }), claims())],
  [
    "a service token, whole",
    () =>
      jws(header({ typ: SERVICE.type }), claims({ iss: SERVICE.issuer, aud: SERVICE.audience })),
  ],
  ["another issuer (3.8)", () => jws(header(), claims({ iss: "evil" }))],
  ["no issuer", () => jws(header(), claims({ iss: undefined }))],
  ["another audience (3.9)", () => jws(header(), claims({ aud: SERVICE.audience }))],
  ["no audience", () => jws(header(), claims({ aud: undefined }))],
  ["no subject", () => jws(header(), claims({ sub: undefined }))],
  ["a subject that is no id", () => jws(header(), claims({ sub: "root" }))],
  ["a subject that is a list", () => jws(header(), claims({ sub: [OWNER] }))],
  ["an actor that is no object (RFC 8693, 4.1)", () => jws(header(), claims({ act: OWNER }))],
  ["an actor without a subject", () => jws(header(), claims({ act: {} }))],
  ["an actor of no kind", () => jws(header(), claims({ act: { sub: OWNER } }))],
  ["an actor that is the system", () => jws(header(), claims({ act: { sub: "system" } }))],
  ["an actor that is no id", () => jws(header(), claims({ act: { sub: "key:1\n" } }))],
  ["no jti", () => jws(header(), claims({ jti: undefined }))],
  ["no end", () => jws(header(), claims({ exp: undefined }))],
  ["an end that is a text", () => jws(header(), claims({ exp: String(now() + 60) }))],
  ["an end of this very second", () => jws(header(), claims({ exp: now() }))],
  ["not before later", () => jws(header(), claims({ nbf: now() + 60 }))],
  ["a payload that is a list", () => jws(header(), "[]")],
  ["a payload that is no JSON", () => jws(header(), "{")],
  ["a header that is no JSON", () => jws("{", claims())],
  ["no signature", () => jws(header(), claims()).replace(/[^.]+$/, "")],
  ["two parts", () => jws(header(), claims()).replace(/\.[^.]+$/, "")],
  ["four parts", () => `${jws(header(), claims())}.e30`],
  ["a JWE's five parts", () => "e30.e30.e30.e30.e30"],
  ["nothing", () => ""],
  ["a signature cut short", () => jws(header(), claims()).slice(0, -4)],
  ["a signature with more behind", () => `${jws(header(), claims())}AAAA`],
  ["padding", () => `${jws(header(), claims())}=`],
  ["a blank inside", () => jws(header(), claims()).replace(".", " .")],
  ["a line end behind", () => `${jws(header(), claims())}\n`],
  [
    "the other base64 alphabet",
    () => withCharacters(/[-_]/, (t) => t.replaceAll("-", "+").replaceAll("_", "/")),
  ],
  ["unused bits set", () => {
    const token = jws(header(), claims());
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1)!) ^ 1];
  }],
  ["another payload under the signature", () => {
    const [head, , signature] = jws(header(), claims()).split(".");
    return `${head}.${base64url(claims({ sub: crypto.randomUUID() }))}.${signature}`;
  }],
];

/** Returns a token whose signature matches `wanted`, after applying `change` to the signature. */
function withCharacters(wanted: RegExp, change: (signature: string) => string): string {
  for (;;) {
    const [head, payload, signature] = jws(header(), claims()).split(".");
    if (wanted.test(signature)) return `${head}.${payload}.${change(signature)}`;
  }
}

for (const [name, make] of HOSTILE) {
  Deno.test(`a token is refused: ${name}`, async () => assertEquals(await check(make()), null));
}

Deno.test("a token with any single bit flipped is rejected", async () => {
  const token = jws(header(), claims());
  for (let at = 0; at < token.length; at++) {
    for (const bit of [1, 2, 4, 8, 16, 32]) {
      const turned = String.fromCharCode(token.charCodeAt(at) ^ bit);
      const changed = token.slice(0, at) + turned + token.slice(at + 1);
      assertNotEquals(changed, token);
      assertEquals(await check(changed), null, `bit ${bit} of character ${at}`);
    }
  }
});

Deno.test("a cached token expires at its exp, and is compared in full", async () => {
  let time = Date.now();
  const identify = cachedIdentities(TRUSTED, () => time);
  const token = await mintToken(OWNER, { kind: ACCESS, secret: SECRET, seconds: 1 });
  const identity = await identify(token);
  assertEquals(identity?.ownerId, OWNER);
  assertEquals(identify(token), identity);
  assertEquals(await identify(token.slice(0, -1)), null);
  assertEquals(await identify(`${token}x`), null);
  const endsAt = identity!.expiresAt;
  time = endsAt - 1;
  assertEquals(identify(token), identity);
  while (Date.now() < endsAt) await new Promise((resolve) => setTimeout(resolve, 20));
  time = endsAt;
  assertEquals(await identify(token), null);
});

Deno.test("service tokens tolerate a clock difference of a minute, access tokens none", async () => {
  const minted = Date.UTC(2030, 0, 1);
  const whom = async (kind: typeof SERVICE, seconds: number, ahead: number) => {
    const token = await mintToken(OWNER, { kind, secret: SECRET, seconds, now: minted });
    const trusted = [{ kind, secrets: [SECRET] }];
    return (await identityOf(token, trusted, minted + 1000 * ahead))?.ownerId ?? null;
  };
  // Seconds by which the verifier's clock is ahead of the issuer's.
  for (const ahead of [-60, -59, 0, 59, 60, 119]) {
    assertEquals(await whom(SERVICE, 60, ahead), OWNER, `${ahead} s`);
  }
  for (const ahead of [-61, 120, 3600, -3600]) {
    assertEquals(await whom(SERVICE, 60, ahead), null, `${ahead} s`);
  }
  assertEquals(await whom(ACCESS, 600, 599), OWNER);
  assertEquals(await whom(ACCESS, 600, 600), null);
});

Deno.test("a cached service token is valid as long as an uncached one", async () => {
  let time = Date.UTC(2030, 0, 1);
  const token = await mintToken(OWNER, { kind: SERVICE, secret: SECRET, seconds: 60, now: time });
  const identify = cachedIdentities([{ kind: SERVICE, secrets: [SECRET] }], () => time);
  for (const [seconds, owner] of [[0, OWNER], [119, OWNER], [120, undefined]] as const) {
    time = Date.UTC(2030, 0, 1) + 1000 * seconds;
    assertEquals((await identify(token))?.ownerId, owner);
  }
});
