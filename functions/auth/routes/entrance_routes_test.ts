import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { testDatabase } from "../../../testing/database.ts";
import { ACCESS, mintToken, verifyToken } from "../../http/identity/identity.ts";
import { createPasswords } from "../passwords.ts";
import {
  ADA,
  Browser,
  PEPPER,
  SECRET,
  type Service,
  service,
  signedIn,
} from "../../../testing/auth_service.ts";
import { describedRoutes } from "../../../testing/contracts/described_routes.ts";

function post(app: Service, path: string, body: unknown) {
  return app.request(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
}

function me(app: Service, token: string) {
  return app.request("/me", { headers: { authorization: `Bearer ${token}` } });
}

Deno.test("a new user logs in, and /me returns their account", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const made = await post(app, "/signup", ADA);
  assertEquals(made.status, 201);
  assertEquals((await made.json()).success, true);

  const login = await post(app, "/login", { email: "ADA@Example.org", password: ADA.password });
  assertEquals(login.status, 200);
  const { token, ...rest } = await login.json();
  assertEquals(rest, { success: true, name: "Ada", email: ADA.email, expires_in: 600 });

  const account = await (await me(app, token)).json();
  assertEquals([account.name, account.email], ["Ada", ADA.email]);
  assertEquals(await verifyToken(token, [{ kind: ACCESS, secrets: [SECRET] }]), account.id);
  const [{ password }] = await database.sql`select password from auth.users`;
  assertStringIncludes(password, "$2b$04$");
});

Deno.test("an email address is unique regardless of case, also under concurrency", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const answers = await Promise.all(
    ["ada@example.org", "Ada@example.org", "ADA@EXAMPLE.ORG", " ada@example.org "]
      .map((email) => post(app, "/signup", { ...ADA, email })),
  );
  assertEquals(answers.map(({ status }) => status).sort(), [201, 409, 409, 409]);
  const taken = await post(app, "/signup", ADA);
  assertEquals([taken.status, (await taken.json()).code], [409, "conflict"]);
  assertEquals((await database.sql`select from auth.users`).length, 1);
});

Deno.test("an unknown address and a wrong password get the same response, after one bcrypt each", async () => {
  await using database = await testDatabase();
  const passwords = createPasswords({ pepper: PEPPER, cost: 4 });
  let hashed = 0;
  const app = service(database.service, {
    passwords: {
      ...passwords,
      hash: (password) => (hashed++, passwords.hash(password)),
      verify: (password, stored) => (hashed++, passwords.verify(password, stored)),
    },
  });
  await post(app, "/signup", ADA);
  hashed = 0;
  const words = [];
  for (
    const attempt of [
      { email: ADA.email, password: "wrong horse" },
      { email: "nobody@example.org", password: ADA.password },
      { email: "not an address", password: "" },
    ]
  ) {
    const answer = await post(app, "/login", attempt);
    const { request_id: _, ...document } = await answer.json();
    assertEquals(answer.status, 401);
    words.push(document);
  }
  assertEquals(hashed, 3);
  assertEquals(words[1], words[0]);
  assertEquals(words[2], words[0]);
  await post(app, "/login", ADA);
  assertEquals(hashed, 4);
});

Deno.test("a login renews a hash whose cost is below the setting", async () => {
  await using database = await testDatabase();
  await post(service(database.service), "/signup", ADA);
  const dearer = service(database.service, {
    passwords: createPasswords({ pepper: PEPPER, cost: 5 }),
  });
  const stored = async () => (await database.sql`select password from auth.users`)[0].password;
  assertEquals((await post(dearer, "/login", { ...ADA, password: "wrong" })).status, 401);
  assertStringIncludes(await stored(), "$2b$04$");
  assertEquals((await post(dearer, "/login", ADA)).status, 200);
  const renewed = await stored();
  assertStringIncludes(renewed, "$2b$05$");
  assertEquals((await post(dearer, "/login", ADA)).status, 200);
  assertEquals(await stored(), renewed);
});

Deno.test("passwords have 8 to 256 characters of any Unicode and are not among the most common", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const signup = async (password: string, n: number) => {
    const answer = await post(app, "/signup", { ...ADA, email: `${n}@example.org`, password });
    return [answer.status, (await answer.json()).errors?.[0].pointer];
  };
  assertEquals(await signup("ab cdef", 1), [422, "/password"]);
  assertEquals(await signup("🦉🦉🦉🦉🦉🦉🦉", 2), [422, "/password"]);
  assertEquals(await signup("🦉🦊🦉🦊🦉🦊🦉🦊", 3), [201, undefined]);
  assertEquals(await signup("🦉".repeat(256), 4), [201, undefined]);
  assertEquals(await signup("🦉".repeat(257), 5), [422, "/password"]);
  assertEquals(await signup("Password123", 6), [422, "/password"]);
  const owls = { email: "4@example.org", password: "🦉".repeat(256) };
  assertEquals((await post(app, "/login", owls)).status, 200);
});

