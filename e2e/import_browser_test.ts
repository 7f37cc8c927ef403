/** Importing own files in the browser: bad rows, broken connections, reloads, corrections. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { axeFaults } from "../testing/browser/axe.ts";
import { ignoreWithout } from "../testing/runner/optional_parts.ts";
import { filmSample } from "../samples/films.ts";
import { startBrowser } from "../testing/browser/browser.ts";
import { builtPage } from "../testing/browser/built_page.ts";
import { signIn } from "../testing/browser/sign_in.ts";
import { PICTURES } from "../testing/browser/looks.ts";
import { call, json, startSystem, type System } from "../testing/system.ts";
import { until } from "../testing/until.ts";
import { ownCache } from "../testing/faults/own_cache.ts";
import { signalGroup } from "../ops/processes/supervisor.ts";

const ADA = { name: "Ada", email: "ada@example.com", password: "a fine long password" };
const PATIENCE = { timeout: 90_000 };

Deno.test({
  name: "in a browser: own files, bad rows, a lost connection, a cancelled training, more rows",
  ignore: ignoreWithout("chromium"),
  // Chromium's pipes and timers outlive a test step.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using cache = await ownCache();
    await using system = await startSystem({ env: cache.env });
    await using _web = await builtPage(system.at);
    const at = system.at.web;
    await using test = await startBrowser();
    await call(`${system.at.auth}/signup`, { ...json(ADA), expect: 201 });
    const { token } = await call(`${system.at.auth}/login`, json(ADA));
    const files = await writeFiles();
    const errors: string[] = [];
    const page = await newPage(test.browser, errors);
    await signIn(page, at, ADA);
    const looks = new Looks();
    const step = (name: string, fn: () => Promise<void>) =>
      t.step(name, async () => {
        try {
          await fn();
        } catch (error) {
          const shown = await page.locator("body").innerText().catch(() => "");
          throw new Error(`${(error as Error).message}\n${page.url()}\n${shown}\n${system.log()}`);
        }
      });
    const status = (id: number) =>
      call(`${system.at.recommender}/project/${id}/status`, {
        headers: { authorization: `Bearer ${token}` },
      });
    let id = 0;

    await step(
      "two files dropped together are distinguished, and their mappings proposed together",
      async () => {
        await page.goto(`${at}/projects/new`);
        await page.getByLabel("Items file").setInputFiles([files.events, files.items]);
        await card(page, "Interactions").getByText("ratings.csv").waitFor();
        await card(page, "Items").getByText("films.csv").waitFor();
        await page.getByText("of its values are ids of your items file").waitFor();
        assertEquals(await mapping(page, "Interactions", "Item id"), "c");
        assertEquals(await mapping(page, "Interactions", "User id"), "b");
      },
    );
    await step("a wrong mapping is shown by the check, and corrected by keyboard", async () => {
      const item = card(page, "Interactions").getByLabel("Item id", { exact: true });
      await item.focus();
      await page.keyboard.press("ArrowDown");
      assertEquals(await item.inputValue(), "d");
      await page.getByText("Is the correct item column chosen in both files?").waitFor();
      await page.keyboard.press("ArrowUp");
      assertEquals(await item.inputValue(), "c");
      await page.getByText("Is the correct item column chosen").waitFor({ state: "detached" });
    });
    await step("bad rows are counted by reason, and can be downloaded", async () => {
      const interactions = card(page, "Interactions");
      await interactions.getByLabel("Rating", { exact: true }).selectOption("a");
      await interactions.getByLabel("Timestamp", { exact: true }).selectOption("d");
      const { rows, bad } = files;
      await interactions.getByText(`${bad} rows of ${rows.toLocaleString("en")} (5%)`).waitFor();
      const reasons = interactions.getByRole("region", { name: "Reasons why rows are rejected" });
      await reasons.getByText('the rating "…" is not a number').waitFor();
      await reasons.getByText("the row has no user").waitFor();
      await looks.at(page, "import");
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        interactions.getByRole("button", { name: "Download these rows" }).click(),
      ]);
      const text = await Deno.readTextFile(await download.path());
      const lines = text.trimEnd().split("\n");
      assertEquals([lines[0], lines.length], ["line,reason,a,b,c,d", bad + 1]);
      assertStringIncludes(text, `"'=HYPERLINK(`);
    });
    await step("the trainer's counts equal the forecast, also after a reload", async () => {
      await page.getByLabel("Name", { exact: true }).fill("My films");
      await page.getByLabel("Name", { exact: true }).press("Enter");
      await page.waitForURL(/\/projects\/\d+$/);
      id = idIn(page);
      await page.reload();
      await page.getByText("Ready", { exact: true }).first().waitFor(PATIENCE);
      const same = page.getByText(
        "The training counted the same rows as the check before the upload",
      );
      await same.nth(1).waitFor();
      await same.nth(1).click();
      const [, receipt] = (await status(id)).files.map((file: { receipt: unknown }) =>
        file.receipt
      );
      assertEquals([receipt.rows, receipt.rejected], [files.rows, files.bad]);
      const table = page.getByRole("region", { name: "Row counts before the upload" });
      await table.waitFor();
      const counts = await table.getByRole("row").evaluateAll((rows) =>
        rows.slice(1).map((row) => [...row.children].map((cell) => cell.textContent))
      );
      const said = (n: number) => [n.toLocaleString("en"), n.toLocaleString("en")];
      assertEquals(Object.fromEntries(counts.map(([name, ...both]) => [name, both])), {
        Rows: said(receipt.rows),
        Used: said(receipt.used),
        Rejected: said(receipt.rejected),
        Duplicates: said(receipt.duplicates),
        Users: said(receipt.users),
        Items: said(receipt.items),
        "Unknown items": said(receipt.unknown_items),
      });
      await page.getByText("Rejected rows and their reasons").click();
      await page.getByText("the row has no user").first().waitFor();
      await looks.at(page, "receipt");
    });
    await step("further interactions are detected and checked like the first ones", async () => {
      await page.getByRole("link", { name: "Settings" }).click();
      await page.getByLabel("Add interactions").setInputFiles(files.more);
      await page.getByText("2 rows of 40 (5%) cannot be used").waitFor();
      await looks.at(page, "append");
      await page.getByRole("button", { name: "Add these rows" }).click();
      await page.getByText("more.csv.gz is stored").waitFor();
      const { files: stored } = await status(id);
      assertEquals(stored.length, 3);
      assertEquals(stored[2].mapping, stored[1].mapping);
    });
    await step(
      "of rows that cannot be used nothing is made, by the page or by the API",
      async () => {
        await page.goto(`${at}/projects/new`);
        await page.getByLabel("Interactions file").setInputFiles(files.events);
        const interactions = card(page, "Interactions");
        await interactions.getByLabel("Item id", { exact: true }).selectOption("c");
        await interactions.getByLabel("Rating", { exact: true }).selectOption("b");
        await page.getByText("No row can be used: see the reasons").waitFor();
        await page.getByRole("button", { name: "Create project" }).click();
        await page.getByText("can be used for training: choose other columns").waitFor();
        await looks.at(page, "useless");
        const body = new FormData();
        body.set("project_name", "Useless");
        body.set("interaction_schema_json", '{"user_id":"b","item_id":"c","rating":"b"}');
        body.set("interaction_file", new File([await Deno.readFile(files.events)], "ratings.csv"));
        const url = `${system.at.recommender}/create-project`;
        const headers = { authorization: `Bearer ${token}` };
        const { errors } = await call(url, { method: "POST", body, headers, expect: 422 });
        assertStringIncludes(errors[0].detail, "all its 8000 rows were rejected");
      },
    );
    await step("an interrupted upload resumes when the connection is back", async () => {
      await page.goto(`${at}/projects/new`);
      const line = await slowLine(page.context(), page);
      await page.getByLabel("Interactions file").setInputFiles(files.large);
      await card(page, "Interactions").getByText("large.csv").waitFor();
      await page.getByLabel("Name", { exact: true }).fill("Large");
      await page.getByRole("button", { name: "Create project" }).click();
      await until(async () => await partsThere(system, token) > 0);
      await line.cut();
      await page.getByText("Connection lost.").waitFor();
      await looks.at(page, "connection-lost");
      const before = await partsThere(system, token);
      await page.getByRole("button", { name: "Resume now" }).click();
      await page.getByText("Connection lost.").waitFor();
      await line.mend();
      await page.waitForURL(/\/projects\/\d+$/, PATIENCE);
      const [{ bytes, sha256 }] = (await status(idIn(page))).files;
      assertEquals([bytes, sha256], [files.largeBytes, files.largeSha256]);
      // Stored parts were not sent again.
      assert(before > 0);
      assertEquals(arrivals(system).toSorted(), ["1", "2", "3"]);
    });
    await step("a training is followed in two tabs, over a reload, and cancelled", async () => {
      // It would otherwise end in two seconds, before both tabs are open.
      const trainer = system.pidOf("trainer")!;
      await until(async () => (await status(idIn(page))).progress > 0);
      signalGroup(trainer, "SIGSTOP");
      await page.getByRole("button", { name: "Cancel the training" }).waitFor(PATIENCE);
      await page.reload();
      await page.getByRole("button", { name: "Cancel the training" }).waitFor();
      await page.getByRole("list", { name: "Steps of the training" }).waitFor(PATIENCE);
      await looks.at(page, "training");
      const second = await page.context().newPage();
      await second.goto(page.url());
      await second.getByRole("button", { name: "Cancel the training" }).waitFor();
      await page.getByRole("button", { name: "Cancel the training" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("There is no model yet").waitFor();
      await dialog.getByRole("button", { name: "Cancel the training" }).press("Enter");
      for (const tab of [page, second]) {
        await tab.getByRole("heading", { name: "The training was cancelled" }).waitFor();
      }
      await second.close();
      signalGroup(trainer, "SIGCONT");
      await until(() => system.lines.some((line) => line.includes('"training lost"')));
      await looks.at(page, "cancelled");
      await page.getByRole("button", { name: "Train again" }).click();
      await page.getByRole("button", { name: "Cancel the training" }).waitFor();
    });
    await step("an upload resumes after a reload when the same file is chosen again", async () => {
      await page.goto(`${at}/projects/new`);
      const line = await slowLine(page.context(), page);
      await page.getByLabel("Interactions file").setInputFiles(files.large);
      await card(page, "Interactions").getByLabel("Rating", { exact: true }).selectOption("");
      await page.getByLabel("Name", { exact: true }).fill("Large again");
      // A note about a column appears with the check, and moves the button.
      await page.getByText("All rows can be used.").waitFor();
      await page.getByRole("button", { name: "Create project" }).click();
      const arrived = await until(async () => {
        const parts = await partsThere(system, token);
        return parts > 0 && parts;
      });
      page.once("dialog", (dialog) => dialog.accept());
      await page.reload();
      await page.getByRole("heading", { name: "Interrupted upload" }).waitFor();
      await looks.at(page, "pending");
      await line.mend();
      await page.getByLabel("Interactions file").setInputFiles(files.large);
      assertEquals(await mapping(page, "Interactions", "Rating"), "");
      assertEquals(await page.getByLabel("Name", { exact: true }).inputValue(), "Large again");
      await page.getByText("All rows can be used.").waitFor();
      await page.getByRole("button", { name: "Create project" }).click();
      await page.waitForURL(/\/projects\/\d+$/, PATIENCE);
      const [{ bytes, sha256, mapping: stored }] = (await status(idIn(page))).files;
      assertEquals([bytes, sha256], [files.largeBytes, files.largeSha256]);
      assertEquals(stored.rating, undefined);
      assert(arrived > 0);
      assertEquals(arrivals(system).toSorted(), ["1", "2", "3"]);
    });
    await step("each state passes axe, light and dark, and fits a phone", () => {
      assertEquals(looks.faults, []);
      return Promise.resolve();
    });
    await Deno.remove(files.folder, { recursive: true });
    assertEquals(errors, []);
  },
});

interface Files {
  folder: string;
  items: string;
  /** Interactions with uninformative column names; each twentieth row is bad. */
  events: string;
  rows: number;
  bad: number;
  more: string;
  /** Interactions that are uploaded in three parts. */
  large: string;
  largeBytes: number;
  largeSha256: string;
}

