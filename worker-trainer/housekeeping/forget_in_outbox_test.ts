import { assertEquals } from "@std/assert";
import type { Sql } from "postgres";
import { testDatabase } from "../../testing/database.ts";
import { forgetInOutbox } from "./forget_in_outbox.ts";

const LONG = "a-customer-id-of-forty-characters-000042";

/** Creates an account with a project, an app, events and idempotent responses. */
async function account(sql: Sql, email: string) {
  const [{ id: owner }] = await sql`
    insert into auth.users (name, email, password) values ('Ada', ${email}, '') returning id`;
  const [{ id: project }] = await sql`
    insert into recommender.recommender_projects (owner_id, project_name, model_type)
    values (${owner}, 'Films', 'COLLABORATIVE') returning id`;
  const [{ id: app }] = await sql`
    insert into webhooks.apps (owner_id, app_name, api_key, key_prefix, key_last_four)
    values (${owner}, 'Shop', ${email}, 'airec_live_ab', 'wxyz') returning id`;
  const event = async (
    body: string | null,
    { response = null, request_id = null, ageSeconds = 0 }: {
      response?: string | null;
      request_id?: string | null;
      ageSeconds?: number;
    } = {},
  ): Promise<string> => {
    const [{ id }] = await sql`
      insert into webhooks.events (owner_id, app_id, type, body, request_id, created_at)
      values (
        ${owner}, ${app}, 'recommend.completed', ${body}, ${request_id},
        now() - ${ageSeconds} * interval '1 second'
      ) returning id`;
    const [{ id: delivery }] = await sql`
      insert into webhooks.deliveries (event_id, app_id) values (${id}, ${app}) returning id`;
    await sql`
      insert into webhooks.delivery_attempts (
        delivery_id, attempt, duration_ms, response, request_headers
      ) values (
        ${delivery}, 1, 5, ${response},
        ${sql.json({ "airec-event": "x", ...(request_id && { "x-request-id": request_id }) })}
      )`;
    return id;
  };
  const bodyOf = async (id: string) =>
    (await sql`select body from webhooks.events where id = ${id}`)[0].body;
  const responseOf = async (id: string) =>
    (await sql`
      select t.response from webhooks.delivery_attempts t
      join webhooks.deliveries d on d.id = t.delivery_id where d.event_id = ${id}`)[0].response;
  const erase = (user: string, at = project) =>
    sql`insert into recommender.erased_users (project_id, user_id) values (${at}, ${user})`;
  return { owner, project, event, bodyOf, responseOf, erase };
}

/** Returns the recommender's response for a user unknown to the model. */
function answerFor(user: string, project: number): string {
  return JSON.stringify({
    project_id: project,
    recommendations: [{ item_id: "42", item_title: 'The "42" Club', score: 0.42 }],
    fallback: "popular",
    fallback_reason: `The training knew no user ${JSON.stringify(user)}. These are popular.`,
  });
}

const forget = (sql: Sql) =>
  forgetInOutbox(sql, {
    log: (line) => {
      throw new Error(JSON.stringify(line));
    },
  });

/** Pretends that a minute has passed, after which no earlier call can be in progress. */
const later = (sql: Sql) =>
  sql`update webhooks.forgettings set created_at = created_at - interval '2 minutes'`;

Deno.test("bodies and answers lose the erased user, and nothing else of them changes", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ada = await account(sql, "ada@example.org");
  const { project, event, bodyOf, responseOf } = ada;
  const named = await event(answerFor("42", project), { response: "thanks for 42" });
  const other = await event(answerFor("43", project), { response: "thanks" });
  const elsewhere = await event(answerFor("42", project + 1000), { response: "thanks for 42" });
  const member = await event(`{"project_id": ${project}, "user_id": "42", "user_id": 42, "n": 42}`);
  const none = await event(null);
  await ada.erase("42");
  await forget(sql);
  assertEquals(
    await bodyOf(named),
    answerFor("42", project).replace('user \\"42\\"', "user …"),
  );
  assertEquals(JSON.parse(await bodyOf(named)).recommendations[0].item_title, 'The "42" Club');
  assertEquals([await responseOf(named), await responseOf(other)], [null, "thanks"]);
  assertEquals(await bodyOf(other), answerFor("43", project));
  assertEquals(await bodyOf(elsewhere), answerFor("42", project + 1000));
  assertEquals(await responseOf(elsewhere), "thanks for 42");
  assertEquals(
    await bodyOf(member),
    `{"project_id": ${project}, "user_id": null, "user_id": null, "n": 42}`,
  );
  assertEquals(await bodyOf(none), null);
});

Deno.test("an erased visitor's id is removed, one that is short or a user's stays", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ada = await account(sql, "ada@example.org");
  const visitor = crypto.randomUUID();
  const answer = (id: string) => `{"project_id": ${ada.project}, "user_id": "${id}"}`;
  const options = { response: `for ${visitor}`, request_id: visitor };
  const events = [await ada.event(answer(visitor), options), await ada.event(answer("eve"))];
  for (const id of [visitor, "eve"]) await ada.erase(`\u0001${id}`);
  await forget(sql);
  assertEquals(await ada.bodyOf(events[0]), answer(visitor).replace(`"${visitor}"`, "null"));
  assertEquals(await ada.bodyOf(events[1]), answer("eve"), "the user of the same id is another");
  assertEquals(await ada.responseOf(events[0]), null);
  const kept = await sql`
    select e::text || coalesce(t::text, '') as row
    from webhooks.events e join webhooks.deliveries d on d.event_id = e.id
      join webhooks.delivery_attempts t on t.delivery_id = d.id`;
  assertEquals(kept.filter(({ row }) => row.includes(visitor)), []);
});

