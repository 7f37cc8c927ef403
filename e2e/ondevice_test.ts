import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Sql } from "postgres";
import { axeFaults } from "../testing/browser/axe.ts";
import { buildModel } from "../ops/deploy/build_model.ts";
import { ignoreWithout } from "../testing/runner/optional_parts.ts";
import { startBrowser } from "../testing/browser/browser.ts";
import { servingProject } from "../testing/project.ts";
import { shopsOnDisk } from "../testing/browser/shops.ts";
import { until } from "../testing/until.ts";
import { SECRET, SERVICE_SECRET, testRecommender } from "../testing/recommender.ts";
import { ACCESS, mintToken } from "../functions/http/identity/identity.ts";
import { createRecommender } from "../functions/webhooks/calls/recommender.ts";
import { serveOnLoopback, testService } from "../testing/webhooks_service.ts";
import { chanceModel } from "../testing/artifact.ts";

Deno.test({
  name: "in a browser: a page recommends like the service, without a network",
  ignore: ignoreWithout("chromium"),
  // Chromium's pipes and timers outlive a test step.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using service = await testRecommender();
    const { id } = await servingProject(service, "HYBRID");
    await service.publish(id, chanceModel("HYBRID", 5));
    await using recommender = serveOnLoopback(service.app.fetch);
    await using webhooks = await keyedService(service.sql, recommender.url);
    const api_key = await webhooks.keyOfOwner(id);
    await using shops = await shopsOnDisk();
    await shops.configure("ondevice", {
      API_URL: webhooks.url,
      API_KEY: api_key,
      PROJECT_ID: id,
    });
    const { script } = await buildModel();
    await Deno.writeFile(join(shops.folder, "ondevice", "airec-model.js"), script);

    await using test = await startBrowser();
    const context = await test.browser.newContext({ viewport: { width: 1280, height: 860 } });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const errors: string[] = [];
    const requests: string[] = [];
    page.on("pageerror", (error) => void errors.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) requests.push(new URL(request.url()).pathname);
    });
    await page.goto(shops.fileOf("ondevice"));
    await page.getByText("the network is cut").waitFor();
    assertEquals(requests, [
      `/api/model/${id}/manifest.json`,
      `/api/model/${id}/model.safetensors`,
    ]);

    // First the page's content security policy blocks the network, then the browser's offline mode.
    const asked = await page.evaluate(
      (url) => fetch(url).then(() => "answered", () => "refused"),
      `${webhooks.url}/health`,
    );
    assertEquals(asked, "refused");
    await context.setOffline(true);
    requests.length = 0;

    const likes = page.getByRole("list", { name: "All films" }).getByRole("button");
    await page.getByRole("heading", { name: "All films" }).scrollIntoViewIfNeeded();
    const chosen: string[] = [];
    for (const place of [0, 3, 5]) {
      const like = likes.nth(place);
      chosen.push((await like.getAttribute("data-id"))!);
      await like.click();
    }
    const first = page.getByRole("region", { name: "Tonight’s first choice" }).getByRole("button");
    const next = page.getByRole("list", { name: "Next for you" }).getByRole("button");
    const { recommendations }: { recommendations: { item_id: string }[] } = await webhooks.ask(
      api_key,
      { project_id: id, history: chosen, n: 11 },
    );
    const given = await until(async () => {
      const buttons = [...await first.all(), ...await next.all()];
      const ids = await Promise.all(buttons.map((button) => button.getAttribute("data-id")));
      return ids.join() === recommendations.map(({ item_id }) => item_id).join() && ids;
    });
    assertEquals(given.length, 11);
    await page.getByText("Because you liked").first().waitFor();

    await page.getByLabel("Search films").fill("zzzz");
    await page.getByText("No film has such a title.").waitFor();
    await page.getByLabel("Search films").fill("");
    await page.getByRole("heading", { name: "Nobody knows what you watch" }).waitFor();
    assertEquals(await axeFaults(page), []);
    await page.getByRole("link", { name: "My films (3)" }).click();
    await page.getByRole("button", { name: "Clear my taste" }).click();
    await page.getByText("You like no film yet").waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert(!wide, "nothing is wider than a phone");
    assertEquals([requests, errors], [[], []]);
  },
});

/** Starts the webhooks service for a recommender, on its database and a free port. */
async function keyedService(sql: Sql, recommenderUrl: string) {
  await using stack = new AsyncDisposableStack();
  const recommender = createRecommender({ url: recommenderUrl, secret: SERVICE_SECRET, fetch });
  const none = () => new Response(null, { status: 404 });
  const { app } = stack.use(await testService(none, { sql, recommender, jwtSecrets: [SECRET] }));
  const { url } = stack.use(serveOnLoopback(app.fetch));
  const running = stack.move();
  const post = async (path: string, headers: Record<string, string>, body: unknown) => {
    const response = await fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    assert(response.ok, `${path}: ${response.status}`);
    return await response.json();
  };
  return {
    url,
    /** Registers an app for the project's owner; returns its publishable key. */
    async keyOfOwner(project: number): Promise<string> {
      const [{ owner_id }] = await sql<{ owner_id: string }[]>`
        select owner_id from recommender.recommender_projects where id = ${project}`;
      const token = await mintToken(owner_id, { kind: ACCESS, secret: SECRET, seconds: 60 });
      const authorization = `Bearer ${token}`;
      const page = { kind: "publishable", origins: ["null"], projects: [project], model: true };
      const app = { app_name: "Page", ...page };
      return (await post("/api/apps/register", { authorization }, app)).api_key;
    },
    ask: (key: string, body: unknown) =>
      post("/api/recommend", { "x-api-key": key, origin: "null" }, body),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
