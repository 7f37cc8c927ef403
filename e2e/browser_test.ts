import { assertEquals } from "@std/assert";
import type { Browser, Page } from "playwright-core";
import { axeFaults } from "../testing/browser/axe.ts";
import { ignoreWithout } from "../testing/runner/optional_parts.ts";
import { startBrowser } from "../testing/browser/browser.ts";
import { shopsOnDisk } from "../testing/browser/shops.ts";
import { call, json, startSystem, type System } from "../testing/system.ts";
import { until } from "../testing/until.ts";

Deno.test({
  name:
    "in a browser: from sign-up to a recommendation, a call by key from MovieRec, an erasure; the API pages",
  ignore: ignoreWithout("chromium"),
  // Chromium's pipes and timers outlive a test step.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using system = await startSystem({ web: true });
    await using test = await startBrowser();
    const context = await test.browser.newContext({ viewport: { width: 1280, height: 860 } });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => void errors.push(error.message));
    page.setDefaultTimeout(20_000);
    try {
      await signUp(page, system);
      const id = await projectFromSamples(page);
      await tryIt(page);
      const key = await registerApp(page, system);
      await movieRec(test.browser, { system, id, key });
      await erasure(page, { system, id });
      await apiPages(test.browser, system);
    } catch (error) {
      const shown = await page.locator("body").innerText().catch(() => "");
      throw new Error(`${(error as Error).message}\n${page.url()}\n${shown}\n${system.log()}`);
    }
    assertEquals(errors, []);
  },
});

async function signUp(page: Page, { at }: System): Promise<void> {
  await page.goto(at.web);
  await page.getByRole("link", { name: "Sign up" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("Grace");
  await page.getByLabel("Email", { exact: true }).fill("grace@example.com");
  await page.getByLabel("Password", { exact: true }).fill("a fine long password");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("button", { name: "Try it with sample data" }).waitFor();
}

/** Creates a project from sample data and waits until it is trained. */
async function projectFromSamples(page: Page): Promise<number> {
  await page.getByRole("button", { name: "Try it with sample data" }).click();
  await page.waitForURL(/\/projects\/\d+/);
  const id = Number(/\/projects\/(\d+)/.exec(page.url())![1]);
  await page.getByText("Ready", { exact: true }).first().waitFor({ timeout: 180_000 });
  return id;
}

async function tryIt(page: Page): Promise<void> {
  const id = /\/projects\/(\d+)/.exec(page.url())![1];
  await page.getByRole("link", { name: "Try it" }).last().click();
  await page.waitForURL(`**/projects/${id}/try`);
  await page.getByRole("combobox", { name: "Item" }).fill("the");
  const first = page.getByRole("listbox", { name: "Item" }).getByRole("option").first();
  await first.click();
  await page.getByRole("combobox", { name: "User" }).fill("7");
  const user = page.getByRole("listbox", { name: "User" });
  await user.getByRole("option", { name: "7", exact: true }).click();
  await page.getByRole("button", { name: "Recommend" }).click();
  const list = page.getByRole("list", { name: "Recommendations" });
  await list.getByRole("listitem").first().waitFor();
  assertEquals(await list.getByRole("listitem").count(), 10);
}

async function registerApp(page: Page, { at }: System): Promise<string> {
  await page.getByRole("link", { name: "Apps" }).first().click();
  await page.waitForURL(`${at.web}/apps`);
  await page.getByLabel("Name", { exact: true }).fill("MovieRec");
  await page.getByRole("radio", { name: "Secret (server)" }).check();
  await page.getByRole("button", { name: "Register app" }).click();
  return (await page.getByLabel("API key", { exact: true }).first().innerText()).trim();
}

/** Opens the shop from disk, with the key in its configuration. */
async function movieRec(
  browser: Browser,
  { system, id, key }: { system: System; id: number; key: string },
): Promise<void> {
  await using shops = await shopsOnDisk();
  const config = { API_URL: system.at.webhooks, API_KEY: key, PROJECT_ID: id };
  await shops.configure("movierec", config);
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  page.setDefaultTimeout(20_000);
  await page.goto(shops.fileOf("movierec"));
  const next = page.getByRole("list", { name: "Next for you" }).getByRole("listitem");
  await next.getByRole("button").first().click();
  await page.getByText("Because you liked").first().waitFor();
  assertEquals(await next.count(), 10);
}

/** Checks the settings page's note about an erased user: pending, overdue, done. */
async function erasure(
  page: Page,
  { system: { at, sql }, id }: { system: System; id: number },
): Promise<void> {
  const account = { email: "grace@example.com", password: "a fine long password" };
  const { token } = await call(`${at.auth}/login`, json(account));
  const headers = { authorization: `Bearer ${token}` };
  const users = `${at.recommender}/project/${id}/users`;
  await sql`
    insert into http.pauses (duty, reason, until) values ('removals', 'a backup', 'infinity')`;
  await call(`${users}/7`, { method: "DELETE", headers, expect: 202 });
  await until(async () => (await call(`${users}/erased`, { headers })).users[0].cause);
  await page.goto(`${at.web}/projects/${id}/settings`);
  const note = page.getByRole("region", { name: "Pending erasures" });
  await note.getByText("Data of 1 erased user may still be in files or versions, the oldest since ")
    .waitFor();
  await note.getByText("A backup is running, which copies the previous files.").waitFor();
  assertEquals(await note.getByText("overdue").count(), 0);

  await sql`
    with listed as (
      update recommender.forgetting set created_at = now() - interval '1 hour'
      where project_id = ${id}
    )
    update recommender.erased_users set erased_at = now() - interval '1 hour'
    where project_id = ${id}`;
  await page.reload();
  await note.getByText("1 erasure overdue.").waitFor();
  assertEquals(await axeFaults(page), []);

  await sql`delete from http.pauses`;
  await until(async () => {
    const { pending, in_weights } = await call(`${users}/erased`, { headers });
    return pending + in_weights === 0;
  });
  await page.reload();
  await page.getByRole("heading", { name: "Columns" }).waitFor();
  await page.waitForLoadState("networkidle");
  assertEquals(await note.count(), 0);
}

/** Checks the API documentation pages of each service, also for accessibility. */
async function apiPages(browser: Browser, { at }: System): Promise<void> {
  for (const service of [at.auth, at.recommender, at.webhooks]) {
    // The page's content security policy would block axe.
    const context = await browser.newContext({
      bypassCSP: true,
      viewport: { width: 390, height: 844 },
    });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(request.url()));
    await page.goto(`${service}/docs`);
    assertEquals(asked, [`${service}/docs`, `${service}/docs.css`]);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      assertEquals(await axeFaults(page), [], `${service}/docs, ${colorScheme}`);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assertEquals(wide, 0);
    await context.close();
  }
}
