import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import type { Page } from "playwright-core";
import { ignoreWithout } from "./parts.ts";
import { startBrowser } from "./test_browser.ts";
import { startSystem } from "./test_system.ts";

const AXE = fromFileUrl(import.meta.resolve("axe-core"));
/** Where pictures of each part go, if they are wanted. */
const PICTURES = Deno.env.get("AIREC_PICTURES_OF_APPS");

Deno.test({
  name: "in a browser: an app's keys, endpoints, deliveries and usage, in light and dark",
  ignore: ignoreWithout("chromium"),
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const received: string[] = [];
    const receiver = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        received.push(request.headers.get("airec-event")!);
        return new Response("no, thanks", { status: received.length === 1 ? 410 : 200 });
      },
    );
    await using system = await startSystem({ web: true });
    await using test = await startBrowser();
    const page = await test.browser.newPage({ viewport: { width: 1400, height: 900 } });
    const errors: string[] = [];
    page.on("pageerror", (error) => void errors.push(error.message));
    page.setDefaultTimeout(15_000);
    try {
      await walk(page, { web: system.at.web, hook: `http://127.0.0.1:${receiver.addr.port}/hook` });
    } catch (error) {
      const shown = await page.locator("body").innerText().catch(() => "");
      throw new Error(`${(error as Error).message}\n${page.url()}\n${shown}\n${system.log()}`);
    }
    assertEquals([errors, received], [[], ["webhook.test", "webhook.test"]]);
    await receiver.shutdown();
  },
});

async function walk(page: Page, { web, hook }: { web: string; hook: string }): Promise<void> {
  // The numbers that are drawn; all else on these pages is the services' own.
  await page.route(/\/usage\?days=/, (route) =>
    route.fulfill({
      headers: { "access-control-allow-origin": web, "access-control-allow-credentials": "true" },
      json: Array.from({ length: 30 }, (_, i) => ({
        day: new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10),
        usage_count: i < 4 ? 0 : Math.round(900 + 700 * Math.sin(i / 3) + 40 * i),
      })),
    }));
  await page.goto(`${web}/sign-up`);
  await page.getByLabel("Name", { exact: true }).fill("Grace");
  await page.getByLabel("Email", { exact: true }).fill("grace@example.com");
  await page.getByLabel("Password", { exact: true }).fill("a fine long password");
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByRole("link", { name: "Apps" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill("MovieRec");
  await page.getByLabel("Webhook URL").fill(hook);
  await page.getByRole("button", { name: "Register app" }).click();
  await page.getByRole("link", { name: "MovieRec" }).click();
  await page.getByText("31,").or(page.getByRole("img", { name: /in the last 30 days/ })).first()
    .waitFor();

  // A second key, shown once, rotated, and revoked by its name.
  await page.getByText("Make another key").click();
  await page.getByLabel("Name", { exact: true }).fill("Website");
  await page.getByLabel("Calls a minute, at most").fill("600");
  await page.getByRole("button", { name: "Make key" }).click();
  const shown = page.getByLabel("API key", { exact: true });
  const key = await shown.innerText();
  assertMatch(key, /^airec_live_/);
  await look(page, "overview");
  const card = page.getByRole("listitem").filter({ hasText: "Website" });
  await card.getByRole("button", { name: "Rotate" }).click();
  await page.getByRole("dialog").getByLabel("The old key").selectOption("0");
  await page.getByRole("button", { name: "Make the new key" }).click();
  await page.getByText("1 key that ended").waitFor();
  assert(await shown.innerText() !== key);
  await page.getByRole("button", { name: "I have copied it" }).click();
  await card.getByRole("button", { name: "Revoke key" }).first().click();
  const dialog = page.getByRole("dialog");
  assert(await dialog.getByRole("button", { name: "Revoke for good" }).isDisabled());
  await dialog.getByLabel("Type the key's name").fill("Website");
  await dialog.getByRole("button", { name: "Revoke for good" }).click();
  await page.getByText("2 keys that ended").waitFor();

  // A test that is refused for good switches the endpoint off; switched on, it is sent again.
  await page.getByRole("link", { name: "Webhooks", exact: true }).click();
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByText("A test is on its way").waitFor();
  await page.getByRole("link", { name: "Deliveries", exact: true }).click();
  await page.getByLabel("Status").selectOption("FAILED");
  await page.waitForURL(/part=deliveries&status=FAILED/);
  for (let i = 0; i < 50; i++) {
    if (await page.getByText("webhook.test").last().isVisible()) break;
    await page.waitForTimeout(100);
    await page.getByRole("button", { name: "Refresh" }).click();
  }
  await page.getByText("1 attempt").click();
  assert((await page.getByRole("region", { name: "Answer" }).innerText()).includes("no, thanks"));
  assert((await page.getByRole("region", { name: "Request" }).innerText()).includes("webhook-id"));
  await look(page, "deliveries");
  await page.getByRole("link", { name: "Webhooks", exact: true }).click();
  await page.getByText("It answered 410 Gone.").waitFor();
  await page.getByRole("button", { name: "Rotate secret" }).click();
  await page.getByRole("button", { name: "Make the new secret" }).click();
  assertMatch(await page.getByLabel(/^Secret of/).innerText(), /^whsec_/);
  await page.getByRole("button", { name: "Python" }).click();
  await page.getByText("import base64, hashlib").waitFor();
  await look(page, "webhooks");
  await page.getByRole("button", { name: "Switch on" }).click();
  await page.getByRole("button", { name: "Replay failures" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Send again" }).click();
  await page.getByText("1 on the way").waitFor();
  await page.getByRole("link", { name: "Deliveries", exact: true }).click();
  await page.getByLabel("Status").selectOption("DELIVERED");
  for (let i = 0; i < 50; i++) {
    if (await page.getByText("2 attempts").isVisible()) break;
    await page.waitForTimeout(100);
    await page.getByRole("button", { name: "Refresh" }).click();
  }
  await page.getByText("2 attempts").waitFor();
}

/** A part passes axe in both schemes and is no wider than a phone. */
async function look(page: Page, part: string): Promise<void> {
  await page.evaluate(await Deno.readTextFile(AXE));
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1400, 390]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      const violations = await page.evaluate(async () => {
        // deno-lint-ignore no-explicit-any
        const { violations } = await (globalThis as any).axe.run();
        return violations.map(({ id, nodes }: { id: string; nodes: { html: string }[] }) =>
          `${id}: ${nodes.map(({ html }) => html).join(" ")}`
        );
      });
      assertEquals(violations, [], `${part} ${colorScheme} ${width}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert(!wide, `${part} is wider than ${width}`);
      if (PICTURES) {
        const path = join(PICTURES, `${part}-${width}-${colorScheme}.png`);
        await page.screenshot({ path, fullPage: true });
      }
    }
  }
  await page.setViewportSize({ width: 1400, height: 900 });
}
