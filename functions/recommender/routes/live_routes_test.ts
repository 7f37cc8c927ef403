import { assert, assertArrayIncludes, assertEquals, assertMatch } from "@std/assert";
import { mintToken, SERVICE } from "../../http/identity/identity.ts";
import { servingProject, waitingProject } from "../../../testing/project.ts";
import { SERVICE_SECRET, testRecommender } from "../../../testing/recommender.ts";
import { QUOTAS } from "../projects/quotas.ts";

const view = (item_id: unknown, more = {}) => ({ type: "view", item_id, ...more });

Deno.test("events are stored once, malformed rows are rejected beside them, unknown items are marked", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "COLLABORATIVE");
  // Loads the model, whose catalogue tells known items.
  assertEquals((await ann.get(`${path}/recommendations?user_id=ann`)).status, 200);
  const at = new Date(Date.now() - 60_000).toISOString();
  const body = {
    user_id: 42,
    events: [
      view("1", { id: "a", at, position: 2, placement: "home" }),
      view("nowhere", { id: "b" }),
      view("1", { id: "c", itemID: 3 }),
      { type: "Order Completed", id: "d", products: [{ product_id: "1", price: 3 }, { sku: "2" }] },
      { type: "rating", item_id: 2, value: 4.5 },
    ],
  };
  const first = await ann.post(`${path}/events`, body);
  assertEquals([first.status, first.body], [202, {
    accepted: 4,
    duplicates: 0,
    rejected: [{
      index: 2,
      code: "unknown_field",
      detail: '"itemID" is not a known member; did you mean item_id?',
    }],
  }]);
  assertEquals(first.headers.get("x-airec-units"), "1");
  const again = await ann.post(`${path}/events`, body);
  assertEquals([again.body.accepted, again.body.duplicates], [1, 3], "an event without an id");

  const recent = await ann.get(`${path}/events/recent`);
  assertEquals(recent.status, 200);
  const { events, rejected } = recent.body;
  const shown = events.map((event: Record<string, unknown>) => [
    ...[event.type, event.item_id, event.value, event.known, event.user_id],
  ]);
  assertEquals(shown, [
    ["rating", "2", 4.5, true, "42"],
    ["rating", "2", 4.5, true, "42"],
    ["purchase", "2", null, true, "42"],
    ["purchase", "1", 3, true, "42"],
    ["view", "nowhere", null, false, "42"],
    ["view", "1", null, true, "42"],
  ]);
  const { received_at, ...oldest } = events.at(-1);
  assertMatch(received_at, /^\d{4}-/);
  assertEquals(oldest, {
    ...{ user_id: "42", type: "view", item_id: "1", value: null, at, known: true },
    ...{ placement: "home", position: 2, version: null, list_fault: null },
  });
  assertEquals(rejected.length, 2);
  assertEquals([rejected[0].code, rejected[0].item_id, rejected[0].type], [
    "unknown_field",
    "1",
    "view",
  ]);
});

Deno.test("a call costs a unit for 20 events, of rows and of their products alike", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "COLLABORATIVE");
  const products = Array.from({ length: 200 }, (_, i) => ({ sku: String(i) }));
  const cost = async (events: unknown[]) =>
    (await ann.post(`${path}/events`, { user_id: 42, events })).headers.get("x-airec-units");
  assertEquals(await cost(Array(21).fill(view("1"))), "2");
  assertEquals(await cost(Array(21).fill(view(""))), "2");
  assertEquals(await cost(Array(3).fill({ type: "impression", products })), "30");
});

Deno.test("an event is attributed to the list that it names, if the list is its visitor's", async () => {
  await using service = await testRecommender();
  const { ann, path } = await servingProject(service, "COLLABORATIVE");
  const anonymous_id = crypto.randomUUID();
  const asked = { anonymous_id, history: ["1"], placement: "home", n: 3 };
  const { recommendation_id, recommendations } =
    (await ann.post(`${path}/recommendations`, asked)).body;
  const [, { item_id }] = recommendations;
  const click = { type: "click", item_id, recommendation_id, position: 9 };
  const send = async (person: object, event = click) => {
    const { status, body } = await ann.post(`${path}/events`, { ...person, events: [event] });
    assertEquals([status, body.accepted], [202, 1]);
    const { events: [last] } = (await ann.get(`${path}/events/recent`)).body;
    return [last.placement, last.version, last.position, last.list_fault];
  };
  assertEquals(await send({ anonymous_id }), ["home", "1", 1, null]);
  // A visitor who signs in names both ids.
  assertEquals(await send({ anonymous_id, user_id: "ann" }), ["home", "1", 1, null]);
  assertEquals(await send({ user_id: anonymous_id }), [null, null, 9, "other_visitor"]);
  const forged = { ...click, recommendation_id: `A${recommendation_id.slice(1)}` };
  assertEquals(await send({ anonymous_id }, forged), [null, null, 9, "forged"]);
  // Hashes of items are short: one in 1,400 others is taken for one of the three.
  const others = ["no such item", "nor this", "nor that"];
  const seen = [];
  for (const item_id of others) seen.push(await send({ anonymous_id }, { ...click, item_id }));
  assertArrayIncludes(seen, [[null, null, 9, "not_in_list"]]);
});

