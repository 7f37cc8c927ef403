/** The feed of items in the dashboard, and the number of items that changed. */
import { assertEquals } from "@std/assert";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { startBrowser } from "../../testing/browser/browser.ts";
import { builtPage } from "../../testing/browser/built_page.ts";
import { faultsOfLooks } from "../../testing/browser/looks.ts";
import { signIn } from "../../testing/browser/sign_in.ts";
import { loopbackServer } from "../../testing/loopback_server.ts";
import {
  call,
  createFilmProject,
  signedUp,
  startSystem,
  untilReady,
} from "../../testing/system.ts";
import { until } from "../../testing/until.ts";

Deno.test({
  name: "in a browser: a feed is refused, set, fetched and removed, and the overview counts",
  ignore: ignoreWithout("chromium"),
  // Chromium's pipes and timers outlive a test step.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using stack = new AsyncDisposableStack();
    const system = stack.use(await startSystem());
    stack.use(await builtPage(system.at));
    const test = stack.use(await startBrowser());
    const feed = stack.use(
      loopbackServer(() => new Response("film_id,title,year\nfed-film,Fed by a Feed,1999\n")),
    );
    const headers = await signedUp(system);
    const { id } = await createFilmProject(system, headers);
    await untilReady(system, headers, { id });
    const project = `${system.at.recommender}/project/${id}`;
    const page = await (await test.browser.newContext({ reducedMotion: "reduce" })).newPage();
    page.setDefaultTimeout(60_000);
    await signIn(page, system.at.web, {
      email: "ada@example.com",
      password: "a fine long password",
    });
    await page.goto(`${system.at.web}/projects/${id}/settings`);
    const save = page.getByRole("button", { name: "Save feed" });
    const url = page.getByLabel("URL", { exact: true });
    await url.fill("http://10.0.0.1/items.csv");
    await save.click();
    await page.getByText("must have a public address").waitFor();
    await url.fill(`${feed.url}/items.csv`);
    await page.getByLabel("Fetch every").fill("5m");
    await save.click();
    await page.getByText("Saved.", { exact: true }).waitFor();
    await until(async () => {
      const changes = await call(`${project}/items/changes`, { headers });
      return changes.feed !== null && changes.feed.new !== null;
    });
    await page.reload();
    assertEquals(await url.inputValue(), `${feed.url}/items.csv`);
    await page.getByText(/^Last fetched .*: 1 new, 0 changed, 0 unchanged, 0 rejected\.$/)
      .waitFor();
    const looks: [string, string, string][] = [
      ["item-feed", `/projects/${id}/settings`, "Feed of items"],
    ];
    assertEquals(await faultsOfLooks(page, system.at.web, looks), []);

    await page.goto(`${system.at.web}/projects/${id}`);
    await page.getByText("1 of at most 10,000").waitFor();
    await page.goto(`${system.at.web}/projects/${id}/settings`);
    await url.fill("");
    await save.click();
    await page.getByText("Saved.", { exact: true }).waitFor();
    assertEquals((await call(`${project}/settings`, { headers })).feed, null);
  },
});
