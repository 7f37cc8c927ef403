/** Dashboard test of an app, from its registration to a failed delivery that is resent. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { axeFaults } from "./axe.ts";
import { onPath } from "../../ops/processes/executable.ts";
import type { Receiver } from "../receiver.ts";
import type { System } from "../system.ts";
import { noteSecrets } from "../runner/traces.ts";
import { until } from "../until.ts";

/**
 * Registers an app with the receiver as its endpoint; returns its API key, which is shown only
 * once.
 */
export async function registerApp(page: Page, { url }: Receiver): Promise<string> {
  await page.getByRole("link", { name: "Apps", exact: true }).click();
  await page.getByLabel("Name", { exact: true }).fill("Corner shop");
  await page.getByLabel("Webhook URL").fill(url);
  await page.getByRole("radio", { name: "Secret (server)" }).check();
  await page.getByRole("button", { name: "Register app" }).click();
  const key = await page.getByLabel("API key", { exact: true }).innerText();
  noteSecrets(key, await page.getByLabel("Webhook secret", { exact: true }).innerText());
  await page.getByRole("button", { name: "I have copied it" }).click();
  return key;
}

/** Commands that run the code samples, by button label. */
const RUN: Record<string, (program: string, key: string) => [string, string[]] | null> = {
  curl: (program) => ["sh", ["-c", `${program} --silent --show-error`]],
  JavaScript: (program, key) => [
    Deno.execPath(),
    ["eval", `const AIREC_API_KEY = ${JSON.stringify(key)};\n${program}`],
  ],
  Python: (program) => onPath("python3") === null ? null : ["python3", ["-c", program]],
};

