/** Dashboard test by keyboard only, from sign-up to sign-out. */
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { filmSample } from "../../samples/films.ts";
import { type Keyboard, keyboardOf } from "./keyboard.ts";
import type { Receiver } from "../receiver.ts";
import { call, json, type System } from "../system.ts";
import { until } from "../until.ts";

const ACCOUNT = { name: "Kay", email: "kay@example.com", password: "a fine long password" };
const TRAINING = { timeout: 120_000 };

/** A page with its keyboard. */
interface Walker {
  page: Page;
  system: System;
  receiver: Receiver;
  keyboard: Keyboard;
}

/** Runs the test; the receiver gets the app's webhooks. */
export async function walkByKeyboard(
  page: Page,
  { system, receiver }: { system: System; receiver: Receiver },
): Promise<void> {
  const walker: Walker = { page, system, receiver, keyboard: keyboardOf(page) };
  await signUp(walker);
  await sampleProject(walker);
  await report(walker);
  await secondVersion(walker);
  await versions(walker);
  await tryIt(walker);
  await app(walker);
  await deliveries(walker);
  await ownFile(walker);
  await signOut(walker);
}

async function signUp({ page, system, keyboard }: Walker): Promise<void> {
  await page.goto(`${system.at.web}/sign-in`);
  await keyboard.enter(page.getByRole("link", { name: "Sign up" }));
  await keyboard.type(page.getByLabel("Name", { exact: true }), ACCOUNT.name);
  await keyboard.type(page.getByLabel("Email", { exact: true }), ACCOUNT.email);
  await keyboard.type(page.getByLabel("Password", { exact: true }), ACCOUNT.password);
  await keyboard.press("Enter");
  await page.getByRole("button", { name: "Try it with sample data" }).waitFor();
}

async function sampleProject({ page, keyboard }: Walker): Promise<void> {
  await keyboard.enter(page.getByRole("button", { name: "Try it with sample data" }));
  await page.waitForURL(/\/projects\/\d+$/);
  await page.getByText("Ready", { exact: true }).first().waitFor(TRAINING);
}

async function report({ page, keyboard }: Walker): Promise<void> {
  await keyboard.enter(page.getByRole("link", { name: "Report", exact: true }));
  await page.getByText(/^The top 10 contain/).waitFor();
  await keyboard.enter(page.getByText("Data table").first());
  const numbers = page.getByRole("region", { name: "Recall by list length: data table" });
  await keyboard.to(numbers);
}

async function secondVersion({ page, keyboard }: Walker): Promise<void> {
  await keyboard.enter(page.getByRole("link", { name: "Settings", exact: true }));
  await keyboard.choose(page.getByLabel("Retrain", { exact: true }), "Every week");
  await keyboard.enter(page.getByRole("button", { name: "Save", exact: true }));
  await page.getByText("Saved for the next training.").waitFor();
  await keyboard.enter(page.getByRole("button", { name: "Train again now" }));
  await page.getByText(/, version 2$/).waitFor(TRAINING);
}

async function versions({ page, keyboard }: Walker): Promise<void> {
  await keyboard.enter(page.getByRole("link", { name: "Versions", exact: true }));
  await keyboard.space(page.getByRole("checkbox", { name: "version 2" }));
  await keyboard.space(page.getByRole("checkbox", { name: "version 1" }));
  await page.getByRole("heading", { name: "Versions 1 and 2" }).waitFor();
  await keyboard.enter(page.getByRole("button", { name: "Promote version 1" }));
  await keyboard.enter(page.getByRole("dialog").getByRole("button", { name: "Promote" }));
  await page.getByText("Version 1 is live.").waitFor();
  await keyboard.enter(page.getByRole("button", { name: "Roll back" }));
  await keyboard.enter(page.getByRole("dialog").getByRole("button", { name: "Roll back" }));
  await page.getByText("Version 2 is live.").waitFor();
}

async function tryIt({ page, keyboard }: Walker): Promise<void> {
  await keyboard.enter(page.getByRole("link", { name: "Try it", exact: true }));
  await keyboard.type(page.getByRole("combobox", { name: "User" }), "7");
  await page.getByRole("option", { name: "7", exact: true }).waitFor();
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await keyboard.press("Enter");
  const list = page.getByRole("list", { name: "Recommendations" });
  await list.getByRole("listitem").first().waitFor();
  const before = await list.innerText();
  await keyboard.to(page.getByLabel("Diversity"));
  await keyboard.press("End");
  await until(async () => await list.innerText() !== before);
  await keyboard.space(page.getByRole("button", { name: "Western" }));
  await page.waitForURL(/is\.genres=Western/);
  await keyboard.enter(list.locator("summary").first());
  await list.locator("details[open]").first().waitFor();
  await keyboard.enter(page.getByRole("link", { name: "A new visitor" }));
  const liked = page.getByRole("group", { name: "Or select popular items" });
  await keyboard.enter(liked.getByRole("button").first());
  await page.getByRole("button", { name: /^Remove / }).waitFor();
  await list.getByRole("listitem").first().waitFor();
}

