import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { BrowserContext, Page } from "playwright-core";
import { buildPage } from "../../ops/deploy/build_page.ts";
import { startBrowser } from "../../testing/browser/browser.ts";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { until } from "../../testing/until.ts";
import { pageCode } from "../../web/ui/page_code.ts";

const V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

// deno-lint-ignore no-explicit-any -- the page's global and JSON
type Any = any;
declare const airec: Any;

const ANY_ORIGIN = { "access-control-allow-origin": "*" };

interface Received {
  path: string;
  type: string | null;
  body: Any;
}

/** A site with airec.js, and a stand-in of the webhooks service on another origin. */
async function startSite() {
  const { script } = await buildPage();
  const received: Received[] = [];
  const state = {
    received,
    preflights: 0,
    /** Response to the next requests; by default as of the service. */
    answer: undefined as (() => Response | Promise<Response>) | undefined,
    events: (): Any[] => received.flatMap(({ body }) => body.events ?? []),
  };
  const headers = ANY_ORIGIN;
  const listening = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const service = Deno.serve(listening, async (request) => {
    const { pathname: path } = new URL(request.url);
    if (request.method === "OPTIONS") state.preflights++;
    if (path === "/airec.js") return new Response(script, { headers });
    const body = JSON.parse(await request.text());
    received.push({ path, type: request.headers.get("content-type"), body });
    if (state.answer) return await state.answer();
    if (path === "/api/recommend") {
      const recommendations = [{ item_id: "b", item_title: "B", score: 1 }];
      return Response.json({ recommendations, recommendation_id: "r1" }, { headers });
    }
    return Response.json({ accepted: body.events?.length, duplicates: 0, rejected: [] }, {
      status: 202,
      headers,
    });
  });
  const url = `http://127.0.0.1:${service.addr.port}`;
  const items = Array.from(
    { length: 30 },
    (_, i) => `<li data-airec-item="i${i}" style="height:200px"><a href="#i${i}">${i}</a></li>`,
  );
  const shop = `<!DOCTYPE html><meta charset="utf-8"><title>Shop</title>
    <script src="${url}/airec.js"></script>`;
  const pages: Record<string, string> = {
    "/": shop,
    "/code": `<!DOCTYPE html>${pageCode({ webhooks: url, key: "k", project: 7 })}`,
    "/list": `${shop}<ol data-airec="r1" data-airec-placement="home">${items.join("")}</ol>`,
  };
  const site = Deno.serve(listening, ({ url }) => {
    const body = pages[new URL(url).pathname] ?? "<!DOCTYPE html><title>Next</title>";
    return new Response(body, { headers: { "content-type": "text/html" } });
  });
  return Object.assign(state, {
    url: `http://127.0.0.1:${site.addr.port}`,
    async [Symbol.asyncDispose]() {
      await Promise.all([site.shutdown(), service.shutdown()]);
    },
  });
}

type Site = Awaited<ReturnType<typeof startSite>>;

const errors: string[] = [];

/** Opens the site, where `airec.init` is called with the settings. */
async function open(
  context: BrowserContext,
  site: Site,
  settings: Record<string, unknown> | null = {},
  path = "/",
): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (error) => void errors.push(error.message));
  await page.goto(site.url + path);
  if (settings) {
    await page.evaluate((all) => airec.init(all), { key: "k", project: 7, ...settings });
  }
  return page;
}

const STEPS: Record<
  string,
  (context: BrowserContext, site: Site) => Promise<void>
