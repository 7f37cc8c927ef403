import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FORMS } from "../../testing/project.ts";
import { type Client, type TestRecommender, testRecommender } from "../../testing/recommender.ts";
import { wideModel, type WideModelOptions } from "../../testing/wide_model.ts";
import { SLICE_UNITS } from "./model/work.ts";
import { stringTable } from "./model/string_table.ts";

/** Signs up a user with a project that is served by a synthetic model. */
async function serving(service: TestRecommender, name: string, options: WideModelOptions) {
  const client = await service.signUp(name);
  const { body } = await client.upload(FORMS.COLLABORATIVE);
  await service.publish(body.id, wideModel(options));
  return { client, path: `/project/${body.id}` };
}

const users = (count: number, of: number) => Array.from({ length: count }, (_, i) => `u${i % of}`);

/** Asserts a refusal for its cost: 422 with figure, limit and advice, at once, for one unit. */
async function assertRefused(asked: ReturnType<Client["post"]>, advice: string) {
  const { status, body, headers } = await asked;
  assertEquals([status, body.code], [422, "invalid_input"], JSON.stringify(body));
  assertStringIncludes(body.detail, advice);
  assert(body.units > body.most_units || body.bytes > body.most_bytes, body.detail);
  assertEquals(headers.get("x-airec-units"), null);
}

Deno.test("work is estimated before it runs: too much is 422 with advice", async () => {
  await using service = await testRecommender();
  const { client, path } = await serving(service, "ann", { items: 3_000, row: 200, history: 60 });
  const batch = (body: object) => client.post(`${path}/recommendations/batch`, body);

  const all = users(1_000, 100);
  await assertRefused(batch({ users: all, n: 200, diversity: 0.9 }), "omit diversity");
  await assertRefused(batch({ users: all, n: 200, explain: true }), "users at a time");
  await assertRefused(batch({ users: all, n: 200 }), "request at most 4");
  const history = Array.from({ length: 10_000 }, (_, i) => `i${i % 3_000}`);
  const asked = { history, n: 200, explain: true };
  await assertRefused(client.post(`${path}/recommendations`, asked), "send a shorter history");

  const allowed = await batch({ users: all, n: 10 });
  assertEquals([allowed.status, allowed.body.results.length], [200, 1_000]);
  assertEquals(allowed.headers.get("x-airec-units"), "1000");
  const half = await batch({ users: all.slice(0, 400), n: 200 });
  assertEquals([half.status, half.body.results[399].recommendations.length], [200, 200]);
});

Deno.test("a response reports its units: one per list of twenty, more for more", async () => {
  await using service = await testRecommender();
  const { client, path } = await serving(service, "ann", { items: 3_000, row: 200 });
  const units = async (body: object, route = "recommendations") => {
    const { status, headers } = await client.post(`${path}/${route}`, body);
    assertEquals(status, 200);
    return Number(headers.get("x-airec-units"));
  };
  assertEquals(await units({ user_id: "u1", n: 20 }), 1);
  assertEquals(await units({ users: ["u1", "u2", "u3"] }, "recommendations/batch"), 3);
  const diverse = await units({ user_id: "u1", n: 200, diversity: 0.5 });
  assert(diverse > 100 && diverse < 1_000, `${diverse} units`);
  const long = await units({ history: Array.from({ length: 10_000 }, (_, i) => `i${i % 3_000}`) });
  assert(long > 40 && long < 200, `${long} units`);
  for (
    const route of ["similar?item_id=i1", "popular", "items", "items?q=of", "users", "columns"]
  ) {
    const { status, headers } = await client.get(`${path}/${route}`);
    assertEquals([status, Number(headers.get("x-airec-units")) >= 1], [200, true], route);
  }
  // A failed lookup includes the search for similar titles.
  const missing = await client.get(`${path}/similar?item_title=Itme%205%20of%20many`);
  assertEquals([missing.status, missing.body.nearest.length], [404, 5]);
  assert(Number(missing.headers.get("x-airec-units")) >= 1);
});

