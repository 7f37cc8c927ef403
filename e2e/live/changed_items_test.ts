/**
 * Items that change while a version serves: by key in all processes, and by a feed that the trainer's
 * housekeeping fetches.
 */
import { assert, assertEquals } from "@std/assert";
import { loopbackServer } from "../../testing/loopback_server.ts";
import {
  call,
  createFilmProject,
  json,
  type Recommended,
  signedUp,
  startSystem,
  untilReady,
} from "../../testing/system.ts";
import { until } from "../../testing/until.ts";

Deno.test({
  name: "items change by key and by a feed without a training, and a new one is recommended",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using stack = new AsyncDisposableStack();
    const system = stack.use(await startSystem());
    const { at } = system;
    const login = await signedUp(system);
    const { id } = await createFilmProject(system, login);
    await untilReady(system, login, { id });
    const { api_key } = await call(`${at.webhooks}/api/apps/register`, {
      ...json({ app_name: "Shop" }, login),
      expect: 201,
    });
    const key = { "x-api-key": api_key };
    const change = (method: string, body: object) =>
      call(`${at.webhooks}/api/items`, { ...json({ project_id: id, ...body }, key), method });
    const put = (...items: object[]) => change("PUT", { items });
    const ask = async (request: object): Promise<Recommended[]> => {
      const body = { project_id: id, limit: 200, ...request };
      return (await call(`${at.webhooks}/api/recommend`, json(body, key))).recommendations;
    };
    const find = async (query: Record<string, string>) => {
      const search = new URLSearchParams({ project_id: String(id), ...query });
      return (await call(`${at.webhooks}/api/items?${search}`, { headers: key })).items;
    };
    const [first, second] = await find({});
    const liked = { history: [second.item_id] };

    // A column counts in filters.
    assertEquals(await ask({ ...liked, filter: { year: 2099 } }), []);
    const year = { item_id: first.item_id, columns: { year: 2099 } };
    assertEquals((await put(year)).changed, 1);
    await until(async () => {
      const [found, ...others] = await ask({ ...liked, filter: { year: 2099 } });
      return found?.item_id === first.item_id && others.length === 0;
    });
    assertEquals((await put(year)).unchanged, 1);

    // A deleted item disappears, and PUT brings it back.
    const isListed = async () => {
      const url = `${at.webhooks}/api/popular?project_id=${id}&limit=10`;
      const { items } = await call(url, { headers: key });
      return items.some(({ item_id }: Recommended) => item_id === first.item_id);
    };
    assert(await isListed());
    assertEquals(await change("DELETE", { item_ids: [first.item_id] }), { deleted: 1, unknown: 0 });
    await until(async () => !await isListed());
    assertEquals(await find({ item_id: first.item_id }), []);
    assertEquals((await put({ item_id: first.item_id })).new, 1);
    await until(isListed);

    // A new item is found at once, and recommended by the rows that come for it.
    const [{ columns }] = await find({ item_id: second.item_id, columns: "true" });
    const film = { item_id: "new-film", item_title: "A New Film of Likeness", columns };
    assertEquals((await put(film)).new, 1);
    await until(async () => (await find({ q: "new film of like" })).length === 1);
    await until(async () => {
      const similar = await ask({ item_id: film.item_id });
      return similar.some(({ score }) => score > 0);
    });
    const visitor = { anonymous_id: crypto.randomUUID() };
    await call(`${at.webhooks}/api/interactions`, {
      ...json({ ...visitor, project_id: id, events: [{ type: "view", item_id: "new-film" }] }, key),
      expect: 202,
    });
    const personal = await ask(visitor);
    assert(personal[0].score > 0 && !personal.some(({ item_id }) => item_id === "new-film"));

    // A feed.
    const feed = stack.use(
      loopbackServer(() => new Response("film_id,title,year\nfed-film,Fed by a Feed,1999\n")),
    );
    await call(`${at.recommender}/project/${id}/settings`, {
      ...json({ feed: { url: `${feed.url}/items.csv`, every: "5m" } }, login),
      method: "PATCH",
    });
    const { feed: fetched } = await until(async () => {
      const changes = await call(`${at.recommender}/project/${id}/items/changes`, {
        headers: login,
      });
      return changes.feed?.new !== null && changes.feed && changes;
    });
    assertEquals([fetched.error, fetched.new, fetched.changed], [null, 1, 0]);
    await until(async () => (await find({ q: "fed by" })).length === 1);
  },
});
