import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import type { Browser, Page } from "playwright-core";
import { axeFaults } from "./axe.ts";
import { ignoreWithout } from "./parts.ts";
import { filmSample } from "./samples/films.ts";
import { startBrowser } from "./test_browser.ts";
import { call, createProject, json, startSystem, type System, untilStatus } from "./test_system.ts";

/** Pictures of the main pages, to be looked at; git ignores them. */
const PICTURES = fromFileUrl(new URL("../screenshots", import.meta.url));
const ACCOUNT = { name: "Grace", email: "grace@example.com", password: "a fine long password" };
const TRAINING = { timeout: 90_000 };

Deno.test({
  name: "in a browser: the studio, from sample data to versions, failures and strangers",
  ignore: ignoreWithout("chromium"),
  // Chromium's own pipes and timers outlive a step of the test.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using system = await startSystem({ web: true });
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
    await call(`${system.at.auth}/signup`, { ...json(ACCOUNT), expect: 201 });
    await signIn(page, system);
    let id = 0;
    const at = (place: string) => `${system.at.web}/projects/${id}${place}`;

    await step("sample data trains, also over a reload in the middle", async () => {
      await page.getByRole("button", { name: "Try it with sample data" }).click();
      await page.waitForURL(/\/projects\/\d+$/);
      id = Number(/\d+$/.exec(page.url())![0]);
      await page.reload();
      await page.getByText("Ready", { exact: true }).first().waitFor(TRAINING);
    });
    await step("the report says in words, in drawings and in numbers how good it is", async () => {
      await page.getByRole("link", { name: "Report", exact: true }).click();
      await page.getByText(/^Its first ten hold [\d.]+% of what people chose/).waitFor();
      const drawing = page.getByRole("img", { name: /^Recall by length of list/ });
      await drawing.locator("path").nth(2).waitFor();
      assertEquals(await drawing.locator("path").count(), 3);
      await page.getByText("The numbers").first().click();
      const numbers = page.getByRole("region", { name: "Found, by length of list: numbers" });
      assertEquals(await numbers.getByRole("row").count(), 9);
      await page.getByRole("heading", { name: "What was tried" }).waitFor();
    });
    await step("settings count for the next training, which makes a second version", async () => {
      await page.getByRole("link", { name: "Settings" }).click();
      await page.getByLabel("Time to search, in seconds").fill("5");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByText("Time to search, in seconds must be").or(page.getByText(/>=10|least 10/))
        .first().waitFor();
      await page.getByLabel("Time to search, in seconds").fill("60");
      await page.getByLabel("Train again", { exact: true }).selectOption({ label: "Every week" });
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByText("Saved, for the next training.").waitFor();
      await page.reload();
      assertEquals(await page.getByLabel("Time to search, in seconds").inputValue(), "60");
      assertEquals(await page.getByLabel("Train again", { exact: true }).inputValue(), "168");
      await page.getByRole("button", { name: "Train again now" }).click();
      await page.waitForURL(at(""));
      await page.getByText(/, version 2$/).waitFor(TRAINING);
    });
    await step("versions are compared, promoted and rolled back", async () => {
      await page.getByRole("link", { name: "Versions" }).click();
      await page.getByRole("checkbox", { name: "version 1" }).check();
      await page.getByRole("checkbox", { name: "version 2" }).check();
      await page.getByRole("heading", { name: "Version 1 beside version 2" }).waitFor();
      await page.getByRole("button", { name: "Promote version 1" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Promote" }).click();
      await page.getByText("Version 1 serves.").waitFor();
      await page.getByRole("button", { name: "Roll back" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Roll back" }).press("Enter");
      await page.getByText("Version 2 serves.").waitFor();
    });
    await step("a known user is asked about by keyboard, narrowed and varied", async () => {
      await page.goto(at("/try"));
      await page.getByRole("combobox", { name: "User" }).fill("7");
      await page.getByRole("option", { name: "7", exact: true }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      const first = await titles(page);
      assertEquals(first.length, 10);
      await page.getByRole("heading", { name: "What 7 had" }).waitFor();
      await page.getByRole("button", { name: "Western" }).click();
      const narrowed = await titles(page, first);
      await page.getByLabel("Diversity").press("End");
      const varied = await titles(page, narrowed);
      assertNotEquals(varied, narrowed);
      await page.reload();
      assertEquals(await titles(page), varied);
      await page.getByRole("button", { name: "Python" }).click();
      await page.getByText("urllib.request.urlopen").waitFor();
    });
    await step("a visitor never seen gets another list with each click", async () => {
      await page.getByRole("link", { name: "A visitor you have never seen" }).click();
      await page.getByRole("button", { name: "Clear all" }).click();
      const liked = page.getByRole("group", { name: "Or click what they liked" })
        .getByRole("button");
      await liked.first().click();
      const first = await titles(page);
      await liked.nth(3).click();
      await titles(page, first);
      await page.getByRole("button", { name: /^Remove / }).first().waitFor();
    });
    await step("a training that fails by its mapping is mended without a new upload", async () => {
      id = await failedProject(system);
      await page.goto(at(""));
      await page.getByRole("heading", { name: "The training failed" }).waitFor();
      await page.getByRole("link", { name: "Put the columns right" }).click();
      const interactions = page.getByRole("group", { name: /^Interactions/ });
      await interactions.getByLabel("Rating").selectOption("rating");
      await page.getByRole("button", { name: "Save and train again" }).click();
      await page.waitForURL(at(""));
      await page.getByText("Ready", { exact: true }).first().waitFor(TRAINING);
    });
    await step("each page passes axe, light and dark, and fits a phone", async () => {
      await looksFine(test.browser, system, { project: 1, errors });
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

async function signIn(page: Page, { at }: System): Promise<void> {
  await page.goto(`${at.web}/sign-in`);
  await page.getByLabel("Email", { exact: true }).fill(ACCOUNT.email);
  await page.getByLabel("Password", { exact: true }).fill(ACCOUNT.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Projects" }).waitFor();
}

/** The recommended titles, when they are others than those before. */
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

/** A project whose ratings are looked for in a column of words. */
async function failedProject(system: System): Promise<number> {
  const { token } = await call(`${system.at.auth}/login`, json(ACCOUNT));
  const headers = { authorization: `Bearer ${token}` };
  const { items, interactions } = filmSample();
  const rows = interactions.split("\n").slice(0, 2000)
    .map((row, line) => `${row},${line === 0 ? "device" : "phone"}`);
  const { id } = await createProject(system, headers, {
    name: "Wrong columns",
    content: {
      file: new File([items], "films.csv"),
      schema: { item_id: "film_id", item_title: "title", feature_col: ["genres"] },
    },
    interaction: {
      file: new File([rows.join("\n")], "ratings.csv"),
      schema: { user_id: "user_id", item_id: "film_id", rating: "device" },
    },
  });
  await untilStatus(system, headers, {
    id,
    accept: (status) => status === "ERROR",
  });
  return id;
}

/** Every main page in each of its looks: axe finds nothing, nothing is wider than the window. */
async function looksFine(
  browser: Browser,
  system: System,
  { project, errors }: { project: number; errors: string[] },
): Promise<void> {
  await Deno.mkdir(PICTURES, { recursive: true });
  const pages: [name: string, path: string, heading: string][] = [
    ["projects", "/", "Projects"],
    ["new", "/projects/new", "New project"],
    ["overview", `/projects/${project}`, "Quality"],
    ["report", `/projects/${project}/report`, "What was tried"],
    ["versions", `/projects/${project}/versions?compare=1,2`, "Version 1 beside version 2"],
    ["try", `/projects/${project}/try?user_id=7&item_id=3`, "Recommendations"],
    ["visitor", `/projects/${project}/try?had=3&had=9&diversity=0.3`, "Recommendations"],
    ["settings", `/projects/${project}/settings`, "Columns"],
  ];
  const faults: string[] = [];
  for (const width of [1400, 390]) {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await newPage(browser, errors, {
        colorScheme,
        viewport: { width, height: 900 },
      });
      await signIn(page, system);
      for (const [name, path, heading] of pages) {
        await page.goto(system.at.web + path);
        await page.getByRole("heading", { name: heading, exact: true }).waitFor();
        await page.waitForLoadState("networkidle");
        const look = `${name} ${width} ${colorScheme}`;
        for (const fault of await axeFaults(page)) faults.push(`${look}: ${fault}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) faults.push(`${look}: ${wide} pixels too wide`);
        await page.screenshot({
          path: join(PICTURES, `${name}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
      }
      await page.context().close();
    }
  }
  assertEquals(faults, []);
}
