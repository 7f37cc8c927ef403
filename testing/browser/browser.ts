/** Chromium for tests. */
import { type Browser, chromium } from "playwright-core";
import { part } from "../runner/optional_parts.ts";

/** A browser that is closed at the end of its scope. */
export interface TestBrowser extends AsyncDisposable {
  browser: Browser;
}

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts Chromium with a new profile.
 * @throws {Error} without Chromium; check `ignoreWithout("chromium")` first
 */
export async function startBrowser(): Promise<TestBrowser> {
  const executablePath = part("chromium");
  if (!executablePath) throw new Error("A browser test needs Chromium, and there is none here.");
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  return { browser, [Symbol.asyncDispose]: () => browser.close() };
}
