import { assertEquals, assertStringIncludes } from "@std/assert";
import { guardedFetch } from "./api.ts";
import { loadConfig } from "./config.ts";
import { freshBearer, refreshSession, renewed, restoreSession } from "./refresh.ts";
import { bearer, beginSession, endSession, session, signedOutBecause } from "./session.ts";

// Deno shares localStorage among test files; sessionStorage is this file's own.
Object.defineProperty(globalThis, "localStorage", { value: sessionStorage });

const ADA = { token: "first", name: "Ada", email: "ada@example.com", expires_in: 600 };
const AUTH = "http://auth.test";

/** Replaces `fetch` by responses by URL, and records the calls. */
function answering(answers: Record<string, (request: Request) => Response>) {
  const original = globalThis.fetch;
  const calls: string[] = [];
  globalThis.fetch = (input, init) => {
    const request = new Request(new URL(input as string, "http://page.test"), init);
    calls.push(`${request.method} ${request.url}`);
    const answer = answers[request.url];
    return answer ? Promise.resolve(answer(request)) : Promise.reject(new TypeError("no answer"));
  };
  return { calls, [Symbol.dispose]: () => void (globalThis.fetch = original) };
}

const config = () =>
  Response.json({ auth: AUTH, webhooks: "http://w.test", recommender: "http://r.test" });
const second = () => Response.json({ ...ADA, token: "second" });
const refused = () => Response.json({ code: "unauthenticated" }, { status: 401 });

Deno.test("a rejected token is replaced once, and the call repeated transparently", async () => {
  using page = answering({
    "http://page.test/config.json": config,
    [`${AUTH}/refresh`]: second,
    "http://r.test/x": (request) =>
      request.headers.get("authorization") === "Bearer second" ? Response.json("fine") : refused(),
  });
  await loadConfig();
  beginSession(ADA);
  const call = () =>
    guardedFetch("http://r.test/x", { method: "POST", headers: bearer(), body: "b" });
  const answers = await Promise.all([call(), call(), call()]);
  assertEquals(await Promise.all(answers.map((answer) => answer.json())), ["fine", "fine", "fine"]);
  assertEquals(page.calls.filter((call) => call === `POST ${AUTH}/refresh`).length, 1);
  assertEquals(session.value?.token, "second");
  assertEquals(await renewed("Bearer first"), true, "it was replaced before");
  endSession(null);
});

Deno.test("without an active session the rejection is final and the session ends", async () => {
  using _ = answering({
    "http://page.test/config.json": config,
    [`${AUTH}/refresh`]: refused,
    "http://r.test/x": refused,
  });
  await loadConfig();
  beginSession(ADA);
  assertEquals((await guardedFetch("http://r.test/x", { headers: bearer() })).status, 401);
  assertEquals(session.value, null);
  assertStringIncludes(signedOutBecause.value!, "sign in again");
});

Deno.test("if auth does not respond, the session stays", async () => {
  using _ = answering({ "http://page.test/config.json": config, "http://r.test/x": refused });
  await loadConfig();
  beginSession(ADA);
  assertEquals((await guardedFetch("http://r.test/x", { headers: bearer() })).status, 401);
  assertEquals(session.value?.token, "first");
  endSession(null);
});

Deno.test("a start restores an existing session, and sends no request without one", async () => {
  using page = answering({ "http://page.test/config.json": config, [`${AUTH}/refresh`]: second });
  await loadConfig();
  page.calls.length = 0;
  await restoreSession();
  assertEquals([page.calls, session.value], [[], null]);
  beginSession(ADA);
  session.value = null; // as after a reload
  await restoreSession();
  assertEquals(session.value!.token, "second");
  endSession(null);
});

Deno.test("a sign-out during a refresh takes effect", async () => {
  using _ = answering({
    "http://page.test/config.json": config,
    [`${AUTH}/refresh`]: () => (endSession(null), second()),
  });
  await loadConfig();
  beginSession(ADA);
  assertEquals(await refreshSession(), false);
  assertEquals(session.value, null);
});

Deno.test("a token near its end is replaced before a call that cannot be repeated", async () => {
  using page = answering({ "http://page.test/config.json": config, [`${AUTH}/refresh`]: second });
  await loadConfig();
  page.calls.length = 0;
  beginSession(ADA);
  assertEquals(await freshBearer(), { authorization: "Bearer first" });
  assertEquals(page.calls, []);
  beginSession({ ...ADA, expires_in: 30 });
  assertEquals(await freshBearer(), { authorization: "Bearer second" });
  endSession(null);
});