/** Runs each code sample unchanged; returns the outputs by language. */
export async function runShownCalls(page: Page, key: string): Promise<Map<string, string>> {
  const said = new Map<string, string>();
  for (const [language, command] of Object.entries(RUN)) {
    await page.getByRole("button", { name: language, exact: true }).click();
    const shown = page.getByRole("region", { name: `${language} with an API key` });
    const run = command(await shown.innerText(), key);
    if (run === null) continue; // skipped visibly by the tests of calls.ts
    const [executable, args] = run;
    const { stdout, stderr } = await new Deno.Command(executable, {
      args,
      env: { AIREC_API_KEY: key, NO_COLOR: "1" },
    }).output();
    said.set(language, [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join(""));
  }
  return said;
}

/** A second key: created, changed, rotated, and revoked by name. */
export async function keys(page: Page): Promise<void> {
  await page.getByText("Create another key").click();
  const form = page.locator("details", { hasText: "Create another key" });
  await form.getByLabel("Name", { exact: true }).fill("Website");
  await form.getByRole("radio", { name: "Secret (server)" }).check();
  await form.getByLabel("Rate limit, in requests per minute").fill("600");
  await form.getByRole("button", { name: "Create key" }).click();
  const shown = page.getByLabel("API key", { exact: true });
  const key = await shown.innerText();
  assertMatch(key, /^airec_live_/);
  const dialog = page.getByRole("dialog");
  await page.getByText(/600 requests per minute/).waitFor();
  await page.getByRole("button", { name: "Edit Website" }).click();
  assertEquals(await axeFaults(page), [], "the dialog of a key's rules");
  await dialog.getByRole("checkbox").first().check();
  await dialog.getByLabel("Expires").selectOption({ label: "after 30 days" });
  await dialog.getByLabel("Rate limit, in requests per minute").fill("60");
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await page.getByText(/Only project \d+ · 60 requests per minute · Expires /).waitFor();
  await page.getByRole("button", { name: "Rotate Website" }).click();
  await dialog.getByLabel("The old key").selectOption("0");
  await dialog.getByRole("button", { name: "Create new key" }).click();
  await page.getByText("1 inactive key").waitFor();
  const next = await shown.innerText();
  noteSecrets(key, next);
  assert(next !== key);
  await page.getByRole("button", { name: "I have copied it" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Website" });
  await row.getByRole("button", { name: "Revoke key" }).first().click();
  assert(await dialog.getByRole("button", { name: "Revoke permanently" }).isDisabled());
  assertEquals(await axeFaults(page), [], "the dialog that revokes");
  await dialog.getByLabel("Type the key's name").fill("Website");
  await dialog.getByRole("button", { name: "Revoke permanently" }).click();
  await page.getByText("2 inactive keys").waitFor();
}

/**
 * A publishable key, which is offered first: warning, corrected origins; a secret key that was used
 * by a page; the identity secret, rotated.
 */
export async function pageKeys(
  page: Page,
  { system, key }: { system: System; key: string },
): Promise<void> {
  const form = page.locator("details", { hasText: "Create another key" });
  await form.evaluate((details) => (details as HTMLDetailsElement).open = true);
  const first = form.getByRole("radio").first();
  assertEquals([await first.inputValue(), await first.isChecked()], ["publishable", true]);
  await form.getByText("Anyone can read a key in a web page").waitFor();
  await form.getByLabel("Name", { exact: true }).fill("Shop page");
  const origins = form.getByLabel("Allowed origins");
  await origins.fill("https://shop.example/cart");
  await form.getByRole("button", { name: "Create key" }).click();
  await form.getByText(/must be an origin such as/).waitFor();
  assertEquals(await origins.getAttribute("aria-invalid"), "true");
  await form.getByText(/must name the projects that a publishable key can access/).or(
    form.getByText(/must be an origin such as/),
  ).first().waitFor();
  await origins.fill("https://shop.example\nnull");
  await form.getByRole("button", { name: "Create key" }).click();
  await form.getByText(/must name the projects/).waitFor();
  assertEquals(await axeFaults(page), [], "the form of a key for pages");
  await form.getByRole("group", { name: "Allowed projects" }).getByRole("checkbox").last().check();
  await form.getByRole("checkbox", { name: /^Allow downloading the model/ }).check();
  await form.getByRole("button", { name: "Create key" }).click();
  const shown = page.getByLabel("API key", { exact: true });
  const made = await shown.innerText();
  noteSecrets(made);
  await page.getByText("It is public there").waitFor();
  const snippet = await page.getByRole("region", { name: "HTML of a page" }).innerText();
  assertStringIncludes(snippet, `<script src="${system.at.webhooks}/airec.js"></script>`);
  assertMatch(snippet, new RegExp(`airec.init\\({ key: "${made}", project: \\d+ }\\);`));
  await page.getByRole("button", { name: "I have copied it" }).click();
  const row = page.getByRole("listitem").filter({ hasText: "Shop page" });
  await row.getByText("publishable", { exact: true }).waitFor();
  await row.getByText(/Allowed origins: https:\/\/shop.example, null · Only project \d+/)
    .waitFor();
  await row.getByText(/Model download allowed/).waitFor();
  await row.getByText(/The origin "null" is any file/).waitFor();
  await page.getByRole("button", { name: "Edit Shop page" }).click();
  const dialog = page.getByRole("dialog");
  assertEquals(await dialog.getByRole("radio").count(), 0, "it never becomes secret");
  await dialog.getByLabel("Allowed origins").fill("https://shop.example");
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await row.getByText(/The origin "null"/).waitFor({ state: "detached" });

  const answer = await fetch(`${system.at.webhooks}/api/items?project_id=1`, {
    headers: { "x-api-key": key, origin: "https://old.example" },
  });
  await answer.body?.cancel();
  assertEquals(answer.status, 200);
  await page.reload();
  await page.getByText(/A page at https:\/\/old.example sends this secret key/).waitFor();

  const identity = page.getByRole("region", { name: "Signed-in visitors" });
  await identity.getByText("There is no identity secret yet.").waitFor();
  await identity.getByRole("button", { name: "Create identity secret" }).click();
  const secret = identity.getByLabel("Identity secret", { exact: true });
  const before = await secret.innerText();
  assertMatch(before, /^airec_identity_[0-9A-Za-z]{40}$/);
  await identity.getByRole("button", { name: "I have copied it" }).click();
  await identity.getByRole("button", { name: "Rotate identity secret" }).click();
  assertEquals(await axeFaults(page), [], "the dialog that rotates the identity secret");
  await page.getByRole("dialog").getByLabel("The old secret").selectOption("3600");
  await page.getByRole("dialog").getByRole("button", { name: "Create new secret" }).click();
  await identity.getByText(/The previous secret is valid until/).waitFor();
  const after = await secret.innerText();
  noteSecrets(before, after);
  assert(after !== before);
  await identity.getByRole("button", { name: "I have copied it" }).click();
  for (const [language, line] of [["PHP", "hash_hmac"], ["Ruby", "OpenSSL::HMAC"]]) {
    await identity.getByRole("button", { name: language, exact: true }).click();
    const program = page.getByRole("region", { name: `${language} that creates a user_token` });
    assert((await program.innerText()).includes(line));
  }
}

/** Daily usage is drawn and counted for the period in the URL. */
export async function usage(page: Page): Promise<void> {
  await page.getByRole("link", { name: "Corner shop" }).click();
  await page.getByRole("img", { name: /^\d+ recommendations? in the last 30 days/ }).waitFor();
  await page.getByRole("link", { name: "90 days" }).click();
  await page.waitForURL(/days=90/);
  await page.getByText(/^\d+ recommendations? in the last 90 days/).waitFor();
  await page.reload();
  await page.getByText("Data table").click();
  const numbers = page.getByRole("region", { name: "Usage: data table" });
  assertEquals(await numbers.getByRole("row").count(), 91);
}

/**
 * A delivery fails permanently, which disables the endpoint; its secret is rotated, it is enabled,
 * and the failed delivery is resent.
 */
export async function deliveries(
  page: Page,
  { system, receiver }: { system: System; receiver: Receiver },
): Promise<void> {
  const link = (name: string) => page.getByRole("link", { name, exact: true });
  await until(() => receiver.events.includes("recommend.completed"));
  await link("Deliveries").click();
  await page.getByLabel("Status").selectOption("FAILED");
  await page.waitForURL(/part=deliveries&status=FAILED/);
  const failed = page.locator("summary", { hasText: "recommend.completed" }).first();
  await until(async () => {
    await page.getByRole("button", { name: "Refresh" }).click();
    return await page.getByText(/1 attempt · Status 410/).count() > 0;
  }, { everyMs: 200 });
  await failed.click();
  assert((await page.getByRole("region", { name: "Response" }).innerText()).includes("no, thanks"));
  assert((await page.getByRole("region", { name: "Request" }).innerText()).includes("webhook-id"));
  assert((await page.getByRole("region", { name: "Payload" }).innerText()).includes("item_title"));

  await link("Webhooks").click();
  await page.getByText(/It answered 410 Gone\./).waitFor();
  await page.getByRole("button", { name: "Rotate secret" }).click();
  await page.getByRole("button", { name: "Create new secret" }).click();
  const secret = await page.getByLabel(/^Secret of/).innerText();
  noteSecrets(secret);
  assertMatch(secret, /^whsec_/);
  await page.getByRole("button", { name: "I have copied it" }).click();
  await page.getByRole("button", { name: /^Edit http/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox", { name: "recommend.completed" }).check();
  await dialog.getByRole("button", { name: "Save endpoint" }).click();
  await page.getByText("Events: recommend.completed.").waitFor();
  await page.getByRole("button", { name: "Python" }).click();
  await page.getByText("import base64, hashlib").waitFor();
  receiver.answer = 200;
  await page.getByRole("button", { name: "Enable" }).click();
  await page.getByRole("button", { name: "Send test event" }).click();
  await page.getByText("The test event is queued").waitFor();
  await until(() => receiver.events.includes("webhook.test"));
  await page.getByRole("button", { name: "Resend failures" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Resend" }).click();
  await page.getByText(/^\d+ deliver(y|ies) queued/).waitFor();

  await page.goto(`${system.at.web}${new URL(page.url()).pathname}?part=deliveries`);
  await page.getByLabel("Status").selectOption("DELIVERED");
  await until(async () => {
    await page.getByRole("button", { name: "Refresh" }).click();
    return await page.getByText(/2 attempts · Status 200/).count() > 0;
  }, { everyMs: 200 });
  const sent = receiver.events.length;
  await page.getByRole("button", { name: /^Resend: recommend.completed/ }).first().click();
  await until(() => receiver.events.length > sent);
}
