import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import type { Page } from "playwright-core";
import { ignoreWithout } from "../testing/runner/optional_parts.ts";
import { submitSignIn } from "../testing/browser/sign_in.ts";
import { startBrowser } from "../testing/browser/browser.ts";
import { builtPage } from "../testing/browser/built_page.ts";
import { startSystem } from "../testing/system.ts";

const AXE = fromFileUrl(import.meta.resolve("axe-core"));
const GRACE = { name: "Grace", email: "grace@example.com", password: "a fine long password" };
const CHOSEN = "a finer longer password";

Deno.test({
  name:
    "in a browser: a session over reloads, tabs and its end, on the built page under its policy",
  ignore: ignoreWithout("chromium"),
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using system = await startSystem();
    await using _web = await builtPage(system.at);
    await using test = await startBrowser();
    const context = await test.browser.newContext({ reducedMotion: "reduce" });
    const faults: string[] = [];
    context.on("weberror", (error) => void faults.push(error.error().message));
    context.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) faults.push(message.text());
    });
    const page = await context.newPage();
    page.setDefaultTimeout(180_000);
    try {
      await walk(page, system.at.web);
    } catch (error) {
      const shown = await page.locator("body").innerText().catch(() => "");
      throw new Error(`${(error as Error).message}\n${page.url()}\n${shown}\n${system.log()}`);
    }
    assertEquals(faults, []);
  },
});

async function walk(page: Page, at: string): Promise<void> {
  const context = page.context();
  await page.goto(`${at}/sign-up`);
  await page.getByLabel("Name", { exact: true }).fill(GRACE.name);
  await page.getByLabel("Email", { exact: true }).fill(GRACE.email);
  await page.getByLabel("Password", { exact: true }).fill("password1");
  await page.getByRole("status").filter({ hasText: "Very weak: guessed immediately" }).waitFor();
  await page.getByLabel("Password", { exact: true }).fill(GRACE.password);
  await page.getByRole("status").filter({ hasText: /^(Fair|Strong|Very strong)/ }).waitFor();
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("link", { name: "Grace" }).waitFor();

  // A reload refreshes the session; scripts cannot read the refresh token.
  const before = await refreshCookie(page);
  assertEquals([before?.httpOnly, before?.secure, before?.sameSite], [true, true, "Strict"]);
  await page.reload();
  await page.getByRole("link", { name: "Grace" }).waitFor();
  assert((await refreshCookie(page))?.value !== before?.value);
  const readable = await page.evaluate(() =>
    JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])
  );
  assertEquals(readable, JSON.stringify(["", { "airec.signed_in": GRACE.email }, {}]));

  // A second tab shares the session, also when both start at once.
  const tab = await context.newPage();
  await Promise.all([page.reload(), tab.goto(`${at}/account`)]);
  await page.getByRole("link", { name: "Grace" }).waitFor();
  await tab.getByRole("heading", { name: "Audit log" }).waitFor();

  await page.getByRole("link", { name: "Grace" }).click();
  await page.getByText(GRACE.email, { exact: true }).first().waitFor();
  await page.getByText("Signed in", { exact: true }).first().waitFor();
  await page.getByLabel("Current password").fill("not the password");
  await page.getByLabel("New password").fill(CHOSEN);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("is not the account's password").waitFor();
  await page.getByLabel("Current password").fill(GRACE.password);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Your password was changed").waitFor();
  await page.getByText("Password changed", { exact: true }).waitFor();
  await accessible(page);

  const downloaded = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const stored = JSON.parse(await Deno.readTextFile(await (await downloaded).path()));
  assertEquals(stored.auth.account.email, GRACE.email);

  // A sign-out in one tab signs the other out. The page does not wait for auth's response, which
  // deletes the cookie.
  const ended = page.waitForResponse((response) => response.url().endsWith("/logout"));
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await ended;
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await tab.getByRole("heading", { name: "Sign in" }).waitFor();
  assertEquals(await refreshCookie(page), undefined);
  await tab.close();

  await submitSignIn(page, { email: GRACE.email, password: CHOSEN });
  await page.getByRole("link", { name: "Grace" }).click();
  await page.getByRole("button", { name: "Delete account" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Type your email address").fill(GRACE.email);
  await dialog.getByLabel("Your password").fill(CHOSEN);
  await dialog.getByRole("button", { name: "Delete permanently" }).click();
  await page.getByText("Your account and all its data were deleted").waitFor();
  assertEquals(await refreshCookie(page), undefined);
}

async function refreshCookie(page: Page) {
  const cookies = await page.context().cookies();
  return cookies.find(({ name }) => name === "__Host-airec_refresh");
}

/** Runs axe by `evaluate`, since the page's content security policy blocks injected scripts. */
async function accessible(page: Page): Promise<void> {
  await page.evaluate(await Deno.readTextFile(AXE));
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const violations = await page.evaluate(async () => {
      // deno-lint-ignore no-explicit-any
      const { violations } = await (globalThis as any).axe.run();
      return violations.map(({ id, nodes }: { id: string; nodes: { html: string }[] }) =>
        `${id}: ${nodes.map(({ html }) => html).join(" ")}`
      );
    });
    assertEquals(violations, [], colorScheme);
  }
}