async function writeFiles(): Promise<Files> {
  const folder = await Deno.makeTempDir({ prefix: "airec-import-" });
  const write = async (name: string, text: string) => {
    const path = join(folder, name);
    await Deno.writeTextFile(path, text);
    return path;
  };
  const { items, interactions } = filmSample();
  const rows = interactions.trimEnd().split("\n").slice(1, 8001).map((row) => {
    const [user, film, rating, time] = row.split(",");
    return [rating, `u${user}`, film, time];
  });
  const spoiled = rows.map(([rating, user, film, time], i) => {
    if (i % 20 !== 19) return [rating, user, film, time];
    const kind = (i - 19) / 20 % 4;
    if (kind === 0) return ["five", `"=HYPERLINK(""x"")"`, film, time];
    if (kind === 1) return [rating, "", film, time];
    return kind === 2 ? [rating, user, film] : [rating, user, film, "soon"];
  });
  const csv = (rows: string[][]) => ["a,b,c,d", ...rows.map((row) => row.join(","))].join("\n");
  const more = spoiled.slice(0, 40);
  const note = "x".repeat(900);
  const large = new TextEncoder().encode(
    "user,film,rating,note\n" +
      Array.from({ length: 20_000 }, (_, i) => {
        const user = Math.floor(i / 20);
        return `${user},${(user * 7 + (i % 20) ** 2) % 900},${1 + i % 5},${note}\n`;
      }).join(""),
  );
  const largePath = join(folder, "large.csv");
  await Deno.writeFile(largePath, large);
  return {
    folder,
    items: await write("films.csv", items),
    events: await write("ratings.csv", csv(spoiled)),
    rows: rows.length,
    bad: rows.length / 20,
    more: await packed(join(folder, "more.csv.gz"), csv(more)),
    large: largePath,
    largeBytes: large.length,
    largeSha256: new Uint8Array(await crypto.subtle.digest("SHA-256", large)).toHex(),
  };
}

