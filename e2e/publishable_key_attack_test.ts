/**
 * Attack with a key read from a web page: with a secret key it reveals the histories of fifty
 * users, with a publishable key nothing.
 */
import { assert, assertEquals } from "@std/assert";
import { createHmac } from "node:crypto";
import { ACCESS, mintToken } from "../functions/http/identity/identity.ts";
import { exampleModel } from "../testing/example_model.ts";
import type { Model, SparseRows } from "../functions/recommender/model/model.ts";
import { stringTable } from "../functions/recommender/model/string_table.ts";
import type { OpenApi } from "../testing/api.ts";
import { servingProject } from "../testing/project.ts";
import { SECRET, testRecommender } from "../testing/recommender.ts";
import { appSet } from "../testing/services/app_set.ts";
import { noteSecrets } from "../testing/runner/traces.ts";

const PAGE = "https://shop.example";
const ITEMS = 40;
const USERS = 60;

/** Returns the items of a user's history, different for each user. */
const hadBy = (user: number): number[] =>
  Array.from({ length: ITEMS }, (_, item) => item).filter((item) => (item * 7 + user * 5) % 11 < 3);

/** Returns a model of sixty users with histories and item-to-item weights. */
function crowdedModel(): Model {
  const items = Array.from({ length: ITEMS }, (_, item) => item);
  const users = Array.from({ length: USERS }, (_, user) => user);
  const popularity = Uint32Array.from(
    items,
    (item) => users.filter((user) => hadBy(user).includes(item)).length,
  );
  const { manifest } = exampleModel("HYBRID");
  return {
    manifest: { ...manifest, items: ITEMS, users: USERS },
    items: {
      ids: stringTable(items.map((item) => `sku-${item}`)),
      titles: stringTable(items.map((item) => `Item ${item}`)),
      popularity,
      popularOrder: Uint32Array.from(items.toSorted((a, b) => popularity[b] - popularity[a])),
    },
    weights: rows(
      items.map((a) =>
        items.filter((b) => b !== a && (a + b) % 3 === 0).map((b) => [b, 1 / (1 + a + b)])
      ),
    ),
    users: {
      ids: stringTable(users.map(String)),
      histories: rows(users.map((user) => hadBy(user).map((item) => [item, 1]))),
    },
  };
}

function rows(entries: number[][][]): SparseRows {
  const offsets = new Uint32Array(entries.length + 1);
  entries.forEach((row, r) => offsets[r + 1] = offsets[r] + row.length);
  return {
    offsets,
    columns: Uint32Array.from(entries.flat().map(([column]) => column)),
    values: Float32Array.from(entries.flat().map(([, value]) => value)),
  };
}

