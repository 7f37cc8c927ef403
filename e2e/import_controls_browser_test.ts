/** The controls of an import in the browser: each changes what is shown and what is created. */
import { Buffer } from "node:buffer";
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { ignoreWithout } from "../testing/runner/optional_parts.ts";
import { startBrowser } from "../testing/browser/browser.ts";
import { builtPage } from "../testing/browser/built_page.ts";
import { signIn } from "../testing/browser/sign_in.ts";
import { call, json, startSystem } from "../testing/system.ts";
import { encoded } from "../testing/zoo/encoded.ts";

const ADA = { name: "Ada", email: "ada@example.com", password: "a fine long password" };
const PATIENCE = { timeout: 90_000 };

Deno.test({
  name: "in a browser: detected settings of a file are changed, and used for the project",
  ignore: ignoreWithout("chromium"),
  // Chromium's pipes and timers outlive a test step.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using system = await startSystem();
    await using _web = await builtPage(system.at);
    const at = system.at.web;
    await using test = await startBrowser();
    await call(`${system.at.auth}/signup`, { ...json(ADA), expect: 201 });
    const { token } = await call(`${system.at.auth}/login`, json(ADA));
    const context = await test.browser.newContext({ reducedMotion: "reduce" });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await signIn(page, at, ADA);

    const form = new ImportForm(page);
    const step = (name: string, fn: () => Promise<void>) =>
      t.step(name, async () => {
        try {
          await page.goto(`${at}/projects/new`);
          await fn();
        } catch (error) {
          const shown = await page.locator("body").innerText().catch(() => "");
          throw new Error(`${(error as Error).message}\n${page.url()}\n${shown}\n${system.log()}`);
        }
      });
    /** Creates the project; returns its only file. */
    const created = async (name: string) => {
      await page.getByLabel("Name", { exact: true }).fill(name);
      await page.getByRole("button", { name: "Create project" }).click();
      await page.waitForURL(/\/projects\/\d+$/, PATIENCE);
      const id = /\d+$/.exec(page.url())![0];
      const { files: [file] } = await call(`${system.at.recommender}/project/${id}/status`, {
        headers: { authorization: `Bearer ${token}` },
      });
      const [{ rows }] = await system.sql`
        select rows from recommender.uploaded_files where id = ${file.id}`;
      return { ...file, rows: Number(rows) };
    };

    await step("separator, encoding, lines before the table and header", async () => {
      const rows = Array.from({ length: 40 }, (_, n) => `u${n % 8};Café ${n % 5},${n % 3};7`);
      const text = ["person;film,stars;shelf", "who;title,score;box", ...rows].join("\n");
      await form.choose("words.csv", encoded(text, "windows-1252"));
      await form.untilShown(["person", "film,stars", "shelf"], ["who", "title,score", "box"]);
      await form.openReadings();
      await form.select("Delimiter", ",");
      await form.untilShown(["person;film", "stars;shelf"], ["who;title", "score;box"]);
      await form.fill("Lines to skip at the start", "1");
      await form.untilShown(["who;title", "score;box"], ["u0;Café 0", "0;7"]);
      await form.select("Encoding", "windows-1251");
      await form.untilShown(["who;title", "score;box"], ["u0;Cafй 0", "0;7"]);
      await form.header.uncheck();
      await form.untilShown(["column1", "column2"], ["who;title", "score;box"]);
      await form.select("User id", "column1");
      await form.select("Item id", "column2");
      await form.card.getByText("All rows can be used.").waitFor();
      const { dialect, mapping, rows: count } = await created("Words");
      const { delimiter, encoding, skip, header } = dialect;
      assertEquals({ delimiter, encoding, skip, header }, {
        delimiter: ",",
        encoding: "windows-1251",
        skip: 1,
        header: false,
      });
      assertEquals([mapping.user_id, mapping.item_id, count], ["column1", "column2", 41]);
    });
    await step("names of rows, and empty cells after the last column", async () => {
      const names = Array.from(
        { length: 40 },
        (_, n) => `${n + 1}\tu${n % 8}\tf${n % 5}\t${n % 3}`,
      );
      await form.choose(
        "named.tsv",
        new TextEncoder().encode(["person\tfilm\tstars", ...names].join("\n")),
      );
      await form.untilColumns(4);
      await form.openReadings();
      const indexed = form.card.getByLabel("Rows begin with a name");
      await indexed.uncheck();
      await form.untilShown(["person", "film", "stars"]);
      await indexed.check();
      await form.untilColumns(4);
      await form.card.getByText("All rows can be used.").waitFor();
      await form.card.getByRole("button", { name: "Choose another" }).click();

      const notes = Array.from(
        { length: 40 },
        (_, n) => `u${n % 8},f${n % 5},${n % 2 ? "seen" : ""}${n === 7 ? "," : ""}`,
      );
      const text = ["person,film,note", ...notes].join("\n");
      await form.choose("notes.csv", new TextEncoder().encode(text));
      await form.card.getByText("1 row of 40").waitFor();
      await form.openReadings();
      await form.card.getByLabel("Reject rows with an empty cell").uncheck();
      await form.card.getByText("All rows can be used.").waitFor();
      const { dialect } = await created("Notes");
      assertEquals([dialect.exact, dialect.indexed], [undefined, undefined]);
    });
    await step("quotes, backslashes and comments", async () => {
      const rows = Array.from({ length: 40 }, (_, n) => `u${n % 8},'f${n % 5}',${n % 3}`);
      const text = ["person,film,stars", "#1,f1,2", ...rows].join("\n");
      await form.choose("quoted.csv", new TextEncoder().encode(text));
      await form.untilShown(["person", "film", "stars"], ["#1", "f1", "2"]);
      await form.openReadings();
      await form.select("Quotes", "");
      await form.untilShown(["person", "film", "stars"], ["#1", "f1", "2"]);
      await form.card.locator(`td[title="'f0'"]`).first().waitFor();
      await form.card.getByLabel("A backslash escapes").check();
      await form.select("Comment lines begin with", "#");
      await form.untilShown(["person", "film", "stars"], ["u0", "'f0'", "0"]);
      await form.card.getByText("All rows can be used.").waitFor();
      const { dialect: { quote, escape, comment } } = await created("Quoted");
      assertEquals([quote, escape, comment], ["", "\\", "#"]);
    });
    await step("a melted table is read with its blanks", async () => {
      const rows = Array.from(
        { length: 20 },
        (_, user) =>
          Array.from({ length: 6 }, (_, n) => `u${user},f${n},${(user + n) % 3 ? "" : 1 + n % 5}`),
      );
      const text = ["person,film,stars", ...rows.flat()].join("\n");
      await form.choose("melted.csv", new TextEncoder().encode(text));
      await form.card.getByRole("button", { name: "Read the table as it is" }).click();
      await form.card.getByText("120", { exact: true }).waitFor();
      const { dialect, rows: count } = await created("Melted");
      assertEquals([dialect.filled, count], [undefined, 120]);
    });
    await step("a table with a column per item is unpivoted, and restored", async () => {
      const films = Array.from({ length: 12 }, (_, n) => `film ${n}`);
      const rows = Array.from(
        { length: 30 },
        (_, user) =>
          [`u${user}`, ...films.map((_, n) => (user + n) % 3 === 0 ? 1 + (user * n) % 5 : "")]
            .join(),
      );
      await form.choose(
        "wide.csv",
        new TextEncoder().encode([`user,${films}`, ...rows].join("\n")),
      );
      await form.untilShown(["user", ...films]);
      const convert = form.card.getByRole("button", { name: "Convert to one row per rating" });
      await convert.click();
      await form.card.getByRole("button", { name: "Read the table as it is" }).click();
      await form.untilShown(["user", ...films]);
      await convert.click();
      await form.untilColumns(3);
      await form.card.getByText("All rows can be used.").waitFor();
      const { dialect, mapping, rows: count } = await created("Wide");
      assertEquals([dialect.unpivot.key, mapping.user_id, count], ["user", "user", 120]);
    });
    await step("decimal sign and order of dates", async () => {
      const rows = Array.from(
        { length: 30 },
        (_, n) => `u${n % 6},i${n % 7},1.${200 + n},0${1 + n % 9}/0${1 + n % 7}/2019`,
      );
      const text = ["user,item,rating,date", ...rows].join("\n");
      await form.choose("open.csv", new TextEncoder().encode(text));
      await form.select("Rating", "rating");
      await form.select("Timestamp", "date");
      await form.card.getByText("no day above 12 in the column").waitFor();
      await form.select("Date order", "mdy");
      const open = form.card.getByText("has numbers such as 1.234, which may be 1234 or 1.234");
      await open.waitFor();
      await form.select("Decimal separator", ",");
      await open.waitFor({ state: "detached" });
      await form.card.getByText("All rows can be used.").waitFor();
      const { mapping } = await created("Open");
      assertEquals([mapping.decimal_sign, mapping.date_order], [",", "mdy"]);
    });
    await step("a column without times cannot be the timestamp", async () => {
      const rows = Array.from({ length: 30 }, (_, n) => `u${n % 6},i${n % 7},shelf ${n % 4}`);
      const text = ["user,item,place", ...rows].join("\n");
      await form.choose("places.csv", new TextEncoder().encode(text));
      await form.select("Timestamp", "place");
      await form.card.getByText('The column "place" has no time that can be read').waitFor();
      await page.getByLabel("Name", { exact: true }).fill("Places");
      await page.getByRole("button", { name: "Create project" }).click();
      await form.card.getByText("map another column as timestamp, or none").nth(1).waitFor();
      await form.select("Timestamp", "");
      await form.card.getByText("All rows can be used.").waitFor();
      assertEquals((await created("Places")).mapping.timestamp, undefined);
    });
  },
});