Deno.test("invalid input is named, never a 500", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const at = async (body: unknown) => {
    const answer = await post(app, "/signup", body);
    assertEquals(answer.status, 422);
    return (await answer.json()).errors?.map(({ pointer }: { pointer: string }) => pointer);
  };
  assertEquals(await at({}), ["/name", "/email", "/password"]);
  assertEquals(await at({ ...ADA, email: "ada" }), ["/email"]);
  assertEquals(await at({ ...ADA, name: "  " }), ["/name"]);
  assertEquals(await at([]), ["/"]);
  await at({ ...ADA, name: "Ada\0" });
  const broken = await app.request("/signup", {
    method: "POST",
    body: "{",
    headers: { "content-type": "application/json" },
  });
  assertEquals([broken.status, (await broken.json()).code], [400, "malformed_request"]);
});

Deno.test("with sign-up closed, only existing accounts can log in", async () => {
  await using database = await testDatabase();
  await post(service(database.service), "/signup", ADA);
  const closed = service(database.service, { signup: "closed" });
  const refused = await post(closed, "/signup", { ...ADA, email: "eve@example.org" });
  assertEquals([refused.status, (await refused.json()).code], [403, "forbidden"]);
  assertEquals((await post(closed, "/login", ADA)).status, 200);
});

Deno.test("a token signed with the previous key is valid, one of a deleted account is not", async () => {
  await using database = await testDatabase();
  const old = "a former secret of more than thirty-two bytes";
  const before = service(database.service, { jwtSecrets: [old] });
  await post(before, "/signup", ADA);
  const { token } = await (await post(before, "/login", ADA)).json();
  const after = service(database.service, { jwtSecrets: [SECRET, old] });
  assertEquals((await me(after, token)).status, 200);
  assertEquals((await me(service(database.service), token)).status, 401);
  const renewed = (await (await post(after, "/login", ADA)).json()).token;
  assertNotEquals(renewed, token);
  assertEquals((await me(service(database.service), renewed)).status, 200);

  const gone = await mintToken(crypto.randomUUID(), { kind: ACCESS, secret: SECRET, seconds: 60 });
  const answer = await me(after, gone);
  assertEquals([answer.status, (await answer.json()).code], [401, "unauthenticated"]);
});

Deno.test("the routes without a token are described", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  assertEquals(await describedRoutes(app, /^\/(signup|login|refresh|logout)$/), [
    "POST /signup [] 201 400 403 409 413 415 422 429 503",
    "POST /login [] 200 400 401 413 415 422 429 503",
    "POST /refresh [] 200 401 403 503",
    "POST /logout [] 204 403 503",
  ]);
});

Deno.test("sign-ups and logins are in the audit trail, with the caller's address", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const browser = new Browser(app, "203.0.113.9", { "user-agent": "Test/1" });
  const made = await browser.send("POST", "/signup", ADA);
  assertEquals(await made.json(), { success: true, message: "Your account was created: log in." });
  assertEquals(await browser.status("POST", "/login", { ...ADA, password: "wrong horse" }), 401);
  const login = await (await browser.send("POST", "/login", ADA)).json();
  assertEquals("password_change_due" in login, false);
  const trail = await database.sql`select action, detail from auth.audit_entries order by id`;
  const detail = { address: "203.0.113.9", user_agent: "Test/1" };
  assertEquals([...trail], [
    { action: "account.created", detail: { address: "203.0.113.9" } },
    { action: "account.sign_in_failed", detail },
    { action: "account.signed_in", detail },
  ]);
  const [session] = await database.sql`select user_agent, address from auth.sessions`;
  assertEquals(session, { user_agent: "Test/1", address: "203.0.113.9" });
});

Deno.test("errors of sign-up and login name the next step", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const closed = service(database.service, { signup: "closed" });
  const refused = await (await post(closed, "/signup", ADA)).json();
  assertEquals(refused.detail.startsWith("Sign-up is closed on this installation"), true);
  await post(app, "/signup", ADA);
  const taken = await (await post(app, "/signup", ADA)).json();
  assertEquals(taken.detail, "This email address already has an account: log in instead.");
  const wrong = await (await post(app, "/login", { ...ADA, password: "wrong horse" })).json();
  assertEquals(wrong.detail, "The email address or the password is wrong.");
  const ended = await (await new Browser(app).send("POST", "/refresh")).json();
  assertEquals(ended.detail, "There is no active session: log in again.");
});

