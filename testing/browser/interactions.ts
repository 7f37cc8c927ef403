/**
 * Measures interaction latency: the time from an input to the next paint, by the Event Timing API.
 */
import type { Page } from "playwright-core";
import type { System } from "../system.ts";

/** Rows of the largest table. */
const ROWS = 400;

interface Interaction {
  ms: number;
  after: string;
}

/**
 * Clicks and types on the pages with the most content: a list of hundreds of projects, and fifty
 * recommendations with reasons.
 * @returns the longest interaction in milliseconds (the API rounds to 8), its description, and the
 * number of interactions
 */
export async function worstInteraction(
  page: Page,
  { at, sql }: System,
  email: string,
): Promise<Interaction & { count: number }> {
  await sql`
    insert into recommender.recommender_projects
      (owner_id, project_name, status, model_type, trained_at, report)
    select owner_id, 'Project ' || n, status, model_type, trained_at, report
    from recommender.recommender_projects join auth.users on users.id = owner_id,
      generate_series(1, ${ROWS}) n
    where email = ${email} and recommender_projects.id = 1`;
  const all: Interaction[] = [];
  const measured = async (path: string, act: () => Promise<void>) => {
    await page.goto(at.web + path);
    await page.waitForLoadState("networkidle");
    await page.evaluate(watch);
    await act();
    await page.waitForTimeout(200); // an entry is reported after its paint
    all.push(
      ...await page.evaluate(() =>
        (globalThis as unknown as { interactions: Interaction[] }).interactions
      ),
    );
  };
  await measured("/", async () => {
    const more = page.getByRole("button", { name: "Show more" });
    for (let rows = 50; rows < ROWS; rows += 50) {
      await more.click();
      await page.getByRole("row").nth(rows + 40).waitFor();
    }
    await page.getByRole("button", { name: "Sample data" }).click();
    await page.keyboard.press("Escape");
  });
  await measured("/projects/1/try?user_id=7&n=50", async () => {
    const list = page.getByRole("list", { name: "Recommendations" });
    await list.getByRole("listitem").nth(40).waitFor();
    for (const reason of (await list.locator("summary").all()).slice(0, 5)) await reason.click();
    await page.getByLabel("Diversity").press("ArrowRight");
    await page.getByLabel("Diversity").press("End");
    await page.getByRole("button", { name: "Western" }).click();
    await page.getByRole("combobox", { name: "Item" }).pressSequentially("the");
    await page.getByRole("option").first().waitFor();
  });
  await sql`delete from recommender.recommender_projects where project_name like 'Project %'`;
  const worst = all.reduce((a, b) => b.ms > a.ms ? b : a, { ms: 0, after: "none" });
  return { ...worst, count: all.length };
}

/** Runs in the page: records each interaction of 16 ms or more, the API's minimum. */
function watch(): void {
  const interactions: Interaction[] = [];
  Object.assign(globalThis, { interactions });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceEventTiming[]) {
      const { target, name, duration } = entry;
      if (!(entry as unknown as { interactionId: number }).interactionId) continue;
      const text = (target as HTMLElement | null)?.textContent?.slice(0, 30) ?? "";
      interactions.push({ ms: duration, after: `${name} on “${text}” at ${location.pathname}` });
    }
  }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
}