Deno.test("a call must name a person, by a valid id, and have known members", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const cases: [Record<string, unknown>, string][] = [
    [{}, "/user_id"],
    [{ user_id: null, anonymous_id: null }, "/user_id"],
    [{ user_id: "" }, "/user_id"],
    [{ user_id: "x".repeat(10_240) }, "/user_id"],
    [{ user_id: "\u0001visitor" }, "/user_id"],
    [{ user_id: "a\0b" }, "/user_id"],
    [{ user_id: { id: 1 } }, "/user_id"],
    [{ anonymous_id: "null" }, "/anonymous_id"],
    [{ user_id: "1", sent_at: "noon" }, "/sent_at"],
    [{ user_id: "1", source: "phone" }, "/source"],
    [{ user_id: "1", userid: "1" }, "/userid"],
    [{ user_id: "1", events: [] }, "/events"],
    [{ user_id: "1", events: {} }, "/events"],
    [{ user_id: "1", events: Array.from({ length: 5_001 }, () => 1) }, "/events"],
  ];
  for (const [body, pointer] of cases) {
    const { status, body: problem } = await ann.post(`${path}/events`, {
      events: [view(1)],
      ...body,
    });
    assertEquals([status, problem.errors?.[0].pointer], [422, pointer], JSON.stringify(problem));
  }
  assertEquals((await ann.get(`${path}/events/recent`)).body, { events: [], rejected: [] });
  const answer = await ann.post("/project/999999/events", { user_id: "1", events: [view(1)] });
  assertEquals(answer.status, 404);
});

