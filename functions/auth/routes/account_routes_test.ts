import { assert, assertEquals, assertRejects } from "@std/assert";
import { addOwnedRows } from "../../../testing/owned_rows.ts";
import { testDatabase } from "../../../testing/database.ts";
import { note } from "../audit.ts";
import { createPasswords } from "../passwords.ts";
import { ADA, Browser, PEPPER, SECRET, service, signedIn } from "../../../testing/auth_service.ts";
import { describedRoutes } from "../../../testing/contracts/described_routes.ts";
import { ACCESS, mintToken } from "../../http/identity/identity.ts";
import { setOneTimePassword } from "../users.ts";

const EVE = { name: "Eve", email: "eve@example.org", password: "another fine horse" };

Deno.test("a changed password ends all other sessions, and the old password is refused", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const [here, there] = [await signedIn(app), new Browser(app)];
  await there.send("POST", "/login", ADA);
  const change = { password: ADA.password, new_password: "a new fine horse" };
  for (
    const [body, pointer] of [
      [{ ...change, password: "wrong horse" }, "/password"],
      [{ ...change, new_password: "short" }, "/new_password"],
      [{ ...change, new_password: "Password123" }, "/new_password"],
    ] as const
  ) {
    const refused = await here.send("POST", "/password", body);
    assertEquals([refused.status, (await refused.json()).errors[0].pointer], [422, pointer]);
  }
  assertEquals(await there.status("POST", "/refresh"), 200);

  assertEquals(await here.status("POST", "/password", change), 200);
  assertEquals(await here.status("POST", "/refresh"), 200);
  assertEquals(await there.status("GET", "/me"), 401);
  assertEquals(await there.status("POST", "/refresh"), 401);
  assertEquals(await there.status("POST", "/login", ADA), 401);
  assertEquals(await there.status("POST", "/login", { ...ADA, password: "a new fine horse" }), 200);
});

Deno.test("a change of the account is executed once under one Idempotency-Key", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const ada = await signedIn(app);
  const send = async (key: string, method: string, path: string, body?: unknown) => {
    const browser = Object.assign(new Browser(app, undefined, { "idempotency-key": key }), ada);
    Object.assign(browser, { headers: { ...ada.headers, "idempotency-key": key } });
    const answer = await browser.send(method, path, body);
    return [answer.status, answer.headers.get("idempotent-replayed")];
  };
  const change = { password: ADA.password, new_password: "a new fine horse" };
  assertEquals(await send("k1", "POST", "/password", change), [200, null]);
  assertEquals(await send("k1", "POST", "/password", change), [200, "true"]);
  const other = { ...change, new_password: "a fine new horse" };
  assertEquals(await send("k1", "POST", "/password", other), [422, null]);
  const now = { ...ADA, password: change.new_password };
  assertEquals(await new Browser(app).status("POST", "/login", now), 200);
  const [{ changes }] = await database.sql`
    select count(*)::int as changes from auth.audit_entries
    where action = 'account.password_changed'`;
  assertEquals(changes, 1);
  // Also replayed if the first request ended its own session.
  assertEquals(await send("k2", "POST", "/logout-all"), [204, null]);
  assertEquals(await send("k2", "POST", "/logout-all"), [204, "true"]);
  assertEquals(await send("k3", "POST", "/logout-all"), [401, null]);
});

Deno.test("deleting an account deletes everything it owned, and nothing else", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const app = service(database.service);
  const ada = await signedIn(app);
  const eve = await signedIn(app, EVE);
  const [ids] = await sql`
    select (select id from auth.users where name = 'Ada') as ada,
      (select id from auth.users where name = 'Eve') as eve`;
  for (const owner of [ids.ada, ids.eve]) await addOwnedRows(sql, owner);

  assertEquals(await ada.status("DELETE", "/me", { password: "wrong horse" }), 422);
  assertEquals(await ada.status("DELETE", "/me", {}), 422);
  assertEquals(await ada.status("DELETE", "/me", { password: ADA.password }), 204);
  assertEquals(ada.cookie, undefined);
  assertEquals(await ada.status("GET", "/me"), 401);
  assertEquals(await ada.status("POST", "/login", ADA), 401);
  assertEquals(await eve.status("GET", "/me"), 200);

  for (const { table, column } of await ownedTables(sql)) {
    const [{ mine, others }] = await sql`
      select count(*) filter (where ${sql(column)} = ${ids.ada})::int as mine,
        count(*) filter (where ${sql(column)} = ${ids.eve})::int as others
      from ${sql(table)}`;
    assertEquals(mine, 0, table);
    assert(others > 0, `${table} was not tried`);
  }
  const erased = await sql`select kind, name from recommender.erasures order by kind, name`;
  assertEquals(erased.map(({ kind }) => kind), ["BLOB", "BLOB", "MODEL"]);
  assertEquals(erased[0].name, `uploads/${ids.ada}`);
});

