/** Walk of a shop's visitor whose events change the next list, before and after a sign-in. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { until } from "../until.ts";

/**
 * A stranger views two films, and the next list has changed; buys one that a member would be
 * recommended, and it never comes again; signs in as that member, and what they did came along. No
 * model is trained meanwhile.
 * @param open opens the film shop as a new visitor.
 * @param member whom the shop can sign in.
 */
export async function walkTheLoop(open: () => Promise<Page>, member: string): Promise<void> {
  const known = await open();
  await signIn(known, member);
  const [wanted] = await titlesOn(known);

  const page = await open();
  const answers = await answersOf(page);
  const { version, items: before } = answers.last("home")!;
  const clicked = before.slice(2, 4);
  for (const { item_title } of clicked) {
    await film(page, item_title);
    await home(page);
  }
  const reason = listOf(page).getByText("Because of your history").first();
  await untilHome(page, () => reason.isVisible());
  const after = answers.last("home")!;
  assertNotEquals(idsOf(after.items), idsOf(before));
  assertEquals(after.version, version, "no training has changed it");
  const other = await open();
  assertEquals(idsOf((await answersOf(other)).last("home")!.items), idsOf(before));
  await other.context().close();

  await film(page, wanted);
  const buy = page.locator("article").getByRole("button", { name: `Watch for 3.99 ${wanted}` });
  await buy.click();
  assertEquals(await buy.getAttribute("aria-pressed"), "true");
  await untilHome(page, async () => !(await titlesOn(page)).includes(wanted));
  answers.forget();
  await signIn(page, member);
  for (const part of ["", "mood", ""]) {
    if (part) {
      await page.getByRole("navigation", { name: "Moods" }).getByRole("link").first().click();
    } else await home(page);
    await page.locator("main .card:not(.ghost)").first().waitFor();
  }
  await home(page);
  assert(answers.all().length > 2);
  for (const { items } of answers.all()) {
    assert(!items.some(({ item_title }) => item_title === wanted), `${wanted} came again`);
  }
  // The member's other browser knows it, too.
  await untilHome(known, async () => !(await titlesOn(known)).includes(wanted));
  await known.context().close();
  await page.context().close();
}

interface Answer {
  placement?: string;
  version: string;
  items: { item_id: string; item_title: string }[];
}

const idsOf = (items: Answer["items"]) => items.map(({ item_id }) => item_id);

/** Records the lists that a page receives, from the first on its home page. */
async function answersOf(page: Page) {
  const answers: Answer[] = [];
  page.on("response", async (response) => {
    if (!response.url().endsWith("/api/recommend") || response.status() !== 200) return;
    const { placement } = JSON.parse(response.request().postData()!);
    const answer = await response.json().catch(() => null);
    if (!answer) return; // the page was closed
    answers.push({ placement, version: answer.model_version, items: answer.recommendations });
  });
  const last = (placement: string) =>
    answers.findLast((answer) => answer.placement === placement && answer.items.length > 10);
  await page.reload();
  await until(() => last("home"));
  await listOf(page).getByRole("link").first().waitFor();
  return { all: () => answers, last, forget: () => void (answers.length = 0) };
}

function listOf(page: Page) {
  return page.getByRole("list", { name: "Next for you" });
}

/** Opens the home page and waits for its first list. */
async function home(page: Page): Promise<void> {
  await page.getByRole("link", { name: "MovieRec, home" }).click();
  await page.getByRole("heading", { name: "What to watch next" }).waitFor();
  await listOf(page).getByRole("link").first().waitFor();
}

/** Searches a film and opens its page. */
async function film(page: Page, title: string): Promise<void> {
  await page.getByRole("searchbox", { name: "Search films" }).fill(title);
  const found = page.getByRole("list", { name: `“${title}”` });
  await found.getByRole("link", { name: title }).first().click();
  const goesWith = page.getByRole("list", { name: `Goes with ${title}` });
  await goesWith.getByRole("link").first().waitFor();
}

/** Opens the home page again until it is as expected: an event takes a moment to be known. */
async function untilHome(page: Page, look: () => Promise<boolean>): Promise<void> {
  await until(async () => {
    await page.locator("#you").click();
    await page.getByRole("button", { name: "Clear my taste" }).waitFor();
    await home(page);
    return await look();
  }, { patienceMs: 60_000, everyMs: 200 });
}

async function signIn(page: Page, member: string): Promise<void> {
  await page.locator("#you").click();
  await page.getByLabel("Member’s number").selectOption(member);
  await page.getByRole("button", { name: "Go as this member" }).click();
  await page.getByRole("link", { name: `Member ${member}` }).waitFor();
  await home(page);
}

/** Returns the titles on the home page in their order, the large one first. */
async function titlesOn(page: Page): Promise<string[]> {
  const like = page.getByRole("region", { name: "Tonight’s first choice" })
    .getByRole("button", { name: /^Like / });
  const label = (await like.getAttribute("aria-label"))!;
  const others = await listOf(page).locator(".title").allInnerTexts();
  return [label.replace(/^Like /, ""), ...others];
}