> = {
  async "events of a second are one request without a preflight"(context, site) {
    const page = await open(context, site);
    await page.evaluate(() => {
      airec.track("view", "a");
      airec.track("purchase", 7, { value: 19.9 });
    });
    await until(() => site.received.length > 0);
    const [{ path, type, body }] = site.received;
    assertEquals([path, type], [
      "/api/interactions",
      "text/plain;charset=UTF-8",
    ]);
    const { events, anonymous_id, sent_at, ...rest } = body;
    assertEquals(rest, { key: "k", project_id: 7 });
    assertMatch(anonymous_id, V4);
    assert(Math.abs(Date.parse(sent_at) - Date.now()) < 60_000);
    assertEquals(events.map(({ id: _, at: __, ...event }: Any) => event), [
      { type: "view", item_id: "a" },
      { type: "purchase", item_id: "7", value: 19.9 },
    ]);
    for (const { id, at } of events) {
      assertMatch(id, V7);
      const begins = parseInt(id.replaceAll("-", "").slice(0, 12), 16);
      assert(Math.abs(begins - Date.parse(at)) < 1_000, "its id begins with its time");
    }
    assertEquals(site.preflights, 0);
  },

  async "a failed batch is repeated with the same ids, a refused one is dropped"(context, site) {
    const page = await open(context, site);
    site.answer = () => new Response(null, { status: 503 });
    await page.evaluate(() => airec.track("view", "a"));
    await until(() => site.received.length === 1);
    site.answer = undefined;
    await page.evaluate(() => airec.track("view", "b"));
    await until(() => site.received.length === 2);
    const [failed, repeated] = site.received.map(({ body }) => body.events);
    assertEquals(repeated.map(({ item_id }: Any) => item_id), ["a", "b"]);
    assertEquals(repeated[0], failed[0]);

    site.answer = () => Response.json({ detail: "no" }, { status: 422, headers: ANY_ORIGIN });
    await page.evaluate(() => airec.track("view", "c"));
    await until(() => site.received.length === 3);
    site.answer = undefined;
    await page.evaluate(() => airec.track("view", "d"));
    await until(() => site.received.length === 4);
    assertEquals(site.received[3].body.events.map(({ item_id }: Any) => item_id), ["d"]);
  },

  async "what was not sent when the page is left is sent by the browser"(context, site) {
    const page = await open(context, site);
    await page.evaluate(() => {
      airec.track("cart", "a");
      setTimeout(() => location.href = "/next");
    });
    // A context that is closed while its page still loads may hang.
    await page.waitForURL("**/next");
    await until(() => site.events().length > 0);
    const [{ type, body }] = site.received;
    assertEquals([type, body.key], ["text/plain;charset=UTF-8", "k"]);
    assertEquals(body.events.map(({ type }: Any) => type), ["cart"]);
  },

  async "items of a marked list are shown once each, with position and placement"(context, site) {
    const page = await open(context, site, {}, "/list");
    await page.setViewportSize({ width: 600, height: 500 });
    const shown = () => site.events().filter(({ type }) => type === "impression");
    await until(() => shown().length >= 2);
    const visible = shown().length;
    assert(visible <= 3, `${visible} of 30 items were visible`);
    assertEquals(Object.keys(shown()[0]).sort(), [
      ...["at", "id", "item_id", "placement", "position", "recommendation_id", "type"],
    ]);
    const { item_id, placement, position, recommendation_id } = shown()[1];
    assertEquals([item_id, placement, position, recommendation_id], ["i1", "home", 1, "r1"]);

    // A list that appears later, and scrolling there and back.
    await page.evaluate(() => {
      const list = document.createElement("ol");
      list.dataset.airec = "r2";
      list.dataset.airecFirst = "2";
      list.innerHTML = `<li data-airec-item="late" style="height:100px">Late</li>`;
      document.body.append(list);
      scrollTo(0, document.body.scrollHeight);
    });
    await until(() => shown().some(({ item_id }) => item_id === "late"));
    const late = shown().find(({ item_id }) => item_id === "late");
    assertEquals([late.recommendation_id, late.position], ["r2", 2]);
    await page.evaluate(() => scrollTo(0, 0));
    await page.getByText("0", { exact: true }).click();
    await until(() => site.events().some(({ type }) => type === "click"));
    const click = site.events().find(({ type }) => type === "click");
    assertEquals([click.item_id, click.recommendation_id, click.position], ["i0", "r1", 0]);
    const names = shown().map(({ item_id }) => item_id);
    assertEquals(names.length, new Set(names).size);

    // A later event of a clicked item names the list.
    await page.evaluate(() => airec.track("purchase", "i0", { value: 5 }));
    await until(() => site.events().some(({ type }) => type === "purchase"));
    const { recommendation_id: list, value } = site.events().find(({ type }) =>
      type === "purchase"
    );
    assertEquals([list, value], ["r1", 5]);
  },

  async "the visitor's id is stored with consent alone, and forgotten without it"(context, site) {
    const stored = (page: Page) => page.evaluate(() => localStorage.length);
    const idOf = async (page: Page) => {
      site.received.length = 0;
      await page.evaluate(() => airec.recommend());
      const asked = site.received.find(({ path }) => path === "/api/recommend");
      return asked!.body.anonymous_id as string;
    };
    const page = await open(context, site);
    const first = await idOf(page);
    await page.evaluate(() => airec.track("view", "a"));
    assertEquals(await stored(page), 0);
    assertNotEquals(await idOf(await open(context, site)), first, "each page has its own");

    await page.evaluate(() => airec.consent(true));
    assertEquals(await stored(page), 1);
    assertEquals(await idOf(await open(context, site)), first, "with consent they share it");

    await page.evaluate(() => {
      airec.track("view", "never sent");
      airec.consent(false);
    });
    assertEquals(await stored(page), 0);
    assertNotEquals(await idOf(page), first);
    const other = await open(context, site, { consent: true });
    assertEquals(await stored(other), 1);
    await open(context, site, { consent: false });
    // Pages of other processes hear of it a moment later.
    await until(async () => await stored(other) === 0);
    assert(!site.events().some(({ item_id }) => item_id === "never sent"));
  },

  async "a user who signs in takes along what they did before, once"(context, site) {
    const page = await open(context, site);
    await page.evaluate(async () => {
      airec.track("view", "a");
      await airec.identify(42, "t");
      airec.track("view", "b");
      await airec.recommend();
    });
    assertEquals(site.received.map(({ path }) => path), [
      ...["/api/interactions", "/api/users/merge", "/api/interactions", "/api/recommend"],
    ]);
    const [before, merge, after, asked] = site.received.map(({ body }) => body);
    const { anonymous_id } = before;
    const user = { anonymous_id, user_id: "42", user_token: "t" };
    assertEquals(merge, {
      ...{ key: "k", project_id: 7 },
      ...{ from: anonymous_id, into: "42", user_token: "t" },
    });
    assertEquals([after.user_id, after.user_token], ["42", "t"]);
    assertEquals(after.anonymous_id, anonymous_id, "lists shown before are attributed");
    assertEquals(asked, { key: "k", project_id: 7, ...user });

    await page.evaluate(async () => {
      await airec.identify(42, "t2");
      await airec.identify();
      await airec.recommend();
    });
    assertEquals(site.received.length, 5, "nothing was left to merge");
    const { user_id, anonymous_id: last } = site.received[4].body;
    assertEquals([user_id, last], [undefined, anonymous_id]);
  },

  async "a list waits for events that wait, and an outage is an empty list in time"(context, site) {
    const page = await open(context, site);
    const list = await page.evaluate(() => {
      airec.track("view", "a");
      return airec.recommend({ n: 3, item_id: "x" });
    });
    assertEquals(site.received.map(({ path }) => path), ["/api/interactions", "/api/recommend"]);
    const { n, item_id } = site.received[1].body;
    assertEquals([n, item_id], [3, "x"]);
    assertEquals(
      [list.failed, list.recommendation_id, list.recommendations[0].item_id],
      [false, "r1", "b"],
    );

    const asked = (options = {}) => page.evaluate((all) => airec.recommend({}, all), options);
    const refusal = { code: "forbidden", detail: "Not here." };
    site.answer = () => Response.json(refusal, { status: 403, headers: ANY_ORIGIN });
    assertEquals(await asked(), { recommendations: [], failed: true, status: 403, ...refusal });
    site.answer = () => new Response("<html>", { status: 200 });
    const nothing = { recommendations: [], failed: true, status: 0 };
    assertEquals(without(await asked()), nothing);
    const held = Promise.withResolvers<Response>();
    site.answer = () => held.promise;
    const late = await page.evaluate(() => {
      airec.track("view", "b"); // its request hangs as well
      return airec.recommend({}, { timeoutMs: 200 });
    });
    assertEquals(without(late), nothing);
    held.resolve(new Response());
    await page.evaluate(() => airec.init({ url: "http://127.0.0.1:1", key: "k", project: 7 }));
    assertEquals(without(await asked()), nothing);
  },

  async "the dashboard's code shows a list, whose items are reported"(context, site) {
    const page = await open(context, site, null, "/code");
    await page.getByRole("link", { name: "B" }).click();
    await until(() => site.events().some(({ type }) => type === "click"));
    const [{ path, body }] = site.received;
    assertEquals([path, body.key, body.project_id, body.placement, body.n], [
      ...["/api/recommend", "k", 7, "home", 10],
    ]);
    const click = site.events().find(({ type }) => type === "click");
    const { item_id, recommendation_id, position, placement } = click;
    assertEquals([item_id, recommendation_id, position, placement], ["b", "r1", 0, "home"]);
  },

  async "nothing throws into the page, with wrong settings and before init"(context, site) {
    const page = await open(context, site, null);
    const list = await page.evaluate(async () => {
      airec.track("view", "a");
      airec.consent(true);
      await airec.identify("42", "t");
      const early = await airec.recommend();
      airec.init();
      airec.init({ url: {}, key: "k", project: 7 });
      airec.init({ key: "k", project: 7, onCall: () => thrown() });
      function thrown() {
        throw new Error("from onCall");
      }
      await airec.recommend({ self: globalThis }); // no JSON
      await airec.recommend();
      return early;
    });
    assertEquals([list.recommendations, list.failed], [[], true]);
    await page.evaluate(() =>
      Object.defineProperty(globalThis, "localStorage", { get: undefined })
    );
    await page.evaluate(() => airec.init({ key: "k", project: 7, consent: true }));
  },
};

function without({ code: _, detail: __, ...list }: Record<string, unknown>) {
  return list;
}

Deno.test({
  name: "airec.js in a page",
  ignore: ignoreWithout("chromium"),
  // Chromium's pipes and timers outlive a test step.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using test = await startBrowser();
    for (const [name, step] of Object.entries(STEPS)) {
      await t.step(name, async () => {
        await using site = await startSite();
        const context = await test.browser.newContext();
        await step(context, site);
        await context.close();
        assertEquals(errors, []);
      });
    }
  },
});
