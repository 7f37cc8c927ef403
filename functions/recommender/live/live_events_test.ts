import { assert, assertEquals, assertRejects } from "@std/assert";
import postgres, { type Sql } from "postgres";
import { testDatabase } from "../../../testing/database.ts";
import { until } from "../../../testing/until.ts";
import { appendEvents, countLiveEvents, eventsOf, type NewEvent } from "./live_events.ts";
import { mergeVisitor } from "./merged_visitors.ts";

Deno.test("calls share a statement: events are numbered in their order, repeats are named", async () => {
  await using shop = await twoShops();
  const { service, ada, eve } = shop;
  const [first, second, foreign, gone] = await appendEvents(service, [
    call(ada, "ann", [event("1", "e9"), event("2", "e1"), event("3", "e9"), event("4", null)]),
    call(eve, "ann", [event("1", "e9")]),
    call({ ...ada, ownerId: eve.ownerId }, "ann", [event("1", "x")]),
    call({ ...ada, projectId: 999_999 }, "ann", [event("1", "y")]),
  ]);
  assertEquals(first, { added: 3, duplicates: [2] });
  assertEquals(second, { added: 1, duplicates: [] }, "ids are unique in one project");
  assertEquals([foreign, gone], [null, null]);

  assertEquals(
    await appendEvents(service, [call(ada, "bob", [event("5", "e1"), event("5", "e2")])]),
    [
      { added: 1, duplicates: [0] },
    ],
  );
  const [ann, bob, stranger, eves] = await eventsOf(service, [
    asked(ada, "ann"),
    asked(ada, "bob"),
    asked(ada, "cleo"),
    asked({ ...ada, ownerId: eve.ownerId }, "ann"),
  ]);
  assertEquals(ann.events.map(({ itemId }) => itemId), ["1", "2", "4"]);
  assertEquals(ann.events[0], {
    seq: ann.events[0].seq,
    itemId: "1",
    type: "view",
    value: null,
    time: at / 1000,
  });
  assertEquals(bob.events.map(({ itemId }) => itemId), ["5"]);
  assertEquals([stranger.events, eves.events], [[], []]);
  const [later] = await eventsOf(service, [asked(ada, "ann", ann.events[1].seq)]);
  assertEquals(later.events.map(({ itemId }) => itemId), ["4"]);
  assertEquals(await countLiveEvents(service, ada.ownerId, ada.projectId), 4);
  assertEquals(await countLiveEvents(service, eve.ownerId, ada.projectId), null);
});

Deno.test("what follows a word that rejects counts again on the same day", async () => {
  await using shop = await twoShops();
  const { service, ada } = shop;
  const types = ["like", "like", "skip", "like", "skip", "play", "play"];
  const events = types.map((type) => ({ ...event("1", null), type }));
  // Together, and each by itself.
  await appendEvents(service, [call(ada, "ann", events)]);
  for (const one of events) await appendEvents(service, [call(ada, "bob", [one])]);
  await appendEvents(service, [call(ada, "cleo", [events[0], events[0], events[5], events[5]])]);
  const counted = async (person: string) =>
    (await eventsOf(service, [asked(ada, person)]))[0].events.map(({ type }) => type);
  assertEquals(await counted("bob"), ["like", "skip", "like", "skip", "play", "play"]);
  assertEquals(await counted("cleo"), ["like", "play"]);
  // Within a call, what precedes an opinion may count twice: it replaces both.
  assertEquals(await counted("ann"), types);
});

Deno.test("a merge takes the visitor's events up to it; the anonymous id keeps the later ones", async () => {
  await using shop = await twoShops();
  const { service, ada } = shop;
  const append = (person: string, item: string, anonymous: boolean) =>
    appendEvents(service, [call(ada, person, [event(item, null)], anonymous)]);
  await append("v", "1", true);
  await append("v", "other kind", false);
  const before = await learnedTo(shop.sql, ada.projectId);
  await append("v", "2", true);
  await append("ann", "3", false);
  assert(await mergeVisitor(service, ada.ownerId, { ...merge("v", "ann"), ...ada }));
  await append("v", "4", true);
  await append("v", "5", true);
  const between = await learnedTo(shop.sql, ada.projectId);
  assert(await mergeVisitor(service, ada.ownerId, { ...merge("v", "bob"), ...ada }));
  await append("v", "6", true);

  const items = async (since: number) => {
    const found = await eventsOf(service, [
      asked(ada, "ann", since),
      asked(ada, "bob", since),
      { ...asked(ada, "v", since), anonymous: true },
      asked(ada, "v", since),
    ]);
    return found.map(({ events, merged, isMerged }) => [
      events.map(({ itemId }) => itemId).join(),
      merged.join(),
      isMerged,
    ]);
  };
  assertEquals(await items(0), [
    ["1,2,3", "v", false],
    // A model without any event has a history of the visitor from before: that is Ann's.
    ["4,5", "", false],
    ["6", "", true],
    ["other kind", "", false],
  ]);
  assertEquals(await items(before), [
    ["2,3", "v", false],
    ["4,5", "", false],
    ["6", "", true],
    ["", "", false],
  ]);
  assertEquals(await items(between), [
    ["", "", false],
    ["", "v", false],
    ["6", "", true],
    ["", "", false],
  ]);
  assertEquals(await items(await learnedTo(shop.sql, ada.projectId)), [
    ["", "", false],
    ["", "", false],
    ["", "", false],
    ["", "", false],
  ]);
});