Deno.test("a project without a model takes events, and the webhooks service sends them", async () => {
  await using service = await testRecommender();
  const { ann, path, id } = await waitingProject(service, "COLLABORATIVE");
  const [{ owner_id }] = await service.sql`
    select owner_id from recommender.recommender_projects where id = ${id}`;
  const token = await mintToken(owner_id, { kind: SERVICE, secret: SERVICE_SECRET, seconds: 60 });
  const send = (route: string, body: unknown) =>
    service.app.request(`${path}${route}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const stored = await send("/events", {
    anonymous_id: "v",
    source: "page",
    events: [view(1, { at: "2001-01-01" }), view(2, { at: "2062-01-01" })],
  });
  assertEquals(stored.status, 202);
  const { accepted, warnings: [warning] } = await stored.json();
  assertEquals(accepted, 2);
  assertMatch(warning, /^The times of 2 events .* sent_at\.$/);
  assertEquals((await send("/users/merge", { from: "v", into: 7 })).status, 200);
  const { body: { events } } = await ann.get(`${path}/events/recent`);
  assertEquals(events.map(({ known }: { known: unknown }) => known), [null, null]);
  assertEquals(events[0].anonymous_id, "v");
  // A call with both ids merges, too, once there is something to merge.
  for (let n = 0; n < 2; n++) {
    await send("/events", { anonymous_id: "w", user_id: "7", events: [view(3)] });
  }
  const merges = await service.sql`
    select anonymous_id, user_id from recommender.merged_visitors order by seq`;
  assertEquals(merges.map(Object.values), [["v", "7"], ["w", "7"]]);
  assertEquals((await send("/users/merge", { from: "v", into: 7, why: 1 })).status, 422);
});

Deno.test("a page neither finds nor takes the ids of other persons' events", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const send = async (who: Record<string, unknown>, ids: string[]) => {
    const events = ids.map((id) => view(1, { id }));
    const { body } = await ann.post(`${path}/events`, { ...who, events });
    return [body.accepted, body.duplicates];
  };
  const [visitor, uuid7] = [crypto.randomUUID(), "0198c2f0-5a3c-7b1d-8e2f-0a1b2c3d4e5f"];
  const page = { anonymous_id: visitor, source: "page" };
  assertEquals(await send({ user_id: "7" }, ["order-1"]), [1, 0]);
  assertEquals(await send(page, ["order-1", "order-2"]), [2, 0]);
  assertEquals(await send(page, ["order-1", "order-2"]), [0, 2], "its own");
  assertEquals(await send({ ...page, anonymous_id: crypto.randomUUID() }, ["order-2"]), [1, 0]);
  assertEquals(await send({ user_id: "7" }, ["order-1", "order-2"]), [1, 1]);
  // A random id that both sides know is one event, also after a sign-in.
  assertEquals(await send(page, [uuid7]), [1, 0]);
  assertEquals(await send({ user_id: "7", source: "page" }, [uuid7]), [0, 1]);
  assertEquals(await send({ user_id: "7" }, [uuid7]), [0, 1]);
});

Deno.test("a project accepts 100 types beside the fixed ones, whatever their names", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const send = (types: string[]) =>
    ann.post(`${path}/events`, {
      user_id: "1",
      events: types.map((type) => ({ type, item_id: "1" })),
    });
  const names = [
    "__proto__",
    "constructor",
    "toString",
    ...Array.from({ length: 97 }, (_, n) => `t${n}`),
  ];
  assertEquals((await send([...names, "view", "Purchase"])).body.accepted, 102);
  const many = Array.from({ length: 4_900 }, (_, n) => `more ${n}`);
  const { body } = await send([...many, "view", "t5", "CONSTRUCTOR"]);
  assertEquals([body.accepted, body.rejected.length], [3, 4_900]);
  assertEquals(body.rejected[7].index, 7);
  assertEquals(body.rejected[7].code, "unknown_type");
  assertMatch(body.rejected[7].detail, /100 other types already.*impression, click, view/);
  const { body: { rejected } } = await ann.get(`${path}/events/recent`);
  assertEquals(rejected.length, 100);
  assertEquals(rejected[0].type, "more 4899");
});

Deno.test("one visitor does not hide the others' events and rejected rows", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const send = (anonymous_id: string, source: string, events: unknown[]) =>
    ann.post(`${path}/events`, { anonymous_id, source, events });
  await send("other", "page", [view(1), view(2)]);
  await send("server's", "server", [{ type: "view" }]);
  const many = Array.from({ length: 150 }, (_, n) => view(n));
  await send("loud", "page", [...many, ...many.map(() => "malformed")]);
  const { events, rejected } = (await ann.get(`${path}/events/recent`)).body;
  const persons = events.map(({ anonymous_id }: { anonymous_id: string }) => anonymous_id);
  assertEquals(persons, [...Array(20).fill("loud"), "other", "other"]);
  assertEquals(events[0].item_id, "149");
  const codes = rejected.map(({ code }: { code: string }) => code);
  assertEquals(codes, [...Array(10).fill("malformed"), "missing_field"]);
});

Deno.test("types that only pages send are at most 20, and use up none of the owner's", async () => {
  await using service = await testRecommender();
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const send = async (source: string, types: string[]) => {
    const events = types.map((type) => ({ type, item_id: "1" }));
    return (await ann.post(`${path}/events`, { user_id: "1", source, events })).body;
  };
  const from = (start: number, end: number) =>
    Array.from({ length: end - start }, (_, n) => `made up ${start + n}`);
  assertEquals((await send("page", from(0, 25))).accepted, 20);
  const { rejected: [{ code, detail }] } = await send("page", ["scrolled"]);
  assertEquals(code, "unknown_type");
  assertMatch(detail, /^This project has 20 other types from pages already: .* event_weights/);
  // A type is the owner's when a server sends it, and when the settings weigh it.
  const own = Array.from({ length: 99 }, (_, n) => `own ${n}`);
  assertEquals((await send("server", [...own, "made up 3"])).rejected, []);
  assertEquals((await send("server", ["another"])).rejected.length, 1);
  assertEquals((await send("page", ["own 7", "made up 3", "made up 25"])).rejected, []);
  await ann.send("PATCH", `${path}/settings`, { event_weights: { Scrolled: 0.5 } });
  assertEquals((await send("page", ["scrolled"])).rejected, []);
});

Deno.test("an account's quota counts live events", async () => {
  await using service = await testRecommender({ quotas: { ...QUOTAS, events: 3 } });
  const { ann, path } = await waitingProject(service, "COLLABORATIVE");
  const { sql } = service;
  assertEquals(
    (await ann.post(`${path}/events`, { user_id: "1", events: [view(1), view(2), view(3)] }))
      .status,
    202,
  );
  const [{ events }] = await sql`select events::int from recommender.live_event_counts`;
  assertEquals(events, 3);
  // Another owner's usage is looked up anew.
  const bob = await service.signUp("bob");
  await sql`
    update recommender.recommender_projects set owner_id =
      (select id from auth.users where name = 'bob')`;
  const { status, body } = await bob.post(`${path}/events`, { user_id: "1", events: [view(4)] });
  assertEquals(status, 429);
  assert(body.detail.includes("3 live events"), body.detail);
  assert(body.detail.includes("keep_events"), body.detail);
});
