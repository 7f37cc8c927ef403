/** Accessibility check by axe, for tests. */
import axe from "axe-core";
import type { Page } from "playwright-core";

interface Violation {
  id: string;
  help: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/** Returns axe's violations, one line for each element. */
export async function axeFaults(page: Page): Promise<string[]> {
  // Waits for running animations: contrast is checked at full opacity.
  await page.evaluate(() =>
    Promise.all(
      document.getAnimations()
        .filter(({ effect }) => effect?.getTiming().iterations !== Infinity)
        .map(({ finished }) => finished.catch(() => {})),
    )
  );
  if (!await page.evaluate(`"axe" in globalThis`)) await page.evaluate(axe.source);
  const violations: Violation[] = await page.evaluate(
    `axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations)`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) =>
      `${id}: ${help} at ${target.join(" ")}. ${failureSummary.replaceAll(/\s+/g, " ")}`
    )
  );
}
