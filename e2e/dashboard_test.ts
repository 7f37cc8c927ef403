import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { ignoreWithout } from "../testing/runner/optional_parts.ts";
import { filmSample } from "../samples/films.ts";
import {
  deliveries,
  keys,
  pageKeys,
  registerApp,
  runShownCalls,
  usage,
} from "../testing/browser/app_walk.ts";
import { startBrowser } from "../testing/browser/browser.ts";
import { builtPage } from "../testing/browser/built_page.ts";
import { worstInteraction } from "../testing/browser/interactions.ts";
import { walkByKeyboard } from "../testing/browser/keyboard_walk.ts";
import { faultsOfLooks, type Look, pictureForReadme } from "../testing/browser/looks.ts";
import { signIn, submitSignIn } from "../testing/browser/sign_in.ts";
import { startReceiver } from "../testing/receiver.ts";
import {
  call,
  createProject,
  json,
  startSystem,
  type System,
  untilStatus,
} from "../testing/system.ts";

const ACCOUNT = { name: "Grace", email: "grace@example.com", password: "a fine long password" };
const TRAINING = { timeout: 90_000 };

Deno.test({
  name: "in a browser: the dashboard, from sign-up to an ended session, and by keyboard alone",
  ignore: ignoreWithout("chromium"),
  // Chromium's pipes and timers outlive a test step.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using receiver = startReceiver(410);
    await using system = await startSystem({ env: { SEARCH_LIMIT: "full" } });
    await using _web = await builtPage(system.at);
    await using test = await startBrowser();
    const errors: string[] = [];
    const page = await newPage(test.browser, errors);
    const step = (name: string, fn: () => Promise<void>) =>
      t.step(name, async () => {
        try {
          await fn();
        } catch (error) {
          const shown = await page.locator("body").innerText().catch(() => "");
          throw new Error(`${(error as Error).message}\n${page.url()}\n${shown}\n${system.log()}`);
        }
      });
    let id = 0;
    let app = "";
    let key = "";
    const at = (place: string) => `${system.at.web}/projects/${id}${place}`;

    await step("an account is created and logs in", async () => {
      await page.goto(system.at.web);
      await page.getByRole("link", { name: "Sign up" }).first().click();
      await page.getByLabel("Name", { exact: true }).fill(ACCOUNT.name);
      await page.getByLabel("Email", { exact: true }).fill(ACCOUNT.email);
      await page.getByLabel("Password", { exact: true }).fill(ACCOUNT.password);
      await page.getByRole("button", { name: "Sign up" }).click();
      await page.getByRole("heading", { name: "Projects" }).waitFor();
    });
    await step("a training on sample data survives a reload", async () => {
      await page.getByRole("button", { name: "Try it with sample data" }).click();
      await page.waitForURL(/\/projects\/\d+$/);
      id = Number(/\d+$/.exec(page.url())![0]);
      await page.reload();
      await page.getByText("Ready", { exact: true }).first().waitFor(TRAINING);
    });
    await step("the search for a better version is shown and cancelled", async () => {
      await page.getByRole("heading", { name: "Serving version 1" }).waitFor();
      await page.getByText("Searching for a better version.").waitFor();
      await page.getByRole("button", { name: "Cancel the search" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Cancel the search" }).click();
      await page.getByText(/^The search for a better version was cancelled/).waitFor();
    });
    await step("the report shows the quality in words, charts and numbers", async () => {
      await page.getByRole("link", { name: "Report", exact: true }).click();
      await page.getByText(/^The top 10 contain [\d.]+% of the held-out interactions/).waitFor();
      const drawing = page.getByRole("img", { name: /^Recall by list length/ });
      await drawing.locator("path").nth(2).waitFor();
      assertEquals(await drawing.locator("path").count(), 3);
      await page.getByText("Data table").first().click();
      const numbers = page.getByRole("region", { name: "Recall by list length: data table" });
      assertEquals(await numbers.getByRole("row").count(), 9);
    });
    await step("settings apply to the next training, which creates a second version", async () => {
      await page.getByRole("link", { name: "Settings" }).click();
      await page.getByLabel("Search budget, in seconds").fill("5");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByText("Search budget, in seconds must be").or(page.getByText(/>=10|least 10/))
        .first().waitFor();
      await page.getByLabel("Search budget, in seconds").fill("60");
      await page.getByLabel("Retrain", { exact: true }).selectOption({ label: "Every week" });
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByText("Saved for the next training.").waitFor();
      await page.reload();
      assertEquals(await page.getByLabel("Search budget, in seconds").inputValue(), "60");
      assertEquals(await page.getByLabel("Retrain", { exact: true }).inputValue(), "168");
      await page.getByRole("button", { name: "Train again now" }).click();
      await page.waitForURL(at(""));
      await page.getByText(/, version 2$/).waitFor(TRAINING);
      await page.getByRole("link", { name: "Report", exact: true }).click();
      await page.getByRole("heading", { name: "Trials" }).waitFor();
    });
    await step("versions are compared, promoted and rolled back", async () => {
      await page.getByRole("link", { name: "Versions" }).click();
      await page.getByRole("checkbox", { name: "version 1" }).check();
      await page.getByRole("checkbox", { name: "version 2" }).check();
      await page.getByRole("heading", { name: "Versions 1 and 2" }).waitFor();
      await page.getByRole("button", { name: "Promote version 1" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Promote" }).click();
      await page.getByText("Version 1 is live.").waitFor();
      await page.getByRole("button", { name: "Roll back" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Roll back" }).press("Enter");
      await page.getByText("Version 2 is live.").waitFor();
    });
    await step(
      "recommendations of a known user are requested by keyboard, filtered and diversified",
      async () => {
        await page.goto(at("/try"));
        await page.getByRole("combobox", { name: "User" }).fill("7");
        await page.getByRole("option", { name: "7", exact: true }).waitFor();
        await page.keyboard.press("ArrowDown");
        await page.keyboard.press("Enter");
        await page.keyboard.press("Enter");
        const first = await titles(page);
        assertEquals(first.length, 10);
        await page.getByRole("heading", { name: "History of user 7" }).waitFor();
        await page.getByRole("button", { name: "Western" }).click();
        const narrowed = await titles(page, first);
        await page.getByLabel("Diversity").press("End");
        const varied = await titles(page, narrowed);
        assertNotEquals(varied, narrowed);
        await page.reload();
        assertEquals(await titles(page), varied);
        await page.getByRole("button", { name: "Python" }).click();
        await page.getByText("urllib.request.urlopen").waitFor();
      },
    );
    await step("a new visitor's list changes with each click", async () => {
      await page.getByRole("link", { name: "A new visitor" }).click();
      await page.getByRole("button", { name: "Clear all" }).click();
      const liked = page.getByRole("group", { name: "Or select popular items" })
        .getByRole("button");
      await liked.first().click();
      const first = await titles(page);
      await liked.nth(3).click();
      await titles(page, first);
      await page.getByRole("button", { name: /^Remove / }).first().waitFor();
    });
    await step(
      "a training that failed by its mapping is corrected without a new upload",
      async () => {
        id = await failedProject(system);
        await page.goto(at(""));
        await page.getByRole("heading", { name: "The training failed" }).waitFor();
        await page.getByRole("link", { name: "Correct the mapping" }).click();
        const interactions = page.getByRole("group", { name: /^Interactions/ });
        await interactions.getByLabel("Timestamp", { exact: true }).selectOption("timestamp");
        await page.getByRole("button", { name: "Save and train again" }).click();
        await page.waitForURL(at(""));
        await page.getByText("Ready", { exact: true }).first().waitFor(TRAINING);
      },
    );
    await step("an app requests recommendations with the call that the page shows", async () => {
      key = await registerApp(page, receiver);
      await page.goto(`${system.at.web}/projects/1/try?user_id=7&n=3`);
      await page.getByRole("list", { name: "Recommendations" }).getByRole("listitem").first()
        .waitFor();
      const shown = await titles(page);
      const said = await runShownCalls(page, key);
      const { recommendations } = JSON.parse(said.get("curl")!);
      assertEquals(recommendations.map((item: { item_title: string }) => item.item_title), shown);
      for (const output of said.values()) {
        for (const title of shown) assertStringIncludes(output, title);
      }
    });
    await step("an app's usage, keys and failed deliveries are managed", async () => {
      await page.getByRole("link", { name: "Apps", exact: true }).click();
      await usage(page);
      app = new URL(page.url()).pathname;
      await keys(page);
      await pageKeys(page, { system, key });
      await deliveries(page, { system, receiver });
    });
    await step("the model is downloaded as files", async () => {
      await page.goto(`${system.at.web}/projects/1/settings`);
      const saving = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download manifest.json" }).click();
      const manifest = await Deno.readTextFile(await (await saving).path());
      assertStringIncludes(manifest, "data/model.safetensors");
    });
    await step("each page passes axe, light and dark, and fits a phone", async () => {
      await looksFine(page, { web: system.at.web, app, errors });
    });
    await step("interactions respond within two frames", async () => {
      const { ms, after, count } = await worstInteraction(page, system, ACCOUNT.email);
      console.log(`Interaction to next paint: at worst ${ms} ms, ${after}, of ${count}.`);
      assert(count > 5, `only ${count} interactions were measured`);
    });
    await step("a lost connection is shown, and the page continues when it is back", async () => {
      await page.goto(`${system.at.web}/projects/1/try?user_id=7`);
      const shown = await titles(page);
      await page.context().setOffline(true);
      await page.getByLabel("Diversity").press("End");
      await page.getByText("does not respond. Check that the service is running").waitFor();
      await page.context().setOffline(false);
      await page.getByRole("button", { name: "Try again" }).click();
      await titles(page, shown);
    });
    await step(
      "a session that ended elsewhere ends here, and one is led back after it",
      async () => {
        const elsewhere = await newPage(test.browser, errors);
        await signIn(elsewhere, system.at.web, ACCOUNT);
        await elsewhere.getByRole("link", { name: ACCOUNT.name }).click();
        await elsewhere.getByRole("button", { name: "Sign out everywhere" }).click();
        await elsewhere.getByText("You are signed out everywhere.").waitFor();
        await elsewhere.context().close();
        await page.goto(`${system.at.web}/`).catch(() => {});
        await page.getByText("Your session has ended.").waitFor();
        await page.goto(system.at.web + app);
        await submitSignIn(page, ACCOUNT);
        await page.getByRole("heading", { name: "Corner shop" }).waitFor();
        await page.getByRole("button", { name: "Sign out" }).click();
        await page.getByRole("heading", { name: "Sign in" }).waitFor();
      },
    );
    await step("everything works by keyboard alone", async () => {
      const other = await newPage(test.browser, errors);
      await walkByKeyboard(other, { system, receiver }).catch(async (error) => {
        const shown = await other.locator("body").innerText().catch(() => "");
        throw new Error(`${error.message}\n${other.url()}\n${shown}`);
      });
      await other.context().close();
    });
    assertEquals(errors, []);
  },
});

async function newPage(browser: Browser, errors: string[], options = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => void errors.push(error.message));
  page.setDefaultTimeout(20_000);
  return page;
}

/** Returns the recommended titles, once they differ from `before`. */
async function titles(page: Page, before?: string[]): Promise<string[]> {
  const list = page.getByRole("list", { name: "Recommendations" });
  await list.getByRole("listitem").first().waitFor();
  const read = () =>
    list.locator(".title").evaluateAll((all) =>
      all.map((title) => title.firstChild?.textContent ?? "")
    );
  const deadline = Date.now() + 10_000;
  for (;;) {
    const now = await read();
    const isBusy = await page.locator(".answer[aria-busy=true]").count() > 0;
    if (!isBusy && now.join() !== before?.join()) return now;
    assert(Date.now() < deadline, `the list stays as it was: ${now.join()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/**
 * Creates a project whose timestamp column is clear in the rows that the upload reads, and ambiguous
 * in most others, so that its training fails.
 */
async function failedProject(system: System): Promise<number> {
  const { token } = await call(`${system.at.auth}/login`, json(ACCOUNT));
  const headers = { authorization: `Bearer ${token}` };
  const { items, interactions } = filmSample();
  const dayOf = (line: number) =>
    line < 9000 ? "2019-01-22" : `0${1 + line % 6}/0${7 + line % 3}/2019`;
  const rows = interactions.trim().split("\n")
    .map((row, line) => `${row},${line === 0 ? "day" : dayOf(line)}`);
  const { id } = await createProject(system, headers, {
    name: "Wrong columns",
    content: {
      file: new File([items], "films.csv"),
      schema: { item_id: "film_id", item_title: "title", feature_col: ["genres"] },
    },
    interaction: {
      file: new File([rows.join("\n")], "ratings.csv"),
      schema: { user_id: "user_id", item_id: "film_id", rating: "rating", timestamp: "day" },
    },
  });
  await untilStatus(system, headers, {
    id,
    accept: (status) => status === "ERROR",
  });
  return id;
}

/** Checks every page in each width and colour scheme. */
async function looksFine(
  page: Page,
  { web, app, errors }: { web: string; app: string; errors: string[] },
): Promise<void> {
  const project = "/projects/1";
  const looks: Look[] = [
    ["projects", "/", "Projects"],
    ["new", "/projects/new", "New project"],
    ["overview", project, "Quality"],
    ["report", `${project}/report`, "Trials"],
    ["versions", `${project}/versions?compare=1,2`, "Versions 1 and 2"],
    ["try", `${project}/try?user_id=7&item_id=3`, "Recommendations"],
    ["try-begin", `${project}/try`, "Filter and re-rank"],
    ["visitor", `${project}/try?had=3&had=9&diversity=0.3`, "Recommendations"],
    ["settings", `${project}/settings`, "Columns"],
    ["missing-project", "/projects/999999", "Project not found"],
    ["apps", "/apps", "Apps"],
    ["app", app, "API keys"],
    ["webhooks", `${app}?part=webhooks`, "Verify a signature"],
    ["deliveries", `${app}?part=deliveries`, "Deliveries"],
    ["no-deliveries", `${app}?part=deliveries&type=training.failed`, "Deliveries"],
    ["account", "/account", "Audit log"],
    ["not-found", "/nowhere", "Page not found"],
  ];
  const faults = await faultsOfLooks(page, web, looks);
  const stranger = await newPage(page.context().browser()!, errors);
  faults.push(
    ...await faultsOfLooks(stranger, web, [
      ["sign-in", "/sign-in", "Sign in"],
      ["sign-up", "/sign-up", "Sign up"],
    ]),
  );
  await stranger.context().close();
  assertEquals(faults, []);
  const asked = "item_title=Return+to+Laredo+%281952%29&item_id=3&user_id=7";
  await pictureForReadme(page, `${web}${project}/try?${asked}`, "dashboard");
  await pictureForReadme(page, `${web}${project}/report`, "report");
  await page.setViewportSize({ width: 1400, height: 900 });
}
