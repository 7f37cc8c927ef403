import { assertEquals, assertRejects } from "@std/assert";
import { createHmac } from "node:crypto";
import { noteSecrets } from "../../../testing/runner/traces.ts";
import { Problem } from "../../http/problem.ts";
import { seal } from "../../http/secrets/sealed.ts";
import { checkUserToken, identityOf, newIdentitySecret } from "./user_token.ts";

const NOW = 1_800_000_000;
const secretKey = new Uint8Array(32).fill(3);
const app = { appId: crypto.randomUUID(), secretKey, now: NOW * 1000 };
const secret = newIdentitySecret();
const sealed = await seal(secret, { key: secretKey, owner: identityOf(app.appId) });
noteSecrets(secret);

/** Returns a token built from its description alone. */
function signed(exp: number | string, payload: string, key = secret): string {
  return `${exp}.${createHmac("sha256", key).update(payload).digest("hex")}`;
}

const asked = { projectId: 7, userId: "42" };
const fitting = (exp = NOW + 3600) => signed(exp, `[7,"42",${exp}]`);

/** Returns the error detail of a token, or null if it is valid. */
async function faultOf(token: unknown, rules = {}): Promise<string | null> {
  const check = () => checkUserToken(token, asked, { ...app, sealed: [sealed], ...rules });
  return await check().then(() => null, (error) => {
    assertEquals([error instanceof Problem, error.code], [true, "forbidden"]);
    assertEquals(error.extras.errors[0].pointer, "/user_token");
    return error.extras.errors[0].detail;
  });
}

Deno.test("a user's token is valid until it expires, at most a day ahead", async () => {
  assertEquals(await faultOf(fitting()), null);
  assertEquals(await faultOf(fitting(NOW + 1)), null);
  assertEquals(await faultOf(fitting(NOW + 86_400)), null);
  assertEquals(await faultOf(fitting(NOW)), "has expired");
  assertEquals(await faultOf(fitting(NOW - 86_400)), "has expired");
  assertEquals(await faultOf(fitting(NOW + 86_400 + 61)), "ends too late");
});

Deno.test("a token for another user or project is rejected", async () => {
  const exp = NOW + 3600;
  const other = newIdentitySecret();
  noteSecrets(other);
  for (
    const token of [
      signed(exp, `[7,"43",${exp}]`),
      signed(exp, `[8,"42",${exp}]`),
      signed(exp, `[7,42,${exp}]`),
      signed(exp, `[7,"42",${exp + 1}]`),
      signed(exp + 1, `[7,"42",${exp}]`),
      signed(exp, `[7,"42",${exp}]`, other),
      signed(exp, `[7,"42",${exp}]`, secret.replace("airec_identity_", "")),
      signed(exp, "42"),
      `${exp}.${"0".repeat(64)}`,
    ]
  ) assertEquals([token, await faultOf(token)], [token, "does not fit"]);
});

Deno.test("a malformed token is refused", async () => {
  const exp = NOW + 3600;
  const whole = fitting();
  for (
    const token of [
      whole.toUpperCase(),
      whole.slice(0, -1),
      `${whole}0`,
      ` ${whole}`,
      `${whole}\n`,
      whole.replace(".", ":"),
      whole.split(".")[1],
      `0${whole}`,
      `${exp}.5.${whole.split(".")[1]}`,
      `-${whole}`,
      `1e10.${whole.split(".")[1]}`,
      [whole],
      { exp },
      true,
      7,
    ]
  ) assertEquals([token, await faultOf(token)], [token, "has another form"]);
  for (const token of [undefined, null, ""]) assertEquals(await faultOf(token), "is missing");
});

Deno.test("two secrets are valid during a rotation, and none without one", async () => {
  const next = newIdentitySecret();
  noteSecrets(next);
  const sealedNext = await seal(next, { key: secretKey, owner: identityOf(app.appId) });
  const exp = NOW + 60;
  const byNext = signed(exp, `[7,"42",${exp}]`, next);
  const both = { sealed: [sealedNext, sealed] };
  assertEquals([await faultOf(fitting(), both), await faultOf(byNext, both)], [null, null]);
  assertEquals(await faultOf(fitting(), { sealed: [sealedNext] }), "does not fit");
  assertEquals(await faultOf(fitting(), { sealed: [] }), "fits no identity secret");
});

Deno.test("a secret encrypted for another app is unusable", async () => {
  const rules = { ...app, appId: crypto.randomUUID(), sealed: [sealed] };
  await assertRejects(() => checkUserToken(fitting(), asked, rules), DOMException);
});

Deno.test("an id is signed as text, with any characters", async () => {
  const exp = NOW + 60;
  for (const userId of ["00123", 'a "quoted" \\ one', "größer/ok", "\u2028", "😀", " "]) {
    const token = signed(exp, `[7,${JSON.stringify(userId)},${exp}]`);
    await checkUserToken(token, { projectId: 7, userId }, { ...app, sealed: [sealed] });
  }
});