Deno.test("a distinctive id is removed wherever it occurs", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ada = await account(sql, "ada@example.org");
  const { owner, project, event } = ada;
  await event(answerFor(LONG, project), { response: `stored for ${LONG}` });
  await event(`{"project_id": ${project}, "data": {"note": "see ${LONG}, please"}}`, {
    response: `{"who": "${LONG}"}`,
    request_id: `ask-${LONG}`,
  });
  await sql`
    insert into http.idempotent_requests
      (owner_id, service, key, fingerprint, locked_until, status, body)
    values (
      ${owner}, 'recommender', ${`erase ${LONG}`}, 'ab', now(), 202, ${`{"user_id": "${LONG}"}`}
    )`;
  await ada.erase(LONG);
  await forget(sql);
  await later(sql);
  await forget(sql);
  const [{ left }] = await sql<{ left: string }[]>`
    select concat(
      (select jsonb_agg(to_jsonb(e)) from webhooks.events e),
      (select jsonb_agg(to_jsonb(t)) from webhooks.delivery_attempts t),
      (select jsonb_agg(to_jsonb(r)) from http.idempotent_requests r),
      (select jsonb_agg(to_jsonb(f)) from webhooks.forgettings f)
    ) as left`;
  assertEquals(left.includes(LONG), false, left);
  assertEquals(left.includes("airec-event"), true);
});

Deno.test("ids with any characters are found in their JSON encoding", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ada = await account(sql, "ada@example.org");
  const users = [
    ...[
      'a "quoted" \\ one',
      "größer/ok",
      "(a+)+$[x]{2}|^.?*",
      "😀",
      "tab\tand\nline",
      "7",
      "x".repeat(300),
    ],
  ];
  const events = [];
  for (const user of users) {
    events.push({
      user,
      named: await ada.event(answerFor(user.slice(0, 200), ada.project)),
      member: await ada.event(JSON.stringify({ project_id: ada.project, user_id: user })),
    });
    await ada.erase(user);
  }
  await forget(sql);
  for (const { user, named, member } of events) {
    const { fallback_reason } = JSON.parse(await ada.bodyOf(named));
    assertEquals([user, fallback_reason], [
      user,
      "The training knew no user …. These are popular.",
    ]);
    const { user_id } = JSON.parse(await ada.bodyOf(member));
    assertEquals([user, user_id === null || user_id === "…"], [user, true]);
  }
});

Deno.test("events of calls in flight are cleaned as well, before the entry is completed", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const ada = await account(sql, "ada@example.org");
  const eve = await account(sql, "eve@example.org");
  const hers = await eve.event(answerFor("42", ada.project), { response: "42" });
  await ada.event(answerFor("42", ada.project));
  await ada.erase("42");
  await forget(sql);
  const late = await ada.event(answerFor("42", ada.project));
  await forget(sql);
  assertEquals((await ada.bodyOf(late)).includes("user …"), true);
  assertEquals((await sql`select from webhooks.forgettings`).length, 1);
  await later(sql);
  await forget(sql);
  assertEquals((await sql`select from webhooks.forgettings`).length, 0);
  // Data of another owner are kept, whatever project they mention.
  assertEquals(await eve.bodyOf(hers), answerFor("42", ada.project));
  assertEquals(await eve.responseOf(hers), "42");
});

Deno.test("a failing entry is retried later and delays no other; many events are searched", async () => {
  await using database = await testDatabase();
  const { sql } = database;
  const [ada, eve] = [await account(sql, "a@example.org"), await account(sql, "e@example.org")];
  await ada.event(answerFor("42", ada.project));
  await sql`
    insert into webhooks.events (owner_id, type, body)
    select ${eve.owner}, 'recommend.completed', ${answerFor("42", eve.project)}
    from generate_series(1, 1200)`;
  await ada.erase("42");
  await eve.erase("42");
  // A trigger that fails for Ada's events only.
  await sql.unsafe(`
    create function public.refuse() returns trigger language plpgsql as $$
    begin raise exception 'not just now'; end $$;
    create trigger refuse before update on webhooks.events for each row
    when (old.owner_id = '${ada.owner}') execute function public.refuse()`);
  const said: unknown[] = [];
  await forgetInOutbox(sql, { log: ({ error }) => void said.push(error) });
  assertEquals(said, ["not just now"]);
  const named = async (owner: string) =>
    (await sql`
      select from webhooks.events where owner_id = ${owner} and body like '%user \\\\"42%'`).length;
  assertEquals([await named(ada.owner), await named(eve.owner)], [1, 0]);
  await sql`drop trigger refuse on webhooks.events`;
  await sql`update webhooks.forgettings set next_try_at = now()`;
  await forget(sql);
  assertEquals(await named(ada.owner), 0);
});
