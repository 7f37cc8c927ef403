/** Walk of a shop's visitor whose events change the next list, and are in the shop's results. */
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { until } from "../until.ts";

/** Figures of a placement under Results. */
export interface PlacementResults {
  clicks: number;
  purchases: number;
  revenue: number;
}

/**
 * A stranger clicks two films of the list, and the next one has changed; buys one of it, and one that
 * a member would be recommended, and neither comes again; signs in as that member, and what they did
 * came along. No model is trained meanwhile. Within a minute the clicks and the purchase from the
 * list are in the results of the home page.
 * @param open opens the film shop as a new visitor.
 * @param walk.member whom the shop can sign in.
 * @param walk.resultsOfHome reads the results as the shop's owner sees them.
 */
export async function walkTheLoop(
  open: () => Promise<Page>,
  { member, resultsOfHome }: {
    member: string;
    resultsOfHome: () => Promise<PlacementResults>;
  },
): Promise<void> {
  const known = await open();
  await signIn(known, member);
  const [wanted] = await titlesOn(known);
  const resultsBefore = await resultsOfHome();

  const page = await open();
  const answers = await answersOf(page);
  const { version, items: before } = answers.last("home")!;
  for (const n of [1, 2]) {
    await filmOfList(page, n);
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

  const chosen = await filmOfList(page, 0);
  await buy(page, chosen);
  await untilHome(page, async () => !(await titlesOn(page)).includes(chosen));
  await film(page, wanted);
  await buy(page, wanted);
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
    const again = items.find(({ item_title }) => [chosen, wanted].includes(item_title));
    assertEquals(again, undefined, "it was bought");
  }
  // The member's other browser knows it, too.
  await untilHome(known, async () => !(await titlesOn(known)).includes(wanted));
  await known.context().close();
  await page.context().close();

  const results = await until(async () => {
    const now = await resultsOfHome();
    return now.purchases > resultsBefore.purchases && now;
  }, { patienceMs: 60_000 });
  assert(results.clicks >= resultsBefore.clicks + 2);
  assertEquals(results.purchases, resultsBefore.purchases + 1);
  assertAlmostEquals(results.revenue, resultsBefore.revenue + 3.99, 1e-9);
}

interface Answer {
  placement?: string;
  /** Present for lists of a mood. */
  filter?: object;
  version: string;
  items: { item_id: string; item_title: string }[];
}

const idsOf = (items: Answer["items"]) => items.map(({ item_id }) => item_id);

/** Records the lists that a page receives, from the first on its home page. */
async function answersOf(page: Page) {
  const answers: Answer[] = [];
  page.on("response", async (response) => {
    if (!response.url().endsWith("/api/recommend") || response.status() !== 200) return;
    const { placement, filter } = JSON.parse(response.request().postData()!);
    const answer = await response.json().catch(() => null);
    if (!answer) return; // the page was closed
    const { model_version: version, recommendations: items } = answer;
    answers.push({ placement, filter, version, items });
  });
  const last = (placement: string) =>
    answers.findLast((answer) =>
      answer.placement === placement && !answer.filter && answer.items.length > 10
    );
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

/** Clicks the film at a place of the list on the home page; returns its title. */
async function filmOfList(page: Page, place: number): Promise<string> {
  const entry = listOf(page).getByRole("listitem").nth(place);
  const title = await entry.locator(".title").innerText();
  await entry.getByRole("link").click();
  await untilFilm(page, title);
  return title;
}

/** Searches a film and opens its page. */
async function film(page: Page, title: string): Promise<void> {
  await page.getByRole("searchbox", { name: "Search films" }).fill(title);
  const found = page.getByRole("list", { name: `“${title}”` });
  await found.getByRole("link", { name: title }).first().click();
  await untilFilm(page, title);
}

/** Buys the film whose page is open. */
async function buy(page: Page, title: string): Promise<void> {
  const button = page.locator("article").getByRole("button", { name: `Watch for 3.99 ${title}` });
  await button.click();
  assertEquals(await button.getAttribute("aria-pressed"), "true");
}

async function untilFilm(page: Page, title: string): Promise<void> {
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