Deno.test("health and other owners are answered between the slices of the largest requests", async () => {
  await using service = await testRecommender();
  const wide = { items: 3_000, row: 600, history: 60 };
  const ann = await serving(service, "ann", wide);
  const bob = await serving(service, "bob", { items: 50, row: 10 });
  await bob.client.get(`${bob.path}/popular`);
  let isOver = false;
  const asked = Array.from(
    { length: 6 },
    () =>
      ann.client.post(`${ann.path}/recommendations/batch`, {
        users: users(4, 100),
        n: 60,
        diversity: 0.9,
      }),
  );
  const all = Promise.all(asked).finally(() => isOver = true);
  let [healthy, single] = [0, 0];
  const poll = async (ask: () => Promise<unknown>) => {
    while (!isOver) {
      await ask();
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  await Promise.all([
    poll(async () => {
      assertEquals((await service.app.request("/health")).status, 200);
      if (!isOver) healthy++;
    }),
    poll(async () => {
      const { status } = await bob.client.get(`${bob.path}/recommendations?user_id=u1`);
      assertEquals(status, 200);
      if (!isOver) single++;
    }),
    all,
  ]);
  const answers = await all;
  assertEquals(answers.map(({ status }) => status), Array(6).fill(200));
  const units = answers.reduce((sum, { headers }) => sum + Number(headers.get("x-airec-units")), 0);
  const slices = Math.floor(units / SLICE_UNITS);
  assert(slices > 20, `${units} units are too few to tell`);
  // Each turn of the event loop serves both; half is far from none.
  assert(healthy > slices / 2, `/health was answered ${healthy} times in ${slices} slices`);
  assert(single > slices / 8, `bob was answered ${single} times in ${slices} slices`);
});

Deno.test("only the newest rows of an overlong history are ranked, and none of its items is recommended", async () => {
  await using service = await testRecommender();
  const { client, path } = await serving(service, "ann", {
    items: 4_000,
    row: 3_000,
    users: 2,
    history: 3_000,
  });
  const { status, body, headers } = await client.get(`${path}/recommendations?user_id=u0&n=200`);
  assertEquals([status, body.recommendations.length], [200, 200]);
  // u0 interacted with i0 to i2999.
  const numbers = body.recommendations.map(({ item_id }: { item_id: string }) =>
    Number(item_id.slice(1))
  );
  assert(numbers.every((item: number) => item >= 3_000), "an item of the history came back");
  const units = Number(headers.get("x-airec-units"));
  assert(units <= 1.1 * SLICE_UNITS, `${units} units`);
  // The same as if only the newest rows had been sent.
  const newest = Array.from({ length: 1_000 }, (_, i) => `i${2_000 + i}`);
  const older = Array.from({ length: 2_000 }, (_, i) => `i${i}`);
  const sent = await client.post(`${path}/recommendations`, {
    history: [...older, ...newest],
    n: 200,
  });
  assertEquals(sent.body.recommendations, body.recommendations);
});

Deno.test("filters of thousands of values over ten thousand are answered in slices", async () => {
  await using service = await testRecommender();
  const items = 20_000;
  const terms = stringTable(Array.from({ length: 10_000 }, (_, t) => `term ${t}`));
  const { client, path } = await serving(service, "ann", {
    items,
    row: 20,
    columns: [
      ...Array.from({ length: 20 }, (_, c) => ({
        name: `number ${c}`,
        kind: "number" as const,
        values: Float64Array.from({ length: items }, (_, item) => item),
      })),
      {
        name: "terms",
        kind: "list",
        terms,
        offsets: Uint32Array.from({ length: items + 1 }, (_, item) => 3 * item),
        codes: Uint16Array.from({ length: 3 * items }, (_, e) => e % 10_000),
      },
    ],
  });
  const numbers = Array.from({ length: 1_000 }, (_, i) => 7 * i);
  const filter = {
    ...Object.fromEntries(Array.from({ length: 9 }, (_, c) => [`number ${c}`, numbers])),
    terms: Array.from({ length: 1_000 }, (_, t) => `TERM ${t}`),
  };
  const { status, body, headers } = await client.post(`${path}/recommendations`, {
    user_id: "u1",
    filter,
    n: 20,
  });
  assertEquals(status, 200);
  const found = body.recommendations.map(({ item_id }: { item_id: string }) =>
    Number(item_id.slice(1))
  );
  const passes = (item: number) =>
    item % 7 === 0 && item < 7_000 && [0, 1, 2].some((e) => (3 * item + e) % 10_000 < 1_000);
  assert(found.length === 20 && found.every(passes), found.join(" "));
  assert(Number(headers.get("x-airec-units")) > 10);
});

Deno.test("names of Object.prototype are rejected or treated as data", async () => {
  await using service = await testRecommender();
  const { client, path } = await serving(service, "ann", { items: 50, row: 10 });
  const send = async (method: string, route: string, body: string) => {
    const headers = { "content-type": "application/json" };
    const answer = await client.request(`${path}/${route}`, { method, body, headers });
    return { status: answer.status, body: await answer.json() };
  };
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    const filter = await send(
      "POST",
      "recommendations",
      `{"user_id":"u1","filter":{"${name}":"x"}}`,
    );
    assertEquals([filter.status, filter.body.errors[0].pointer], [422, `/filter/${name}`]);
    const users = await send(
      "POST",
      "recommendations/batch",
      `{"users":["u1"],"filter":{"${name}":1}}`,
    );
    assertEquals(users.status, 422);
    const mapping = await send("PUT", "mappings", `{"interactions":{"${name}":"userId"}}`);
    assertEquals([mapping.status, mapping.body.code], [422, "invalid_input"], name);
  }
  const proto = await send("PATCH", "settings", `{"event_weights":{"__proto__":2}}`);
  assertEquals([proto.status, proto.body.errors[0].pointer], [422, "/event_weights/__proto__"]);
  const own = await send("PATCH", "settings", `{"event_weights":{"constructor":2}}`);
  assertEquals([own.status, own.body.event_weights], [200, { constructor: 2 }]);
});

Deno.test("a body with thousands of errors is rejected with the first", async () => {
  await using service = await testRecommender();
  const { client, path } = await serving(service, "ann", { items: 50, row: 10 });
  const filter = Object.fromEntries(
    Array.from({ length: 9_000 }, (_, i) => [`${i}`, Array(30).fill({})]),
  );
  const history = Array(10_000).fill({});
  const few = { a: Array(10_000).fill({}) };
  for (const body of [{ filter }, { history }, { exclude: history }, { filter: few }]) {
    const answer = await client.post(`${path}/recommendations`, { user_id: "u1", ...body });
    assertEquals([answer.status, answer.body.errors.length], [422, 1], Object.keys(body)[0]);
  }
});
