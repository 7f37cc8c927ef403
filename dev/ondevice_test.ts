import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join, toFileUrl } from "@std/path";
import type { Sql } from "postgres";
import { axeFaults } from "./axe.ts";
import { buildModel } from "./build_model.ts";
import { ignoreWithout } from "./parts.ts";
import { startBrowser } from "./test_browser.ts";
import { servingProject } from "./test_project.ts";
import { SECRET, SERVICE_SECRET, testRecommender } from "./test_recommender.ts";
import { ACCESS, mintToken } from "../functions/http/identity.ts";
import { createRecommender } from "../functions/webhooks/recommender.ts";
import { serveOnLoopback, testService } from "../functions/webhooks/service_under_test.ts";
import { chanceModel } from "../worker-trainer/test_artifact.ts";

const CLIENTS = fromFileUrl(new URL("../clients", import.meta.url));

Deno.test({
  name: "in a browser: a page recommends as the service does, with the network cut",
  ignore: ignoreWithout("chromium"),
  // Chromium's own pipes and timers outlive a step of the test.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using service = await testRecommender();
    const { id } = await servingProject(service, "HYBRID");
    await service.publish(id, chanceModel("HYBRID", 5));
    await using recommender = serveOnLoopback(service.app.fetch);
    await using webhooks = await keyedService(service.sql, recommender.url);
    const api_key = await webhooks.keyOfOwner(id);
    const folder = await pageOnDisk({
      API_URL: webhooks.url,
      API_KEY: api_key,
      PROJECT_ID: id,
    });

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
    await page.goto(toFileUrl(join(folder, "ondevice", "index.html")).href);
    await page.getByText("the network is cut").waitFor();
    assertEquals(requests, [
      `/api/model/${id}/manifest.json`,
      `/api/model/${id}/model.safetensors`,
    ]);

    // The page forbids itself what the browser could still do; then the browser cannot either.
    const asked = await page.evaluate(
      (url) => fetch(url).then(() => "answered", () => "refused"),
      `${webhooks.url}/health`,
    );
    assertEquals(asked, "refused");
    await context.setOffline(true);
    requests.length = 0;

    const films = page.getByRole("list", { name: "Films", exact: true }).getByRole("button");
    const chosen: string[] = [];
    for (const place of [0, 3, 5]) {
      const film = films.nth(place);
      chosen.push((await film.getAttribute("data-id"))!);
      await film.click();
    }
    const list = page.getByRole("list", { name: "Recommendations" }).getByRole("button");
    assertEquals(await list.count(), 10);
    const given = await list.evaluateAll((buttons) => buttons.map((b) => b.dataset.id));
    const { recommendations }: { recommendations: { item_id: string }[] } = await webhooks.ask(
      api_key,
      { project_id: id, history: chosen, n: 10 },
    );
    assertEquals(given, recommendations.map(({ item_id }) => item_id));
    assert((await list.first().innerText()).includes("because"), await list.first().innerText());

    await page.getByLabel("Search films").fill("zzzz");
    assertEquals(await films.count(), 0);
    await page.getByLabel("Search films").fill("");
    assertEquals(await axeFaults(page), []);
    await page.getByRole("button", { name: "Forget them all" }).click();
    assertEquals(await list.count(), 0);
    await page.setViewportSize({ width: 390, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert(!wide, "nothing is wider than a phone");
    assertEquals([requests, errors], [[], []]);
    await Deno.remove(folder, { recursive: true });
  },
});

/** The webhooks service before a recommender, on its database and on a port of its own. */
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
    /** Registers an app for whoever has the project. */
    async keyOfOwner(project: number): Promise<string> {
      const [{ owner_id }] = await sql<{ owner_id: string }[]>`
        select owner_id from recommender.recommender_projects where id = ${project}`;
      const token = await mintToken(owner_id, { kind: ACCESS, secret: SECRET, seconds: 60 });
      const authorization = `Bearer ${token}`;
      return (await post("/api/apps/register", { authorization }, { app_name: "Page" })).api_key;
    },
    ask: (key: string, body: unknown) => post("/api/recommend", { "x-api-key": key }, body),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The pages as somebody hosts them, with their key. */
async function pageOnDisk(config: Record<string, unknown>): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "airec-ondevice-" });
  for (const client of ["movierec", "ondevice"]) {
    await Deno.mkdir(join(folder, client));
    for await (const { name } of Deno.readDir(join(CLIENTS, client))) {
      await Deno.copyFile(join(CLIENTS, client, name), join(folder, client, name));
    }
  }
  const page = join(folder, "ondevice");
  const { script } = await buildModel();
  await Deno.writeFile(join(page, "airec-model.js"), script);
  await Deno.writeTextFile(
    join(page, "demo-config.js"),
    `globalThis.DEMO_CONFIG = ${JSON.stringify(config)};`,
  );
  return folder;
}
