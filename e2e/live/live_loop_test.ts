/**
 * Live events in answers and trainings: an answer knows what was accepted before it, and a training
 * that starts while events come in changes no history.
 */
import { assert, assertEquals } from "@std/assert";
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

interface HistoryItem {
  item_id: string;
  weight: number;
}

Deno.test({
  name: "live events count in the next answer, and in each history once across a training",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using system = await startSystem();
    const { at } = system;
    const login = await signedUp(system);
    const { id } = await createFilmProject(system, login);
    await untilReady(system, login, { id });
    const url = `${at.recommender}/project/${id}`;

    const send = (person: Record<string, string>, ...events: Record<string, unknown>[]) =>
      call(`${url}/events`, { ...json({ ...person, events }, login), expect: 202 });
    const ask = async (request: Record<string, unknown>) => {
      const answer = await call(`${url}/recommendations`, json({ n: 20, ...request }, login));
      const items: string[] = answer.recommendations.map(({ item_id }: Recommended) => item_id);
      return { ...answer, items };
    };
    /** Trains anew and waits until this recommender serves the new version. */
    const retrained = async () => {
      const version = (await ask({ user_id: "1" })).model_version;
      await call(`${url}/retrain`, { method: "POST", headers: login, expect: 202 });
      await untilReady(system, login, { id });
      await until(async () => (await ask({ user_id: "1" })).model_version !== version);
    };
    const history = async (user: string): Promise<HistoryItem[]> => {
      const path = `${url}/users/${encodeURIComponent(user)}/history?limit=100`;
      return (await call(path, { headers: login })).items;
    };

    // A stranger gets a list of their own after one event.
    const visitor = { anonymous_id: crypto.randomUUID() };
    const popular = await ask(visitor);
    assertEquals(popular.fallback, "popular");
    const [first, second] = popular.items.slice(5);
    await send(visitor, { type: "view", item_id: first }, { type: "like", item_id: second });
    const personal = await until(async () => {
      const answer = await ask(visitor);
      return answer.fallback === undefined && answer;
    });
    assert(![first, second].some((item) => personal.items.includes(item)));
    assert(personal.items.join() !== popular.items.join());

    // The answer after an accepted event knows it.
    for (const type of ["hide", "dislike"]) {
      const { items: [top] } = await ask(visitor);
      await send(visitor, { type, item_id: top });
      const { items } = await ask({ ...visitor, include_seen: true });
      assert(!items.includes(top), `${type} bars, also what may be seen again`);
    }
    const { items: [top] } = await ask(visitor);
    await send(visitor, { type: "purchase", item_id: top, value: 19.9 });
    assert(!(await ask(visitor)).items.includes(top));
    assert((await ask({ ...visitor, include_seen: true, n: 200 })).items.includes(top));
    await send(visitor, { type: "retract", item_id: second });
    await send(visitor, { type: "view", item_id: "no such item" });
    const list = (await ask(visitor)).items;

    // What is viewed and bought trends, by login and by key.
    const trending = await until(async () => {
      const { items } = await call(`${url}/trending?limit=2`, { headers: login });
      return items.length === 2 && items;
    });
    assertEquals(trending[0].item_id, top);
    const app = { ...json({ app_name: "Shop", projects: [id] }, login), expect: 201 };
    const { api_key } = await call(`${at.webhooks}/api/apps/register`, app);
    const byKey = { headers: { "x-api-key": api_key } };
    const { items } = await call(`${at.webhooks}/api/trending?project_id=${id}&limit=2`, byKey);
    assertEquals(items.map(({ item_id }: Recommended) => item_id), [
      top,
      trending[1].item_id,
    ]);

    // Signing in brings the history along; the anonymous id then begins anew.
    const merge = { from: visitor.anonymous_id, into: "ann" };
    await call(`${url}/users/merge`, json(merge, login));
    assertEquals((await ask({ user_id: "ann" })).items, list);
    assertEquals((await ask(visitor)).fallback, "popular");
    await send(visitor, { type: "view", item_id: first });

    // A known user's events follow the history of the model.
    const before = await history("1");
    assert(before.length > 5);
    const seen = new Set(before.map(({ item_id }) => item_id));
    const fresh = popular.items.filter((item: string) => !seen.has(item));
    await send({ user_id: "1" }, { type: "rating", item_id: fresh[0], value: 5 });
    assertEquals((await history("1"))[0].item_id, fresh[0]);
    assertEquals((await history("1")).length, before.length + 1);

    // A training that starts while events come in.
    let isOver = false;
    let sent = 0;
    const sending = (async () => {
      for (; !isOver; sent++) {
        await send({ user_id: `new ${sent % 7}` }, {
          type: "view",
          item_id: fresh[sent % fresh.length],
        });
      }
    })();
    // Awaited below; a failure before that ends the system under it.
    sending.catch(() => {});
    const people = ["ann", "1", ...Array.from({ length: 7 }, (_, n) => `new ${n}`)];
    await until(() => sent > 10);
    await retrained();
    isOver = true;
    await sending;
    const [{ rolled, most }] = await system.sql`
      select p.events_rolled_to::integer as rolled, (
        select max(seq)::integer from recommender.live_events
      ) as most
      from recommender.recommender_projects p where p.id = ${id}`;
    assert(rolled > 0 && rolled < most, "some events are in the training, some came later");
    const both = await until(async () => {
      const after = await Promise.all(people.map(history));
      return after.every((items) => items.length > 0) && after;
    });
    for (const [n, person] of people.entries()) {
      const items = both[n].map(({ item_id }) => item_id);
      assertEquals(new Set(items).size, items.length, `${person}: each item once`);
    }
    assertEquals(both[1].length, before.length + 1);
    const expected = new Set<string>();
    for (let n = 0; n < sent; n++) {
      if (n % 7 === 0) expected.add(fresh[n % fresh.length]);
    }
    assertEquals(new Set(both[2].map(({ item_id }) => item_id)), expected, "no gap");

    // A second training learns the rest; no history changes by it.
    await retrained();
    const reading = await system.sql`select count(*)::integer from recommender.live_events`;
    assert(reading[0].count > 0, "events stay in the table for a week");
    for (const [n, person] of people.entries()) {
      assertEquals(
        (await history(person)).map(({ item_id }) => item_id),
        both[n].map(({ item_id }) => item_id),
        person,
      );
    }
  },
});
