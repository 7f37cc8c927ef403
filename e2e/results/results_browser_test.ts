/** The page Results: its snippet while it is empty, then clicks and purchases as they come. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { startBrowser } from "../../testing/browser/browser.ts";
import { builtPage } from "../../testing/browser/built_page.ts";
import { faultsOfLooks } from "../../testing/browser/looks.ts";
import { signIn } from "../../testing/browser/sign_in.ts";
import {
  call,
  createFilmProject,
  json,
  signedUp,
  startSystem,
  untilReady,
} from "../../testing/system.ts";

const ADA = { email: "ada@example.com", password: "a fine long password" };

Deno.test({
  name: "in a browser: clicks and purchases appear in the results of their placement",
  ignore: ignoreWithout("chromium"),
  // Chromium's pipes and timers outlive a test step.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using system = await startSystem();
    await using _web = await builtPage(system.at);
    const at = system.at.web;
    await using test = await startBrowser();
    const headers = await signedUp(system);
    const { id } = await createFilmProject(system, headers);
    await untilReady(system, headers, { id });

    const context = await test.browser.newContext({ reducedMotion: "reduce" });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await signIn(page, at, ADA);
    await page.goto(`${at}/projects/${id}`);
    await page.getByRole("link", { name: "Results", exact: true }).press("Enter");
    await page.getByRole("heading", { name: "No results yet" }).waitFor();
    const code = await page.getByRole("region", { name: "HTML of a page" }).innerText();
    assertStringIncludes(code, `project: ${id} }`);
    assertStringIncludes(code, system.at.webhooks);

    assertStringIncludes(code, "YOUR_PUBLISHABLE_KEY");
    await page.getByRole("link", { name: "Create one under Apps" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Page");
    await page.getByLabel("Allowed origins").fill("https://shop.example");
    await page.getByRole("button", { name: "Register app" }).click();
    const made = (await page.getByLabel("API key", { exact: true }).first().innerText()).trim();
    await page.getByRole("link", { name: "Projects", exact: true }).click();
    await page.getByRole("link", { name: "Films" }).first().click();
    await page.getByRole("link", { name: "Results", exact: true }).click();
    await page.getByRole("region", { name: "HTML of a page" }).getByText(made).first().waitFor();

    // Two visitors of a shop: one clicks the second film and buys it.
    const { api_key } = await call(`${system.at.webhooks}/api/apps/register`, {
      ...json({ app_name: "Shop" }, headers),
      expect: 201,
    });
    const recommend = (anonymous_id: string) =>
      call(
        `${system.at.webhooks}/api/recommend`,
        json(
          { project_id: id, anonymous_id, history: ["1"], placement: "home", n: 5 },
          { "x-api-key": api_key },
        ),
      );
    const ann = crypto.randomUUID();
    const { recommendation_id, recommendations } = await recommend(ann);
    await recommend(crypto.randomUUID());
    const { item_id } = recommendations[1];
    const send = (events: unknown[]) =>
      call(`${system.at.recommender}/project/${id}/events`, {
        ...json({ anonymous_id: ann, events }, headers),
        expect: 202,
      });
    const list = recommendations.map((item: { item_id: string }) => ({
      ...{ type: "impression", item_id: item.item_id, recommendation_id },
    }));
    await send([
      ...list,
      { type: "click", item_id, recommendation_id },
      { type: "purchase", item_id, value: 12.5 },
      { type: "view", item_id, recommendation_id: "not an id" },
      { type: "view", item_id: "unknown film" },
      { type: "view", item_id, price: 3 },
    ]);

    await page.reload();
    const row = page.getByRole("region", { name: "By placement", exact: true }).getByRole("row", {
      name: /^home/,
    });
    await row.waitFor();
    // Events are in the sums a few seconds after they came.
    for (let shown = ""; !shown.includes("12.5"); shown = await row.innerText()) {
      await page.reload();
      await row.waitFor();
    }
    const cells = await row.getByRole("cell").allInnerTexts();
    assertEquals(cells.map((cell) => cell.split(" ")[0]), ["2", "50%", "5", "1", "1", "12.5"]);
    await page.getByText("lists with a click within 24 hours").waitFor();
    await page.getByText(/^100% \(.*within|that followed a recommendation, of 1 purchase/).first()
      .waitFor();
    const tail = page.getByRole("region", { name: "Accepted events" });
    await tail.getByText("recommendation_id changed or cut off").waitFor();
    await tail.getByText("not in the catalogue").waitFor();
    await tail.getByText("home, version 1, position 2").first().waitFor();
    await page.getByRole("region", { name: "Rejected events" }).getByText("unknown_field")
      .waitFor();

    const look: [string, string, string][] = [
      ["results", `/projects/${id}/results`, "Live events"],
    ];
    assertEquals(await faultsOfLooks(page, at, look), []);
  },
});