async function packed(path: string, text: string): Promise<string> {
  const gz = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(path, gz);
  return path;
}

async function newPage(browser: Browser, errors: string[]): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    reducedMotion: "reduce",
  });
  context.on("weberror", (error) => void errors.push(error.error().message));
  context.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) errors.push(message.text());
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  return page;
}

const card = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

async function mapping(page: Page, name: string, key: string): Promise<string> {
  return await card(page, name).getByLabel(key, { exact: true }).inputValue();
}

/**
 * Throttles the upload so that the test can interrupt it; offline mode is set by the browser's
 * debugger.
 */
async function slowLine(context: BrowserContext, page: Page) {
  const debug = await context.newCDPSession(page);
  const set = (change: { offline?: boolean; uploadThroughput?: number }) =>
    debug.send("Network.emulateNetworkConditions", {
      ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 },
      ...change,
    });
  await debug.send("Network.enable");
  await set({ uploadThroughput: 4e6 });
  return { cut: () => set({ offline: true }), mend: () => set({}) };
}

/** Returns the number of stored parts of the present upload. */
async function partsThere({ at }: System, token: string): Promise<number> {
  const [upload] = await call(`${at.recommender}/uploads`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return upload?.parts.length ?? 0;
}

/** Returns the part numbers of the latest upload, one for each request. */
function arrivals({ lines }: System): string[] {
  const parts = lines.flatMap((line) => {
    const [, upload, n] = /PUT \/uploads\/([^/]+)\/(\d+) 200/.exec(line) ?? [];
    return upload ? [{ upload, n }] : [];
  });
  return parts.filter(({ upload }) => upload === parts.at(-1)!.upload).map(({ n }) => n);
}

function idIn(page: Page): number {
  return Number(/\d+$/.exec(page.url())![0]);
}

/** Screenshots and checks of a page in each width and colour scheme. */
class Looks {
  faults: string[] = [];

  async at(page: Page, name: string): Promise<void> {
    await Deno.mkdir(PICTURES, { recursive: true });
    for (const width of [390, 1400]) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ["dark", "light"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        const look = `${name}-${width}-${colorScheme}`;
        for (const fault of await axeFaults(page)) this.faults.push(`${look}: ${fault}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) this.faults.push(`${look}: ${wide} pixels too wide`);
        await page.screenshot({ path: join(PICTURES, `${look}.png`), fullPage: true });
      }
    }
  }
}
