/** Visual checks of pages: accessibility, overflow, screenshots. */
import { fromFileUrl, join } from "@std/path";
import type { Page } from "playwright-core";
import { axeFaults } from "./axe.ts";

/** Folder of the screenshots; ignored by git. */
export const PICTURES = fromFileUrl(new URL("../../screenshots", import.meta.url));
/** Folder of the README's images, which AIREC_PICTURES=1 renews. */
const README = fromFileUrl(new URL("../../docs/images", import.meta.url));

/** A page to check: name of the screenshot, path, and a heading to wait for. */
export type Look = [name: string, path: string, heading: string];

const WIDTHS = [1400, 390];
const SCHEMES = ["light", "dark"] as const;

/**
 * Checks pages in both widths and colour schemes, and takes screenshots.
 * @returns one line for each problem
 */
export async function faultsOfLooks(page: Page, web: string, looks: Look[]): Promise<string[]> {
  await Deno.mkdir(PICTURES, { recursive: true });
  const faults: string[] = [];
  for (const [name, path, heading] of looks) {
    await page.goto(web + path);
    await page.getByRole("heading", { name: heading, exact: true }).first().waitFor();
    await page.waitForLoadState("networkidle");
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const look = `${name}-${width}-${colorScheme}`;
        for (const fault of await axeFaults(page)) faults.push(`${look}: ${fault}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) faults.push(`${look}: ${wide} pixels too wide`);
        await page.screenshot({ path: join(PICTURES, `${look}.png`), fullPage: true });
      }
    }
  }
  return faults;
}

/** Takes a screenshot for the README if AIREC_PICTURES=1. */
export async function pictureForReadme(page: Page, url: string, name: string): Promise<void> {
  if (Deno.env.get("AIREC_PICTURES") !== "1") return;
  await Deno.mkdir(README, { recursive: true });
  await page.setViewportSize({ width: 1200, height: 800 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.goto(url);
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: join(README, `${name}.png`) });
}