/** Starts the services with a project of this model and an app with a key of each kind. */
async function shop() {
  await using stack = new AsyncDisposableStack();
  const recommender = stack.use(await testRecommender());
  const { sql } = recommender;
  const apps = appSet(recommender);
  const { webhooks } = apps;
  const { id: project } = await servingProject(recommender, "HYBRID");
  await recommender.publish(project, crowdedModel());
  const [{ id: owner }] = await sql`select id from auth.users where name = 'ann'`;
  const token = await mintToken(owner, { kind: ACCESS, secret: SECRET, seconds: 600 });
  noteSecrets(token);
  const login = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const make = async (path: string, body: unknown) =>
    await (await webhooks.request(path, {
      method: "POST",
      headers: login,
      body: JSON.stringify(body),
    })).json();
  const { app_id, api_key: secretKey } = await make("/api/apps/register", { app_name: "Server" });
  const rules = { kind: "publishable", origins: [PAGE], projects: [project], model: true };
  const { api_key: pageKey } = await make(`/api/apps/${app_id}/keys`, { ...rules, name: "Page" });
  const { secret: identity } = await make(`/api/apps/${app_id}/identity-secret`, {});
  noteSecrets(secretKey, pageKey, identity);

  /** Sends a request as from a page of the shop, each time with another client address. */
  async function ask(key: string, path: string, { body, method, headers }: {
    body?: unknown;
    method?: string;
    headers?: Record<string, string>;
  } = {}) {
    const answer = await webhooks.request(path, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: {
        ...{ origin: PAGE, "x-api-key": key },
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    }, { peer: `2001:db8:${(calls++ % 60_000).toString(16)}::1` });
    const text = await answer.text();
    // Ids of requests and lists are others each time.
    const shown = text.replace(/"(request|recommendation)_id":"[^"]*"/g, '"$1_id":"…"');
    return { status: answer.status, text: shown, body: text === "" ? null : JSON.parse(shown) };
  }
  let calls = 0;

  const recommend = (key: string, asked: Record<string, unknown>) =>
    ask(key, "/api/recommend", { body: { project_id: project, n: 200, ...asked } });
  const running = stack.move();
  return {
    ...{ apps, recommender, project, secretKey, pageKey, identity, ask, recommend },
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/**
 * Returns the items of a user's history that responses reveal: those missing without
 * `include_seen`, and those named by explanations.
 */
function learned(seen: unknown, unseen: unknown, explained: unknown): Set<string> {
  type List = { recommendations?: { item_id: string; parts?: { item_id: string }[] }[] };
  const ids = (answer: unknown) => (answer as List).recommendations ?? [];
  const without = new Set(ids(unseen).map(({ item_id }) => item_id));
  const omitted = ids(seen).map(({ item_id }) => item_id).filter((id) => !without.has(id));
  const named = ids(explained).flatMap(({ parts = [] }) => parts.map(({ item_id }) => item_id));
  return new Set([...omitted, ...named]);
}

Deno.test("a publishable key reveals no user's history", async (t) => {
  await using world = await shop();
  const { project, secretKey, pageKey, identity, ask, recommend } = world;
  const guessed = Array.from({ length: 50 }, (_, user) => String(user));
  /** Runs the attack's requests for the user identified by `who`. */
  const attack = async (key: string, who: Record<string, unknown>) => {
    const [seen, unseen, explained] = await Promise.all([
      recommend(key, { ...who, include_seen: true }),
      recommend(key, { ...who, include_seen: false }),
      recommend(key, { ...who, include_seen: true, explain: true }),
    ]);
    const items = learned(seen.body, unseen.body, explained.body);
    return { items, answers: [seen, unseen, explained] };
  };

  await t.step("the attack works by a secret key: all of all fifty", async () => {
    for (const user of guessed) {
      const { items } = await attack(secretKey, { user_id: user });
      const had = new Set(hadBy(Number(user)).map((item) => `sku-${item}`));
      assert(had.size > 5 && had.isSubsetOf(items), user);
    }
  });

  await t.step(
    "with a publishable key each user gets the response of an unknown user",
    async () => {
      const exp = Math.floor(Date.now() / 1000) + 600;
      const forged = `${exp}.${"0".repeat(64)}`;
      const manners: Record<string, (user: string) => Record<string, unknown>> = {
        "by id": (user) => ({ user_id: user }),
        "by number": (user) => ({ user_id: /^\d+$/.test(user) ? Number(user) : -1 }),
        "with an item": (user) => ({ user_id: user, item_id: "sku-1" }),
        "with an empty history": (user) => ({ user_id: user, history: [] }),
        "with a history": (user) => ({ user_id: user, history: ["sku-1"] }),
        "as an anonymous one": (user) => ({ anonymous_id: user }),
        "beside an anonymous one": (user) => ({ user_id: user, anonymous_id: crypto.randomUUID() }),
        "with a forged token": (user) => ({ user_id: user, user_token: forged }),
        "asking to have it named": (user) => ({ user_id: user, explain_history: true }),
        "as many users": (user) => ({ users: [user], item_id: "sku-1" }),
        "under other names": (user) => ({ userId: user, user: user, item_id: "sku-1" }),
        "by a filter": (user) => ({ filter: { user_id: user }, item_id: "sku-1" }),
      };
      for (const [manner, who] of Object.entries(manners)) {
        const stranger = await attack(pageKey, who("nobody at all"));
        for (const user of guessed.slice(0, manner === "by id" ? 50 : 5)) {
          const { answers } = await attack(pageKey, who(user));
          const same = answers.every(({ text }, i) => text === stranger.answers[i].text);
          assert(same, `${manner}: the response for ${user} differs from that for a stranger`);
        }
      }
    },
  );

  await t.step("an anonymous visitor has no history that could be seen", async () => {
    const one = await attack(pageKey, { anonymous_id: crypto.randomUUID(), item_id: "sku-1" });
    const other = await attack(pageKey, { anonymous_id: crypto.randomUUID(), item_id: "sku-1" });
    assertEquals(one.answers, other.answers);
    assertEquals(one.answers[0].status, 200);
    assertEquals(one.answers[0].body.recommendations, one.answers[1].body.recommendations);
    assert(one.items.isSubsetOf(new Set(["sku-1"])));
  });

  await t.step("what is explained names only what the request brought", async () => {
    const user = "7";
    const exp = Math.floor(Date.now() / 1000) + 600;
    const payload = JSON.stringify([project, user, exp]);
    const user_token = `${exp}.${createHmac("sha256", identity).update(payload).digest("hex")}`;
    const question = { item_id: "sku-1", explain: true, include_seen: true };
    const own = await recommend(pageKey, { ...question, user_id: user, user_token });
    const known = await recommend(secretKey, { ...question, user_id: user });
    assertEquals(own.status, 200, own.text);
    type Explained = { score: number; parts: { item_id: string }[]; reason: string };
    const scores = (list: Explained[]) => list.map(({ score }) => score);
    assertEquals(scores(own.body.recommendations), scores(known.body.recommendations));
    assert(known.body.recommendations.some(({ parts }: Explained) => parts.length > 1));
    for (const { parts, reason } of own.body.recommendations as Explained[]) {
      assert(parts.every(({ item_id }) => item_id === "sku-1"));
      assertEquals(reason.replaceAll("Item 1", "").includes("Item"), false, reason);
    }
    const history = ["sku-3", "sku-4"];
    const sent = await recommend(pageKey, { history, explain: true });
    const named = sent.body.recommendations.flatMap(({ parts }: Explained) => parts);
    assertEquals(new Set(named.map(({ item_id }: { item_id: string }) => item_id)).size, 2);
    // The token is not valid for other users, in this project or another.
    for (const user_id of ["8", "07", "7 "]) {
      assertEquals((await recommend(pageKey, { user_id, user_token })).status, 403);
    }
  });

  await t.step(
    "the public model files contain no user data, and the private ones are refused",
    async () => {
      for (const file of ["users.safetensors", "golden-users.json"]) {
        assertEquals((await ask(pageKey, `/api/model/${project}/${file}`)).status, 404);
      }
      const { status, body } = await ask(pageKey, `/api/model/${project}/manifest.json`);
      assertEquals([status, body.format], [200, "airec-model"]);
    },
  );
});

Deno.test("a publishable key writes into no user's history, and takes over no visitor's", async () => {
  await using world = await shop();
  const { project, pageKey, secretKey, identity, ask, recommender } = world;
  const events = [{ type: "hide", item_id: "sku-1" }];
  const visitor = crypto.randomUUID();
  const send = (path: string, body: object) =>
    ask(pageKey, path, { body: { project_id: project, ...body } });
  const exp = Math.floor(Date.now() / 1000) + 600;
  const tokenOf = (user: string) => {
    const payload = JSON.stringify([project, user, exp]);
    return `${exp}.${createHmac("sha256", identity).update(payload).digest("hex")}`;
  };
  const user_token = tokenOf("7");
  const attacks: [string, object][] = [
    ["/api/interactions", { user_id: "8", events }],
    ["/api/interactions", { user_id: "8", user_token, events }],
    ["/api/interactions", { user_id: 8, anonymous_id: visitor, user_token, events }],
    ["/api/interactions", { user_id: "07", user_token, events }],
    ["/api/interactions", { anonymous_id: "8", events }],
    ["/api/interactions", { anonymous_id: visitor, userId: "8", events }],
    ["/api/interactions", { anonymous_id: visitor, source: "server", events }],
    ["/api/users/merge", { from: visitor, into: "8" }],
    ["/api/users/merge", { from: visitor, into: "8", user_token }],
    ["/api/users/merge", { from: "8", into: "7", user_token }],
  ];
  for (const [path, body] of attacks) {
    const { status, text } = await send(path, body);
    assert(status === 403 || status === 422, `${path} ${JSON.stringify(body)}: ${status} ${text}`);
  }
  // A user named within an event is no user of it.
  const within = await send("/api/interactions", {
    anonymous_id: visitor,
    events: [{ ...events[0], user_id: "8" }],
  });
  assertEquals(within.body.rejected[0].code, "unknown_field");
  const stored = async () =>
    await recommender.sql`select person, anonymous, type from recommender.live_events order by seq`;
  assertEquals((await stored()).length, 0);

  assertEquals((await send("/api/interactions", { anonymous_id: visitor, events })).status, 202);
  const own = { user_id: "7", user_token, events };
  assertEquals((await send("/api/interactions", own)).status, 202);
  assertEquals((await stored()).map(Object.values), [[visitor, true, "hide"], [
    "7",
    false,
    "hide",
  ]]);
  assertEquals(
    (await send("/api/users/merge", { from: visitor, into: 7, user_token })).status,
    200,
  );
  const merges = await recommender.sql`select user_id from recommender.merged_visitors`;
  assertEquals(merges.map(({ user_id }) => user_id), ["7"]);
  const trusted = await ask(secretKey, "/api/interactions", {
    body: { project_id: project, user_id: "8", events },
  });
  assertEquals(trusted.status, 202);
});

/** Bodies of the routes that refuse members they do not know. */
function bodyOf(title: string, { id, identity }: { id: number; identity: string }) {
  const exp = Math.floor(Date.now() / 1000) + 600;
  const signature = createHmac("sha256", identity).update(JSON.stringify([id, "7", exp]));
  const visitor = crypto.randomUUID();
  if (title === "POST /api/interactions") {
    return { project_id: id, anonymous_id: visitor, events: [{ type: "view", item_id: "sku-1" }] };
  }
  if (title === "POST /api/users/merge") {
    const user_token = `${exp}.${signature.digest("hex")}`;
    return { project_id: id, from: visitor, into: "7", user_token };
  }
  return { project_id: id, item_id: "sku-1", users: ["7"] };
}

Deno.test("a publishable key can call eight routes for its projects, and no other of any service", async () => {
  await using world = await shop();
  const { project, pageKey, identity, apps } = world;
  const opened = [
    ...["POST /api/recommend", "GET /api/items", "GET /api/columns", "GET /api/popular"],
    "GET /api/trending",
    ...["POST /api/interactions", "POST /api/users/merge", "GET /api/model/{project_id}/{file}"],
  ];
  let foreign = 0;
  for (const app of Object.values(apps)) {
    const document: OpenApi = await (await app.request("/openapi.json")).json();
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of Object.keys(operations)) {
        const title = `${method.toUpperCase()} ${path}`;
        if (/^\/(signup|login|refresh|logout|airec\.js)$/.test(path)) continue;
        const ask = async (id: number) => {
          const filled = path.replace("{project_id}", String(id)).replace("{file}", "manifest.json")
            .replace(/\{(id|n)\}/g, String(id)).replace(/\{\w+\}/g, crypto.randomUUID());
          const query = method === "get" ? `?project_id=${id}` : "";
          const answer = await app.request(filled + query, {
            method: method.toUpperCase(),
            headers: {
              ...{ "x-api-key": pageKey, authorization: `Bearer ${pageKey}`, origin: PAGE },
              ...(method !== "get" && { "content-type": "application/json" }),
            },
            ...(method !== "get" && {
              body: JSON.stringify(bodyOf(title, { id, identity })),
            }),
          });
          await answer.body?.cancel();
          return answer.status;
        };
        if (opened.includes(title)) {
          const fine = title === "POST /api/interactions" ? 202 : 200;
          assertEquals([title, await ask(project), await ask(project + 1)], [title, fine, 404]);
        } else {
          foreign++;
          const status = await ask(project);
          assert(status === 401 || status === 403, `${title} answers ${status}`);
          assertEquals(await ask(project + 1), status, title);
        }
      }
    }
  }
  assert(foreign > 50, `${foreign} foreign routes`);
  console.log(`${foreign} foreign routes are closed to a page's key.`);
});