Deno.test("a token of a deleted account is 401, not an internal error", async () => {
  await using database = await testDatabase();
  const { problemOf } = await import("../../http/problem.ts");
  const error = await assertRejects(() =>
    database.sql`
      insert into recommender.recommender_projects (owner_id, project_name, model_type)
      values (${crypto.randomUUID()}, 'Films', 'CONTENT')`
  );
  assertEquals(problemOf(error).code, "unauthenticated");
});

Deno.test("the export contains all stored data of the account, of no other, and no secret", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const app = service(database.service);
  const ada = await signedIn(app);
  const eve = await signedIn(app, EVE);
  for (const { id } of await sql`select id from auth.users`) await addOwnedRows(sql, id);
  const answer = await ada.send("GET", "/me/export");
  assertEquals(
    answer.headers.get("content-disposition"),
    'attachment; filename="airec-account.json"',
  );
  const text = await answer.text();
  const { auth, recommender, webhooks } = JSON.parse(text);
  assertEquals([auth.account.name, auth.account.email], ["Ada", ADA.email]);
  assertEquals(auth.sessions.length, 2);
  assertEquals(auth.audit.map(({ action }: { action: string }) => action), [
    "account.created",
    ...["account.signed_in", "account.signed_in"],
    ...["app.registered", "key.made", "endpoint.added", "identity_secret.made"],
    ...["project.created", "model.promoted", "project.user_erased"],
    "account.exported",
  ]);
  const { actor } = auth.audit.at(-1);
  assertEquals(actor, `account:${auth.account.id}`);
  assertEquals(webhooks.apps.map(({ app_name }: { app_name: string }) => app_name), ["Shop"]);
  const [{ api_keys: [key], endpoints: [endpoint] }] = webhooks.apps;
  assertEquals([key.key_last_four, endpoint.url], ["wxyz", "https://shop.test/hook"]);
  const [project] = recommender.projects;
  assertEquals([project.project_name, project.files[0].file_name], ["Films", "films.csv"]);
  assertEquals(project.files[0].mappings, { item_id: ["film"] });

  const [stored] = await sql`
    select u.password, encode(t.hash, 'hex') as hash
    from auth.users u join auth.sessions s on s.owner_id = u.id
      join auth.refresh_tokens t on t.session_id = s.id
    where u.name = 'Ada'`;
  const [{ id: other }] = await sql`select id from auth.users where name = 'Eve'`;
  const secrets = [
    stored.password,
    stored.hash,
    ada.cookie!,
    ada.token!,
    "hash-of-a-key",
    new TextEncoder().encode("sealed-secret").toHex(),
    other,
  ];
  for (const secret of secrets) assertEquals(text.includes(secret), false, secret);
  assertEquals(await new Browser(app).status("GET", "/me/export"), 401);
  assertEquals(await eve.status("GET", "/me/export"), 200);
});

