/**
 * Items that change: a new one is recommended without a training, and a training that learns it
 * changes nothing that a caller sees.
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

interface Item {
  item_id: string;
  item_title: string;
  columns: Record<string, unknown>;
}

Deno.test({
  name:
    "a new item is recommended without a training, and the same after the training that learns it",
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using system = await startSystem();
    const { at, sql } = system;
    const login = await signedUp(system);
    const { id } = await createFilmProject(system, login);
    await untilReady(system, login, { id });
    const url = `${at.recommender}/project/${id}`;
    const put = (...items: Record<string, unknown>[]) =>
      call(`${url}/items`, { ...json({ items }, login), method: "PUT" });
    const page = (path: string) => call(`${url}/${path}`, { headers: login });
    /** Returns the items with an id: more than one would be an error. */
    const found = async (title: string): Promise<Item[]> => {
      const { items } = await page(`items?q=${encodeURIComponent(title)}&limit=20&columns=true`);
      return items.filter(({ item_title }: Item) => item_title === title);
    };

    // A film like the films of a history, which are of one genre.
    const { items: all }: { items: Item[] } = await page("items?limit=100&columns=true");
    const genreOf = ({ columns }: Item) => [columns.genres].flat().join("|");
    const [like] = [...Map.groupBy(all, genreOf).values()].sort((a, b) => b.length - a.length);
    const history = like.slice(0, 3).map(({ item_id }) => item_id);
    const sequel = {
      item_id: "new-1",
      item_title: `${like[0].item_title} returns`,
      columns: { genres: like[0].columns.genres, year: 2026 },
    };
    const [dear] = like.slice(3);
    assertEquals(
      await put(sequel, { item_id: dear.item_id, columns: { year: 1888 } }),
      { new: 1, changed: 1, unchanged: 0, rejected: [] },
    );

    const ask = async () => {
      const { recommendations, model_version } = await call(
        `${url}/recommendations`,
        json({ history, n: 60, item_id: history[0] }, login),
      );
      const items: string[] = recommendations.map(({ item_id }: Recommended) => item_id);
      assertEquals(new Set(items).size, items.length, "each item once");
      return { items, score: recommendations.find(isNew)?.score, version: String(model_version) };
    };
    const isNew = ({ item_id }: Recommended) => item_id === "new-1";
    const first = await until(async () => {
      const answer = await ask();
      return answer.score > 0 && answer;
    });
    /** Returns the nearest films of the first one of the history. */
    const similar = async () => {
      const { recommendations } = await page(`similar?item_id=${history[0]}&limit=100`);
      return recommendations.map(({ item_id }: Recommended) => item_id);
    };
    assert((await similar()).includes("new-1"), "its title and genres are like the first film's");
    assertEquals((await found(sequel.item_title)).length, 1);

    // While a training learns it, each answer has it once, by the old version and by the new one.
    await call(`${url}/retrain`, { method: "POST", headers: login, expect: 202 });
    const after = await until(async () => {
      const answer = await ask();
      assert(answer.items.includes("new-1"), "it is never missing");
      assertEquals((await found(sequel.item_title)).length, 1);
      return answer.version !== first.version && answer;
    });
    await untilReady(system, login, { id });
    const places = [first, after].map(({ items }) => items.indexOf("new-1"));
    assert(Math.abs(places[1] - places[0]) < 20 && after.score > 0, `its places: ${places}`);
    assert((await similar()).includes("new-1"));

    // The version has learned it, and nothing is put over it.
    const manifest = await page("model/manifest.json");
    const [{ last }] = await sql`select max(seq)::integer as last from recommender.live_items`;
    assertEquals(manifest.learned_items, last);
    assert("data/features.safetensors" in manifest.sha256);
    const features = await fetch(`${url}/model/features.safetensors`, { headers: login });
    assertEquals(features.status, 200);
    await features.body?.cancel();
    assertEquals((await page("items/changes")).changed, 0);
    const [learned] = await found(sequel.item_title);
    assertEquals([learned.item_id, learned.columns.year], ["new-1", 2026]);
    const [changed] = await found(dear.item_title);
    assertEquals(changed.columns.year, 1888);
    const filter = { year: { lte: 1888 } };
    const { recommendations: old } = await call(
      `${url}/recommendations`,
      json({ history, filter, n: 5, item_id: history[0] }, login),
    );
    assertEquals(old.map(({ item_id }: Recommended) => item_id), [dear.item_id]);

    // Deleted, it is gone, and stays so.
    await call(`${url}/items`, { ...json({ item_ids: ["new-1"] }, login), method: "DELETE" });
    await until(async () => !(await ask()).items.includes("new-1"));
    assertEquals(await found(sequel.item_title), []);
  },
});