Deno.test("sign-ups of one address are limited before their password is hashed", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const browser = new Browser(app, "203.0.113.9");
  await database.sql`
    insert into auth.signups (address) select '203.0.113.9' from generate_series(1, 50)`;
  assertEquals(await browser.status("POST", "/signup", ADA), 429);
  assertEquals(await new Browser(app, "203.0.113.8").status("POST", "/signup", ADA), 201);
});

Deno.test("a refresh replaces cookie and token, a logout ends both, only from the dashboard's origin", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const browser = await signedIn(app);
  const before = { cookie: browser.cookie, token: browser.token };
  const answer = await browser.send("POST", "/refresh");
  const { token, ...rest } = await answer.json();
  assertEquals([answer.status, rest], [
    200,
    { success: true, name: ADA.name, email: ADA.email, expires_in: 600 },
  ]);
  assertNotEquals(browser.cookie, before.cookie);
  assertEquals((await me(app, token)).status, 200);
  for (const path of ["/refresh", "/logout"]) {
    const stranger = new Browser(app, undefined, { origin: "https://evil.test" });
    stranger.cookie = browser.cookie;
    assertEquals(await stranger.status("POST", path), 403);
  }
  const { cookie } = browser;
  assertEquals(await browser.status("POST", "/logout"), 204);
  assertEquals(browser.cookie, undefined);
  assertEquals((await me(app, token)).status, 401);
  const again = Object.assign(new Browser(app), { cookie });
  const refused = await again.send("POST", "/refresh");
  assertEquals(refused.status, 401);
  assertStringIncludes(refused.headers.get("set-cookie")!, "Max-Age=0");
  assertEquals(await new Browser(app).status("POST", "/logout"), 204);
});

Deno.test("names, addresses and passwords have limits, and each invalid one is named", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const signup = async (change: Record<string, unknown>) => {
    const answer = await post(app, "/signup", { ...ADA, ...change });
    return [answer.status, (await answer.json()).errors?.[0]?.detail];
  };
  const email = (length: number) => `${"a".repeat(length - 12)}@example.org`;
  assertEquals(await signup({ name: "x".repeat(200), email: email(254) }), [201, undefined]);
  assertEquals((await signup({ name: "x".repeat(201) }))[0], 422);
  assertEquals((await signup({ email: email(255) }))[0], 422);
  assertEquals((await signup({ other: 1 }))[0], 422);
  assertEquals(await signup({ name: " " }), [422, "must not be empty"]);
  assertEquals(await signup({ email: "ada" }), [422, "must be an email address"]);
  assertEquals(await signup({ password: "1234567" }), [422, "must have at least 8 characters"]);
  assertEquals(await signup({ password: "x1".repeat(129) }), [
    422,
    "must have at most 256 characters",
  ]);
  assertEquals(await signup({ password: "password" }), [
    422,
    "is one of the most common passwords; choose another",
  ]);
  assertEquals(await signup({ password: "a fine horse \ud800" }), [422, "must be Unicode text"]);
  const login = async (change: Record<string, unknown>) =>
    (await post(app, "/login", { ...ADA, ...change })).status;
  assertEquals(await login({ password: "x".repeat(1024) }), 401);
  assertEquals(await login({ password: "x".repeat(1025) }), 422);
  assertEquals(await login({ email: `${"a".repeat(254)}` }), 401);
  assertEquals(await login({ email: `${"a".repeat(255)}` }), 422);
  assertEquals(await login({ email: ` ${email(254)} `, name: "more is no fault" }), 200);
});

Deno.test("requests and responses are described with their members", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const { components: { schemas } } = await (await app.request("/openapi.json")).json();
  const required = (name: string) => (schemas[name].required ?? []).toSorted();
  assertEquals(required("Signup"), ["email", "name", "password"]);
  assertEquals(required("Login"), ["email", "password"]);
  assertEquals(required("PasswordChange"), ["new_password", "password"]);
  assertEquals(required("Confirmation"), ["password"]);
  assertEquals(required("LoggedIn"), ["email", "expires_in", "name", "success", "token"]);
  assertEquals(required("Me"), ["email", "id", "name", "password_change_due"]);
  const values = (schema: { const?: unknown; enum?: unknown[] }) => schema.enum ?? [schema.const];
  const { success, password_change_due } = schemas.LoggedIn.properties;
  for (const schema of [schemas.Done.properties.success, success, password_change_due]) {
    assertEquals(values(schema), [true]);
  }
  for (const member of ["password", "new_password"]) {
    assertEquals(schemas.PasswordChange.properties[member].format, "password");
  }
});