Deno.test("the audit trail is shown only to its owner, in pages, and cannot be changed", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const app = service(database.service);
  const ada = await signedIn(app);
  const eve = await signedIn(app, EVE);
  await ada.send("POST", "/login", { ...ADA, password: "wrong horse" });
  const [{ id }] = await sql`select id from auth.users where name = 'Ada'`;
  await note(sql, id, { action: "app.registered", detail: { app_name: "Shop" } });
  await note(sql, crypto.randomUUID(), { action: "app.registered" });

  const seen: { action: string; detail: Record<string, unknown>; actor: string | null }[] = [];
  let path: string | undefined = "/audit?limit=2";
  while (path) {
    const answer: Response = await ada.send("GET", path);
    seen.push(...await answer.json());
    path = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  assertEquals(seen.map(({ action }) => action), [
    "app.registered",
    "account.sign_in_failed",
    "account.signed_in",
    "account.created",
  ]);
  // The operator's own entry, a caller who was not signed in, and the account itself.
  const self = `account:${id}`;
  assertEquals(seen.map(({ actor }) => actor), ["system", null, self, self]);
  assertEquals(seen[1].detail, { address: "203.0.113.1", user_agent: null });
  assertEquals((await (await eve.send("GET", "/audit")).json()).length, 2);
  assertEquals(await ada.status("GET", "/audit?cursor=x"), 422);
  assertEquals(await new Browser(app).status("GET", "/audit"), 401);

  for (
    const change of [
      sql`update auth.audit_entries set action = 'app.other'`,
      sql`delete from auth.audit_entries`,
      sql`truncate auth.audit_entries`,
    ]
  ) {
    await assertRejects(() => change, Error, "append-only");
  }
  await assertRejects(() => note(sql, id, { action: "no subject" }));
});

Deno.test("a one-time password is valid for one login within a day, and must then be changed", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const app = service(database.service);
  const before = await signedIn(app);
  const passwords = createPasswords({ pepper: PEPPER, cost: 4 });
  const give = async (password: string) =>
    await setOneTimePassword(sql, {
      email: "ADA@example.org",
      password: await passwords.hash(password),
    });
  assertEquals((await give("given by phone"))?.name, "Ada");
  const given = { ...ADA, password: "given by phone" };
  const browser = new Browser(app);
  assertEquals(await browser.status("POST", "/login", ADA), 401);
  const login = await (await browser.send("POST", "/login", given)).json();
  assertEquals(login.password_change_due, true);
  assertEquals((await (await browser.send("GET", "/me")).json()).password_change_due, true);
  assertEquals(await new Browser(app).status("POST", "/login", given), 401, "it is spent");
  const change = { password: given.password, new_password: "chosen by Ada" };
  assertEquals(await browser.status("POST", "/password", change), 200);
  assertEquals((await (await browser.send("GET", "/me")).json()).password_change_due, false);
  assertEquals(await before.status("POST", "/refresh"), 401);
  const chosen = { ...ADA, password: "chosen by Ada" };
  for (let n = 0; n < 2; n++) {
    assertEquals(await new Browser(app).status("POST", "/login", chosen), 200);
  }

  await give("given by letter");
  await sql`update auth.users set password_expires_at = password_expires_at - interval '1 day'`;
  const late = { ...ADA, password: "given by letter" };
  assertEquals(await new Browser(app).status("POST", "/login", late), 401);
  assertEquals(await setOneTimePassword(sql, { email: "nobody@example.org", password: "x" }), null);
});

type Sql = Awaited<ReturnType<typeof testDatabase>>["sql"];

/** Returns every foreign key column that references an account, in all schemas. */
async function ownedTables(sql: Sql) {
  return await sql<{ table: string; column: string }[]>`
    select conrelid::regclass::text as table, a.attname as column
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'auth.users'::regclass`;
}

Deno.test("the routes that change the account are described", async () => {
  await using database = await testDatabase();
  const routes = await describedRoutes(service(database.service), /^\/(me|password|logout-all)$/);
  assertEquals(routes.filter((route) => !route.startsWith("GET")), [
    "DELETE /me [bearer] 204 400 401 403 413 415 422 429 503",
    "POST /password [bearer] 200 400 401 403 409 413 415 422 429 503",
    "POST /logout-all [bearer] 204 401 403 503",
  ]);
});

Deno.test("a changed password is in the audit trail with the address, and so is a wrong one", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const ada = await signedIn(app);
  const change = { password: ADA.password, new_password: "a new fine horse" };
  const wrong = await ada.send("POST", "/password", { ...change, password: "wrong horse" });
  assertEquals((await wrong.json()).errors, [
    { pointer: "/password", detail: "is not the account's password" },
  ]);
  const changed = await ada.send("POST", "/password", change);
  assertEquals(await changed.json(), {
    success: true,
    message: "Your password was changed, and all other sessions were ended.",
  });
  const trail = await database.sql`
    select action, detail from auth.audit_entries
    where action like 'account.password%' order by id`;
  const detail = { address: "203.0.113.1" };
  assertEquals([...trail], [
    { action: "account.password_refused", detail },
    { action: "account.password_changed", detail },
  ]);
});

