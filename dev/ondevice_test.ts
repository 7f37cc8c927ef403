import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join, toFileUrl } from "@std/path";
import { buildModel } from "./build_model.ts";
import { ignoreWithout } from "./parts.ts";
import { startBrowser } from "./test_browser.ts";
import {
  call,
  createFilmProject,
  json,
  type Recommended,
  signedUp,
  startSystem,
  untilReady,
} from "./test_system.ts";

const CLIENTS = fromFileUrl(new URL("../clients", import.meta.url));

Deno.test({
  name: "in a browser: a page recommends as the service does, with the network cut",
  ignore: ignoreWithout("chromium"),
  // Chromium's own pipes and timers outlive a step of the test.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using system = await startSystem();
    const headers = await signedUp(system);
    const { id } = await createFilmProject(system, headers);
    await untilReady(system, headers, { id });
    const { api_key } = await call(
      `${system.at.webhooks}/api/apps/register`,
      { ...json({ app_name: "On device" }, headers), expect: 201 },
    );
    const folder = await pageOnDisk({
      API_URL: system.at.webhooks,
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
      `${system.at.webhooks}/health`,
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
    const { recommendations } = await call(
      `${system.at.webhooks}/api/recommend`,
      json({ project_id: id, history: chosen, n: 10 }, { "x-api-key": api_key }),
    );
    assertEquals(given, recommendations.map(({ item_id }: Recommended) => item_id));
    assert((await list.first().innerText()).includes("because"), await list.first().innerText());

    await page.getByLabel("Search films").fill("zzzz");
    assertEquals(await films.count(), 0);
    await page.getByLabel("Search films").fill("");
    await page.getByRole("button", { name: "Forget them all" }).click();
    assertEquals(await list.count(), 0);
    await page.setViewportSize({ width: 390, height: 844 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert(!wide, "nothing is wider than a phone");
    assertEquals([requests, errors], [[], []]);
    await Deno.remove(folder, { recursive: true });
  },
});

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
