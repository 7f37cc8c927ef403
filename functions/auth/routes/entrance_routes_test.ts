import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { testDatabase } from "../../../testing/database.ts";
import { ACCESS, mintToken, verifyToken } from "../../http/identity/identity.ts";
import { createPasswords } from "../passwords.ts";
import { ADA, PEPPER, SECRET, type Service, service } from "../../../testing/auth_service.ts";

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

Deno.test("an unknown address and a wrong password get one answer, for one bcrypt each", async () => {
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

Deno.test("a login renews a hash when the cost rose", async () => {
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

Deno.test("passwords have 8 to 256 characters of any Unicode and are not the commonest", async () => {
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

Deno.test("input at fault is named, never a 500", async () => {
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

Deno.test("a closed installation takes no new accounts, and known ones log in", async () => {
  await using database = await testDatabase();
  await post(service(database.service), "/signup", ADA);
  const closed = service(database.service, { signup: "closed" });
  const refused = await post(closed, "/signup", { ...ADA, email: "eve@example.org" });
  assertEquals([refused.status, (await refused.json()).code], [403, "forbidden"]);
  assertEquals((await post(closed, "/login", ADA)).status, 200);
});

Deno.test("a token of the key before lets in, one of a gone account does not", async () => {
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