async function app({ page, system, receiver, keyboard }: Walker): Promise<void> {
  const project = Number(/projects\/(\d+)/.exec(page.url())![1]);
  await keyboard.enter(page.getByRole("link", { name: "Apps", exact: true }));
  await keyboard.type(page.getByLabel("Name", { exact: true }), "By keys");
  await keyboard.type(page.getByLabel("Webhook URL"), receiver.url);
  await keyboard.to(page.getByRole("radio", { name: "Publishable (web pages)" }));
  await keyboard.press("ArrowDown");
  await keyboard.enter(page.getByRole("button", { name: "Register app" }));
  const key = await page.getByLabel("API key", { exact: true }).innerText();
  await keyboard.enter(page.getByRole("button", { name: "I have copied it" }));
  receiver.answer = 410;
  const body = { project_id: project, user_id: "7", n: 3 };
  const url = `${system.at.webhooks}/api/recommend`;
  const { recommendations } = await call(url, json(body, { "x-api-key": key }));
  assertEquals(recommendations.length, 3);
  await keyboard.enter(page.getByRole("link", { name: "By keys" }));
  await keyboard.enter(page.getByRole("button", { name: "Edit First key" }));
  await keyboard.type(
    page.getByRole("dialog").getByLabel("Rate limit, in requests per minute"),
    "90",
  );
  await keyboard.enter(page.getByRole("dialog").getByRole("button", { name: "Save changes" }));
  await page.getByText("90 requests per minute").waitFor();
  await keyboard.enter(page.getByText("Create another key"));
  const form = page.locator("details", { hasText: "Create another key" });
  await keyboard.type(form.getByLabel("Name", { exact: true }), "Page by keys");
  await keyboard.type(form.getByLabel("Allowed origins"), "https://shop.example");
  await keyboard.enter(form.getByRole("button", { name: "Create key" }));
  await keyboard.enter(page.getByRole("button", { name: "I have copied it" }));
  await page.getByText(/Allowed origins: https:\/\/shop.example/).waitFor();
  await keyboard.enter(page.getByRole("button", { name: "Create identity secret" }));
  await page.getByLabel("Identity secret", { exact: true }).waitFor();
  await keyboard.enter(page.getByRole("button", { name: "I have copied it" }));
}

async function deliveries({ page, receiver, keyboard }: Walker): Promise<void> {
  await until(() => receiver.events.includes("recommend.completed"));
  await keyboard.enter(page.getByRole("link", { name: "Webhooks", exact: true }));
  receiver.answer = 200;
  await keyboard.enter(page.getByRole("button", { name: "Enable" }));
  await page.getByText("Enabled", { exact: true }).waitFor();
  await keyboard.enter(page.getByRole("link", { name: "Deliveries", exact: true }));
  await keyboard.choose(page.getByLabel("Status"), "Failed");
  await page.waitForURL(/status=FAILED/);
  await keyboard.enter(page.locator("summary", { hasText: "recommend.completed" }).first());
  const response = page.getByRole("region", { name: "Response" });
  await keyboard.to(response);
  assert((await response.innerText()).includes("no, thanks"));
  const before = receiver.events.length;
  await keyboard.enter(page.getByRole("button", { name: /^Resend/ }));
  await until(() => receiver.events.length > before);
  await page.getByText("No matching deliveries.").waitFor();
}

/** Chooses an items file, corrects a wrong mapping, and creates a project. */
async function ownFile({ page, keyboard }: Walker): Promise<void> {
  await keyboard.enter(page.getByRole("link", { name: "Projects", exact: true }));
  await keyboard.enter(page.getByRole("link", { name: "New project" }));
  const items = page.getByRole("region", { name: "Items", exact: true });
  await items.waitFor();
  const chosen = page.waitForEvent("filechooser");
  await keyboard.enter(items.locator("input[type=file]"));
  const buffer = Buffer.from(filmSample().items);
  await (await chosen).setFiles({ name: "films.csv", mimeType: "text/csv", buffer });
  const title = page.getByRole("region", { name: "Items", exact: true })
    .getByLabel("Item title", { exact: true });
  await keyboard.choose(title, "genres");
  await keyboard.choose(title, "title");
  await keyboard.enter(page.getByRole("button", { name: "Create project" }));
  await page.waitForURL(/\/projects\/\d+$/);
  await page.getByText("Ready", { exact: true }).first().waitFor(TRAINING);
}

async function signOut({ page, keyboard }: Walker): Promise<void> {
  await keyboard.enter(page.getByRole("button", { name: "Sign out" }));
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
}