/** The form of a new project with an interactions file. */
class ImportForm {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get card() {
    return this.#page.getByRole("region", { name: "Interactions", exact: true });
  }

  get header() {
    return this.card.getByLabel("The first line contains the column names");
  }

  async choose(name: string, bytes: Uint8Array): Promise<void> {
    const file = { name, mimeType: "text/csv", buffer: Buffer.from(bytes) };
    await this.#page.getByLabel("Interactions file").setInputFiles(file);
    await this.card.getByText(name, { exact: true }).waitFor();
  }

  async openReadings(): Promise<void> {
    await this.card.getByText("Format options").click();
  }

  async select(label: string, value: string): Promise<void> {
    await this.card.getByLabel(label, { exact: true }).selectOption(value);
  }

  async fill(label: string, value: string): Promise<void> {
    const field = this.card.getByLabel(label, { exact: true });
    await field.fill(value);
    await field.press("Tab");
  }

  /** Waits until the preview has these columns, and this first row if one is given. */
  async untilShown(columns: string[], first?: string[]): Promise<void> {
    const table = this.card.getByRole("table").first();
    for (const [i, column] of columns.entries()) {
      await table.locator("th").nth(i).filter({ hasText: column }).waitFor();
    }
    await this.untilColumns(columns.length);
    for (const [i, cell] of (first ?? []).entries()) {
      await table.locator(`td[title="${cell}"]`).nth(0).waitFor();
      assertEquals(await table.locator("tbody tr").first().locator("td").nth(i).innerText(), cell);
    }
  }

  async untilColumns(count: number): Promise<void> {
    const columns = this.card.getByRole("table").first().locator("th");
    await columns.nth(count).waitFor({ state: "detached" });
    assertEquals(await columns.count(), count);
  }
}