Deno.test("of two concurrent password changes one succeeds, and the other is 409", async () => {
  await using database = await testDatabase();
  const passwords = createPasswords({ pepper: PEPPER, cost: 4 });
  let hashing = 0;
  const both = Promise.withResolvers<void>();
  const app = service(database.service, {
    passwords: {
      ...passwords,
      async hash(password) {
        if (password !== ADA.password && ++hashing === 2) both.resolve();
        if (password !== ADA.password) await both.promise;
        return await passwords.hash(password);
      },
    },
  });
  const ada = await signedIn(app);
  const answers = await Promise.all(
    ["a fine horse", "a finer horse"].map((new_password) =>
      ada.send("POST", "/password", { password: ADA.password, new_password })
    ),
  );
  assertEquals(answers.map(({ status }) => status).sort(), [200, 409]);
  const problem = await answers.find(({ status }) => status === 409)!.json();
  assertEquals(
    problem.detail,
    "Another request changed the password at the same time; this one changed nothing.",
  );
});

Deno.test("signing out everywhere that fails says so, and ends no session", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const here = await signedIn(service(database.service));
  await sql`
    create function auth.refuse() returns trigger language plpgsql as
    'begin raise exception ''no session may be deleted''; end'`;
  await sql`
    create trigger refuse before delete on auth.sessions
    for each row execute function auth.refuse()`;
  try {
    assertEquals(await here.status("POST", "/logout-all"), 500);
    assertEquals(await here.status("GET", "/me"), 200);
  } finally {
    await sql`drop function auth.refuse cascade`;
  }
});

Deno.test("signing out everywhere ends all sessions, clears the cookie and is in the audit trail", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const [here, there, eve] = [await signedIn(app), new Browser(app), await signedIn(app, EVE)];
  await there.send("POST", "/login", ADA);
  assertEquals(await here.status("POST", "/logout-all"), 204);
  assertEquals(here.cookie, undefined);
  for (const browser of [here, there]) assertEquals(await browser.status("GET", "/me"), 401);
  assertEquals(await there.status("POST", "/refresh"), 401);
  assertEquals(await eve.status("GET", "/me"), 200);
  const [{ action }] = await database.sql`
    select action from auth.audit_entries order by id desc limit 1`;
  assertEquals(action, "account.signed_out_everywhere");
});

Deno.test("a deletion by the owner is logged with their id", async () => {
  await using database = await testDatabase();
  const entries: unknown[] = [];
  const app = service(database.service, { log: (entry) => void entries.push(entry) });
  const ada = await signedIn(app);
  const { id } = await (await ada.send("GET", "/me")).json();
  const wrong = await ada.send("DELETE", "/me", { password: "wrong horse" });
  assertEquals((await wrong.json()).errors[0].pointer, "/password");
  assertEquals(await ada.status("DELETE", "/me", { password: ADA.password }), 204);
  const deleted = entries.filter((entry) => JSON.stringify(entry).includes(id));
  assertEquals(deleted, [
    { level: "info", message: "An account was deleted by its owner.", owner_id: id },
  ]);
});

Deno.test("a token with an ended session, or without one, is 401 with a WWW-Authenticate header", async () => {
  await using database = await testDatabase();
  const app = service(database.service);
  const ada = await signedIn(app);
  const { id } = await (await ada.send("GET", "/me")).json();
  const bare = await mintToken(id, { kind: ACCESS, secret: SECRET, seconds: 60 });
  await database.sql`delete from auth.sessions`;
  for (const token of [ada.token, bare]) {
    const answer = await Object.assign(new Browser(app), { token }).send("GET", "/me");
    assertEquals([answer.status, answer.headers.get("www-authenticate")], [
      401,
      'Bearer realm="airec"',
    ]);
    assertEquals(
      (await answer.json()).detail,
      "The session of this token has ended: log in again.",
    );
  }
});
