/** The settings of live events in the dashboard. */
import { assertEquals } from "@std/assert";
import { ignoreWithout } from "../../testing/runner/optional_parts.ts";
import { startBrowser } from "../../testing/browser/browser.ts";
import { builtPage } from "../../testing/browser/built_page.ts";
import { faultsOfLooks } from "../../testing/browser/looks.ts";
import { signIn } from "../../testing/browser/sign_in.ts";
import { call, createFilmProject, signedUp, startSystem } from "../../testing/system.ts";

Deno.test({
  name: "in a browser: the settings of live events are changed, refused and reset",
  ignore: ignoreWithout("chromium"),
  // Chromium's pipes and timers outlive a test step.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using system = await startSystem();
    await using _web = await builtPage(system.at);
    await using test = await startBrowser();
    const headers = await signedUp(system);
    const { id } = await createFilmProject(system, headers);
    const stored = () => call(`${system.at.recommender}/project/${id}/settings`, { headers });
    const page = await (await test.browser.newContext({ reducedMotion: "reduce" })).newPage();
    page.setDefaultTimeout(60_000);
    await signIn(page, system.at.web, {
      email: "ada@example.com",
      password: "a fine long password",
    });
    await page.goto(`${system.at.web}/projects/${id}/settings`);
    const values = {
      "Retrain after this many new events": "10000",
      "Retrain after this many new items": "50",
      "Retrain after this time": "12h",
      "Keep events, in days": "90",
      "Half-life of trending items, in hours": "2.5",
      "Window of clicks, in hours": "12",
      "Window of purchases, in hours": "72",
    };
    const save = page.getByRole("button", { name: "Save live events" });
    for (const [label, value] of Object.entries(values)) await page.getByLabel(label).fill(value);
    await save.click();
    await page.getByText("Saved.", { exact: true }).waitFor();
    const { keep_events, retrain_when, trending_half_life, ...rest } = await stored();
    assertEquals([keep_events, retrain_when, trending_half_life], [
      90,
      { events: 10_000, new_items: 50, every: "12h" },
      2.5,
    ]);
    assertEquals([rest.click_window_hours, rest.purchase_window_hours], [12, 72]);

    await page.reload();
    for (const [label, value] of Object.entries(values)) {
      assertEquals(await page.getByLabel(label).inputValue(), value, label);
    }
    await page.getByLabel("Window of clicks, in hours").fill("200");
    await page.getByLabel("Retrain after this many new events").fill("5");
    await page.getByLabel("Retrain after this time").fill("59m");
    await save.click();
    await page.getByText(/^Retrain after this time .*1h to 365d/).waitFor();
    await page.getByText(/^Window of clicks, in hours .*168/).waitFor();
    await page.getByText(/^Retrain after this many new events .*100/).waitFor();
    assertEquals((await stored()).click_window_hours, 12);

    for (const label of Object.keys(values)) await page.getByLabel(label).fill("");
    await save.click();
    await page.getByText("Saved.", { exact: true }).waitFor();
    const reset = await stored();
    for (
      const name of ["keep_events", "retrain_when", "trending_half_life", "click_window_hours"]
    ) {
      assertEquals(reset[name], null, name);
    }
    const look: [string, string, string][] = [
      ["live-settings", `/projects/${id}/settings`, "Live events"],
    ];
    assertEquals(await faultsOfLooks(page, system.at.web, look), []);
  },
});