Deno.test("of the visitors merged into a user an answer reads the last 100", async () => {
  await using shop = await twoShops();
  const { service, ada } = shop;
  const visitors = Array.from({ length: 102 }, (_, n) => `v${n}`);
  for (const [n, visitor] of visitors.entries()) {
    await appendEvents(service, [call(ada, visitor, [event(`i${n}`, null)], true)]);
    await mergeVisitor(service, ada.ownerId, { ...merge(visitor, "ann"), ...ada });
  }
  const [{ events, merged }] = await eventsOf(service, [asked(ada, "ann")]);
  assertEquals(merged, visitors.slice(2));
  assertEquals(events.map(({ itemId }) => itemId), visitors.slice(2).map((_, n) => `i${n + 2}`));
});

Deno.test("a merge is repeated only where events have come since", async () => {
  await using shop = await twoShops();
  const { sql, service, ada, eve } = shop;
  const count = async () => (await sql`select from recommender.merged_visitors`).length;
  const mergeInto = (user: string) =>
    mergeVisitor(service, ada.ownerId, { ...merge("v", user), ...ada });
  await mergeInto("ann");
  await mergeInto("ann");
  assertEquals(await count(), 1);
  await appendEvents(service, [call(ada, "v", [event("1", null)], true)]);
  await mergeInto("ann");
  await mergeInto("ann");
  assertEquals(await count(), 2);
  // Two users who sign in by turns add nothing without events between.
  for (const user of ["bob", "ann", "bob"]) assert(await mergeInto(user));
  assertEquals(await count(), 2);
  // An event that came after the merge and is in files only.
  await appendEvents(service, [call(ada, "v", [event("2", null)], true)]);
  await sql`delete from recommender.live_events`;
  await sql`
    update recommender.recommender_projects
    set events_dropped_to = (select last_value from recommender.live_events_seq_seq)
    where id = ${ada.projectId}`;
  await mergeInto("bob");
  await mergeInto("bob");
  assertEquals(await count(), 3);
  assertEquals(await mergeVisitor(service, eve.ownerId, { ...merge("v", "ann"), ...ada }), false);
  assertEquals(await count(), 3);
  // Of an erased visitor, which has no merge left, nothing is left to merge.
  await sql`
    insert into recommender.erased_users (project_id, user_id) values (${ada.projectId}, 'bob')`;
  assertEquals((await sql`select from recommender.merged_visitors where user_id = 'bob'`).count, 0);
  const [{ due }] = await sql`
    select recommender.is_merge_due(${ada.ownerId}, ${ada.projectId}, 'v', 'bob') as due`;
  assertEquals(due, false);
});

Deno.test("events of erased persons are accepted and dropped, those of visitors merged into them too", async () => {
  await using shop = await twoShops();
  const { sql, service, ada } = shop;
  await appendEvents(service, [call(ada, "v", [event("1", "a")], true)]);
  await sql`
    insert into recommender.erased_users (project_id, user_id) values (${ada.projectId}, 'ann')`;
  assertEquals(await appendEvents(service, [call(ada, "ann", [event("1", "b")])]), [
    { added: 0, duplicates: [] },
  ]);
  assert(await mergeVisitor(service, ada.ownerId, { ...merge("v", "ann"), ...ada }));
  assertEquals(await appendEvents(service, [call(ada, "v", [event("1", "c")], true)]), [
    { added: 0, duplicates: [] },
  ]);
  assertEquals((await sql`select from recommender.live_events`).length, 0);
  assertEquals(await countLiveEvents(service, ada.ownerId, ada.projectId), 0);
  assertEquals(await appendEvents(service, [call(ada, "v", [event("1", "d")])]), [
    { added: 1, duplicates: [] },
  ], "a user of the same id is another person");
});

Deno.test("learned_to waits for appends under way, and no later event is below it", async () => {
  await using shop = await twoShops();
  const { sql, service, ada, eve } = shop;
  const goOn = Promise.withResolvers<void>();
  const appended = Promise.withResolvers<void>();
  const open = service.begin(async (sql) => {
    await appendEvents(sql as unknown as Sql, [call(ada, "ann", [event("1", "a")])]);
    appended.resolve();
    await goOn.promise;
  });
  await appended.promise;
  let settled = false;
  const learned = learnedTo(sql, ada.projectId).finally(() => settled = true);
  await until(async () =>
    (await sql`select from pg_locks where locktype = 'advisory' and not granted`).length > 0
  );
  assertEquals(settled, false);
  assert(await learnedTo(sql, eve.projectId) > 0, "another project's appends are not waited for");
  goOn.resolve();
  await open;
  const number = await learned;
  const [{ events: [first] }] = await eventsOf(service, [asked(ada, "ann")]);
  assertEquals(first.seq <= number, true);
  await appendEvents(service, [call(ada, "ann", [event("2", "b")])]);
  const [{ events }] = await eventsOf(service, [asked(ada, "ann", number)]);
  assertEquals(events.map(({ itemId }) => itemId), ["2"]);
  // Deleted events do not lower it.
  await sql`delete from recommender.live_events`;
  assert(await learnedTo(sql, ada.projectId) > number);
});

Deno.test("an append that waits too long for its project fails and stores nothing", async () => {
  await using shop = await twoShops();
  const { sql, service, ada } = shop;
  const goOn = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const holder = sql.begin(async (sql) => {
    await sql`select recommender.learned_to(${ada.projectId})`;
    locked.resolve();
    await goOn.promise;
  });
  await locked.promise;
  await assertRejects(
    () => appendEvents(service, [call(ada, "ann", [event("1", "a")])]),
    "lock timeout",
  );
  goOn.resolve();
  await holder;
  assertEquals((await sql`select from recommender.live_events`).length, 0);
});

Deno.test("the cost of an append does not grow with the square of its events", async () => {
  await using shop = await twoShops();
  const { sql, ada } = shop;
  const plans: string[] = [];
  await using connection = {
    sql: postgres(shop.url, { max: 1, onnotice: ({ message }) => void plans.push(message) }),
    [Symbol.asyncDispose]: () => connection.sql.end(),
  };
  for (
    const setting of [
      "load 'auto_explain'",
      "set auto_explain.log_min_duration = 0",
      "set auto_explain.log_analyze = on",
      "set auto_explain.log_nested_statements = on",
      "set auto_explain.log_level = 'notice'",
    ]
  ) await connection.sql.unsafe(setting);
  // A day each, and few persons: both are compared in windows.
  const days = Array.from({ length: 500 }, (_, n) => ({
    ...event(String(n), `d${n}`),
    at: at - n * 86_400_000,
  }));
  const calls = Array.from(
    { length: 10 },
    (_, n) =>
      call(ada, `p${n}`, Array.from({ length: 50 }, (_, i) => event(String(i), `p${n} e${i}`))),
  );
  const answers = await appendEvents(connection.sql, [call(ada, "ann", days), ...calls]);
  assertEquals(answers.map((answer) => answer!.added), [500, ...calls.map(() => 50)]);
  assertEquals((await sql`select from recommender.live_events where counted`).length, 1_000);
  const compared = plans.flatMap((plan) =>
    [...plan.matchAll(/Rows Removed by Join Filter: (\d+)/g)].map(([, rows]) => Number(rows))
  );
  assert(plans.some((plan) => plan.includes("Insert on live_events")));
  assert(Math.max(0, ...compared) < 20_000, `${compared} rows were compared in nested loops`);
});

Deno.test("processes that append the same ids at once store each once", async () => {
  await using shop = await twoShops();
  const { service, ada, eve } = shop;
  const ids = Array.from({ length: 200 }, (_, n) => `e${n}`);
  const results = await Promise.all(Array.from({ length: 8 }, (_, process) => {
    const order = process % 2 === 0 ? ids : ids.toReversed();
    const projects = process % 3 === 0 ? [eve, ada] : [ada, eve];
    return appendEvents(
      service,
      projects.map((project) => call(project, "ann", order.map((id) => event("1", id)))),
    );
  }));
  const added = results.flat().reduce((sum, result) => sum + result!.added, 0);
  assertEquals(added, 400);
  assertEquals(await countLiveEvents(service, ada.ownerId, ada.projectId), 200);
});

const at = Date.UTC(2026, 1, 3, 4, 5, 6, 789);

interface Shop {
  ownerId: string;
  projectId: number;
}

function event(itemId: string, id: string | null): NewEvent {
  return { id, itemId, type: "view", value: null, at, known: true };
}

function call({ ownerId, projectId }: Shop, person: string, events: NewEvent[], anonymous = false) {
  return { ownerId, projectId, person, anonymous, events };
}

function asked({ ownerId, projectId }: Shop, person: string, since = 0) {
  return { ownerId, projectId, person, anonymous: false, since };
}

function merge(anonymousId: string, userId: string) {
  return { anonymousId, userId };
}

async function learnedTo(sql: Sql, projectId: number): Promise<number> {
  const [{ seq }] = await sql<{ seq: string }[]>`
    select recommender.learned_to(${projectId}) as seq`;
  return Number(seq);
}

/** Returns a database with a project each of two owners. */
async function twoShops() {
  const database = await testDatabase();
  const shop = async (name: string): Promise<Shop> => {
    const [{ id: ownerId }] = await database.sql`
      insert into auth.users (name, email, password)
      values (${name}, ${`${name}@example.test`}, '') returning id`;
    const [{ id: projectId }] = await database.sql`
      insert into recommender.recommender_projects (owner_id, project_name, model_type)
      values (${ownerId}, 'Shop', 'COLLABORATIVE') returning id`;
    return { ownerId, projectId };
  };
  return { ...database, ada: await shop("ada"), eve: await shop("eve") };
}
