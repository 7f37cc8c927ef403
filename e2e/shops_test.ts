import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { fromFileUrl, join } from "@std/path";
import type { Browser, Page } from "playwright-core";
import { axeFaults } from "../testing/browser/axe.ts";
import { makeDemo } from "../dev/demo.ts";
import { ignoreWithout } from "../testing/runner/optional_parts.ts";
import { freePort } from "../ops/processes/free_port.ts";
import { filmSample } from "../samples/films.ts";
import { type PlacementResults, walkTheLoop } from "../testing/browser/loop_walk.ts";
import { startBrowser } from "../testing/browser/browser.ts";
import { builtPage } from "../testing/browser/built_page.ts";
import { signIn } from "../testing/browser/sign_in.ts";
import { type ShopsOnDisk, shopsOnDisk } from "../testing/browser/shops.ts";
import { PICTURES } from "../testing/browser/looks.ts";
import { startSystem, type System } from "../testing/system.ts";
import { until } from "../testing/until.ts";
import { noteSecrets } from "../testing/runner/traces.ts";

const CLIENTS = fromFileUrl(new URL("../clients", import.meta.url));
const README_PICTURE = fromFileUrl(new URL("../docs/images/shops.jpg", import.meta.url));

Deno.test("only two short files of the shops call the API", async () => {
  for (const file of ["api.js", "events.js"]) {
    const lines = (await Deno.readTextFile(join(CLIENTS, "shop", file))).trimEnd().split("\n");
    assert(lines.length < 60, `${file} has ${lines.length} lines`);
  }
  for (const shop of ["shop", "movierec", "movierec/worlds", "musicrec"]) {
    for await (const { name, isFile } of Deno.readDir(join(CLIENTS, shop))) {
      if (!isFile || name === "demo-config.js") continue;
      const text = await Deno.readTextFile(join(CLIENTS, shop, name));
      const calls = /\b(fetch|XMLHttpRequest|sendBeacon|WebSocket|EventSource|import)\s*\(/.test(
        text,
      );
      assertEquals(calls, name === "api.js", `${shop}/${name}`);
      const [other] =
        text.match(/https?:\/\/(?!localhost:3001|www\.w3\.org\/2000\/svg)[^\s"'`]+/) ?? [];
      assertEquals(other, undefined, `${shop}/${name}`);
    }
  }
});

Deno.test({
  name: "in a browser: the shops, from entering a key to clearing the taste",
  ignore: ignoreWithout("chromium"),
  // Chromium's pipes and timers outlive a test step.
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(t) {
    await using system = await startSystem();
    await using shops = await shopsOnDisk();
    await using test = await startBrowser();
    const { browser } = test;
    await t.step(
      "without a key, or with a wrong one, the page says what to do",
      () => closedDoors(browser, { system, shops }),
    );

    const said: string[] = [];
    const password = "a fine long password";
    noteSecrets(password);
    await Deno.mkdir(join(shops.folder, "secrets"));
    await makeDemo(system.at, {
      home: shops.folder,
      password,
      projects: true,
      say: (line) => void said.push(line),
      clients: shops.folder,
      origins: [new URL(shops.addressOf("musicrec")).origin],
    });
    const key = await keyIn(shops, "movierec");
    noteSecrets(key, await keyIn(shops, "musicrec"));

    await t.step("while the first training runs, the door opens by itself", async () => {
      const page = await open(browser, shops.addressOf("musicrec"), { system });
      await page.getByRole("heading", { name: "We open in a moment" }).waitFor();
      await page.getByRole("list", { name: "Then these" }).getByRole("link").first()
        .waitFor({ timeout: 120_000 });
      await page.context().close();
    });
    await until(() => said.length === 2);
    assert(said.every((line) => line.endsWith("is ready")), said.join());

    await t.step(
      "MovieRec from disk: browse, search, like, and see the lists follow",
      () => movieRec(browser, { system, shops, key }),
    );
    await t.step("what visitors saw, viewed and liked is stored", () => storedEvents(system));
    await t.step(
      "a stranger's events change the next list, come along at the sign-in, and are in the results",
      async () => {
        await using _dashboard = await builtPage(system.at);
        const resultsOfHome = await openResults(browser, { system, password });
        await walkTheLoop(() => open(browser, shops.fileOf("movierec"), { system }), {
          ...{ member: "250", resultsOfHome },
        });
      },
    );
    await t.step("by keyboard alone", () => keyboardOnly(browser, { system, shops }));
    await t.step(
      "MusicRec, served: a crate, a chart, a phone",
      () => musicRec(browser, { system, shops }),
    );
    await t.step(
      "each page passes axe in light and dark, at a desk and on a phone",
      () => looks(browser, { system, shops }),
    );
  },
});

interface Walk {
  system: System;
  shops: ShopsOnDisk;
}

/**
 * Opens a page that may only call the webhooks service, and checks that no URL contains the key.
 */
async function open(
  browser: Browser,
  url: string,
  { system, width = 1400, colorScheme = "light" as "light" | "dark" }: {
    system: System;
    width?: number;
    colorScheme?: "light" | "dark";
  },
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const own = new URL(url).protocol === "file:" ? "file:///" : new URL(url).origin;
  page.on("request", (request) => {
    const to = request.url();
    const fine = to.startsWith(own) || to.startsWith(system.at.webhooks) || to.startsWith("data:");
    if (!fine || to.includes("airec_")) faults.push(`It asked for ${to}`);
  });
  page.on("pageerror", (error) => void faults.push(error.message));
  await page.goto(url);
  return page;
}

/** Errors thrown by pages, and requests that are not allowed. */
const faults: string[] = [];

async function closedDoors(browser: Browser, { system, shops }: Walk): Promise<void> {
  const nobody = `http://127.0.0.1:${freePort()}`;
  const doors: [config: Record<string, unknown> | null, heading: string][] = [
    [null, "MovieRec needs a key"],
    [{ API_URL: system.at.webhooks, API_KEY: "none", PROJECT_ID: 1 }, "This key opens nothing"],
  ];
  for (const [config, heading] of doors) {
    if (config) await shops.configure("movierec", config);
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await open(browser, shops.fileOf("movierec"), { system, colorScheme });
      await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
      assertEquals(await axeFaults(page), [], heading);
      await picture(page, `shop-closed-${colorScheme}`);
      await page.context().close();
    }
  }
  await shops.configure("movierec", { API_URL: nobody, API_KEY: "none", PROJECT_ID: 1 });
  const page = await browser.newPage();
  await page.goto(shops.fileOf("movierec"));
  await page.getByRole("heading", { name: "Nobody answers" }).waitFor();
  assertStringIncludes(await page.locator("main").innerText(), nobody);
  await page.close();
  assertEquals(faults, []);
}

async function movieRec(
  browser: Browser,
  { system, shops, key }: Walk & { key: string },
): Promise<void> {
  const page = await open(browser, shops.fileOf("movierec"), { system });
  const next = page.getByRole("list", { name: "Next for you" }).getByRole("listitem");
  await next.first().waitFor();
  await page.getByText("We know nothing of you yet").waitFor();
  const stranger = await next.allInnerTexts();
  assertEquals(stranger.length, 10);

  await page.getByRole("searchbox", { name: "Search films" }).fill("lighthouse");
  await page.getByRole("heading", { name: "“lighthouse”" }).waitFor();
  const found = page.getByRole("list", { name: "“lighthouse”" }).getByRole("link");
  await found.first().waitFor();
  for (const text of await found.allInnerTexts()) assertStringIncludes(text, "Lighthouse");
  const title = (await found.first().innerText()).trim();
  await found.first().click();
  const name = title.replace(/ \(\d+\)$/, "");
  const heading = page.getByRole("heading", { name, level: 1, exact: true });
  await heading.waitFor();
  assert(
    await heading.evaluate((h1) => h1 === document.activeElement),
    "the heading has the focus",
  );
  const with_ = page.getByRole("list", { name: `Goes with ${title}` }).getByRole("listitem");
  await with_.first().waitFor();

  await page.locator("article").getByRole("button", { name: `Like ${title}` }).click();
  await page.getByRole("link", { name: "My films (1)" }).waitFor();
  await page.getByRole("link", { name: "MovieRec, home" }).click();
  await page.getByText(`Because you liked ${title}`).first().waitFor();
  const known = await next.allInnerTexts();
  assertNotEquals(known, stranger);

  const second = (await next.nth(1).getByRole("link").innerText()).split("\n")[0];
  await page.getByRole("button", { name: `Like ${second}` }).first().click();
  await until(async () => (await next.allInnerTexts()).join() !== known.join());
  const drawn = await page.evaluate(
    `["Heat (1995)", "Heat (1995)", "Casino (1995)", "千と千尋の神隠し (2001)", ""]
      .map((title) => drawPoster(title).outerHTML.replaceAll(/drawn-\\d+/g, ""))`,
  ) as string[];
  assertEquals(drawn[0], drawn[1], "the same title has the same poster");
  assertEquals(new Set(drawn).size, 4);
  assert(!drawn.join().includes("NaN"));

  // Liking and taking it back, for the events.
  const third = next.nth(2).getByRole("button");
  await third.click();
  await page.getByRole("link", { name: "My films (3)" }).waitFor();
  await page.getByRole("link", { name: "My films (3)" }).click();
  await page.getByRole("list", { name: "My films" }).getByRole("button").first().click();
  await page.getByRole("link", { name: "My films (2)" }).waitFor();
  await page.getByRole("link", { name: "MovieRec, home" }).click();
  await next.first().waitFor();

  const titles = await next.locator(".title").allInnerTexts();
  assert(!titles.includes(second), "what is liked is on the list no more");
  await page.goto(`${shops.fileOf("movierec")}#/item/none`);
  await page.getByRole("heading", { name: "There is no such film" }).waitFor();
  await page.goto(`${shops.fileOf("movierec")}#/item/%`);
  await page.getByRole("heading", { name: "What to watch next" }).waitFor();

  const moodLink = page.getByRole("navigation", { name: "Moods" }).getByRole("link").nth(2);
  const mood = await moodLink.innerText();
  await moodLink.click();
  await page.getByRole("heading", { name: mood, level: 1 }).waitFor();
  const ofMood = page.getByRole("list", { name: mood }).getByRole("link");
  await ofMood.first().waitFor();
  const genres = new Map(
    (parse(filmSample().items, { skipFirstRow: true }) as Record<string, string>[])
      .map(({ title, genres }) => [title, genres]),
  );
  for (const text of await ofMood.allInnerTexts()) {
    assertStringIncludes(genres.get(text.split("\n")[0].trim())!, mood);
  }

  await page.context().setOffline(true);
  await page.reload();
  await page.getByRole("heading", { name: "Nobody answers" }).waitFor();
  await page.context().setOffline(false);
  await ofMood.first().waitFor();
  await page.context().setOffline(true);
  await ofMood.first().click();
  await page.getByRole("heading", { name: "This film cannot be fetched just now" }).waitFor();
  await page.context().setOffline(false);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("list", { name: /^Goes with/ }).getByRole("link").first().waitFor();
  await page.goBack();
  await ofMood.first().waitFor();

  await page.getByRole("button", { name: /^Requests/ }).click();
  const call = page.locator("#drawer details", { hasText: "POST /api/recommend" }).first();
  await call.locator("summary").click();
  const shown = await call.innerText();
  for (
    const part of [
      ...["POST /api/recommend", "200", " ms", '"history"', `"genres": "${mood}"`],
      // Viewed items count beside the liked ones.
      ...['"event_type": "view"', '"event_type": "like"'],
    ]
  ) assertStringIncludes(shown, part);
  assert(!(await page.locator("body").innerText()).includes(key), "the key is not shown");
  assertEquals(await axeFaults(page), []);
  await call.getByRole("button", { name: "Copy as curl" }).click();
  await page.getByText("Copied").waitFor();
  const curl = await page.evaluate(() => navigator.clipboard.readText());
  const { stdout } = await new Deno.Command("sh", { args: ["-c", curl] }).output();
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)).recommendations.length, 60);
  await page.keyboard.press("Escape");
  assertEquals(await page.locator("#drawer").isVisible(), false);

  await page.reload();
  await page.getByRole("link", { name: "My films (2)" }).click();
  await page.getByRole("list", { name: "My films" }).getByText(title).waitFor();
  await page.getByRole("button", { name: "Clear my taste" }).click();
  await page.getByText("You like no film yet").waitFor();
  await page.getByLabel("Member’s number").selectOption("12");
  await page.getByRole("button", { name: "Go as this member" }).click();
  await page.getByRole("link", { name: "Member 12" }).waitFor();
  await page.getByText(/^Because of /).first().waitFor();
  await page.getByRole("link", { name: "Member 12" }).click();
  await page.getByRole("button", { name: "Be myself again" }).click();
  await page.getByRole("link", { name: "My films (0)" }).waitFor();
  await page.getByRole("link", { name: "MovieRec, home" }).click();
  await page.getByText("We know nothing of you yet").waitFor();
  assertEquals(await next.allInnerTexts(), stranger);
  await page.context().close();
  assertEquals(faults, []);
}

/** Checks the events of the page before, whose last ones its browser has sent when it was left. */
async function storedEvents({ sql }: System): Promise<void> {
  const types = await until(async () => {
    const rows = await sql`
      select type from recommender.live_events where known group by type order by type`;
    return rows.length >= 5 && rows.map(({ type }) => type as string);
  });
  assertEquals(types, ["click", "impression", "like", "retract", "view"]);
  assertEquals((await sql`select * from recommender.rejected_events`).length, 0);
}

/** Opens the page Results as the shop's owner; returns what reads the figures of the home page. */
async function openResults(
  browser: Browser,
  { system: { at }, password }: { system: System; password: string },
): Promise<() => Promise<PlacementResults>> {
  const page = await (await browser.newContext({ reducedMotion: "reduce" })).newPage();
  await signIn(page, at.web, { email: "demo@airec.example", password });
  await page.getByRole("link", { name: "Demo films" }).first().click();
  await page.getByRole("link", { name: "Results", exact: true }).click();
  const summary = page.getByRole("heading", { name: "What recommendations led to" });
  const row = page.getByRole("region", { name: "By placement", exact: true })
    .getByRole("row", { name: /^home/ });
  return async () => {
    await page.reload();
    await summary.waitFor();
    const cells = await row.count() > 0 ? await row.getByRole("cell").allInnerTexts() : [];
    const [clicks = 0, purchases = 0, revenue = 0] = cells.slice(-3).map(Number);
    return { clicks, purchases, revenue };
  };
}

async function keyboardOnly(browser: Browser, { system, shops }: Walk): Promise<void> {
  const page = await open(browser, shops.fileOf("movierec"), { system });
  const next = page.getByRole("list", { name: "Next for you" });
  await next.getByRole("link").first().waitFor();
  const focused = () =>
    page.evaluate(() =>
      document.activeElement!.getAttribute("aria-label") ??
        document.activeElement!.textContent!.trim()
    );
  const tabTo = (name: string) =>
    until(async () => {
      await page.keyboard.press("Tab");
      return (await focused()).startsWith(name);
    });
  await tabTo("To the films");
  await page.keyboard.press("Enter");
  await tabTo("Like ");
  await page.keyboard.press("Space");
  await page.getByRole("link", { name: "My films (1)" }).waitFor();
  await page.locator("h2:focus").waitFor(); // of the first recommendation, which has changed
  await tabTo("More about it");
  await page.keyboard.press("Enter");
  const heading = page.locator("h1:focus");
  await heading.waitFor();
  await tabTo("Like ");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "My films (2)" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { name: "What to watch next" }).waitFor();
  await page.getByRole("searchbox").focus();
  await page.keyboard.type("castle");
  await page.getByRole("list", { name: "“castle”" }).getByRole("link").first().waitFor();
  assert(await page.getByRole("searchbox").evaluate((input) => input === document.activeElement));
  await tabTo("Requests");
  await page.keyboard.press("Enter");
  await page.locator("h2:focus").waitFor();
  await page.keyboard.press("Escape");
  assertStringIncludes(await focused(), "Requests");
  await page.context().close();
  assertEquals(faults, []);
}

async function musicRec(browser: Browser, { system, shops }: Walk): Promise<void> {
  const page = await open(browser, shops.addressOf("musicrec"), { system });
  const chart = page.getByRole("list", { name: "Then these" }).getByRole("listitem");
  await chart.first().waitFor();
  const before = await chart.allInnerTexts();
  await chart.nth(2).getByRole("button").click();
  await page.getByText("Because you liked").first().waitFor();
  assertNotEquals(await chart.allInnerTexts(), before);
  assertEquals(await page.locator("#crate li").count(), 1);
  await page.getByRole("searchbox").fill("zzzz");
  await page.getByText("No artist has such a name.").waitFor();
  await page.context().close();
  assertEquals(faults, []);
}

/** Checks the home, item and visitor pages of both shops, in both colour schemes and widths. */
async function looks(browser: Browser, walk: Walk): Promise<void> {
  for (const shop of ["movierec", "musicrec"]) {
    for (const width of [1400, 390]) {
      const page = await open(browser, walk.shops.addressOf(shop), { ...walk, width });
      const cards = page.locator(".next .card:not(.ghost)");
      await cards.first().waitFor();
      await cards.getByRole("button").nth(1).click();
      for (const name of ["home", "item", "you"]) {
        if (name === "item") await cards.getByRole("link").first().click();
        if (name === "you") await page.locator("#you").click();
        else await page.getByText("Because you liked").first().waitFor();
        await page.locator(`main[data-page="${name}"] .card:not(.ghost)`).first().waitFor();
        await page.evaluate(() => scrollTo(0, 0));
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme });
          const look = `${shop}-${name}-${width}-${colorScheme}`;
          assertEquals(await axeFaults(page), [], look);
          await picture(page, look);
        }
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert(wide <= 0, `${shop}-${name} is ${wide} pixels wider than ${width}`);
      }
      await page.context().close();
    }
  }
  assertEquals(faults, []);
  if (Deno.env.get("AIREC_PICTURES") === "1") await readmePicture(browser);
}

async function picture(page: Page, name: string): Promise<void> {
  await Deno.mkdir(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}

/** Renders both shops side by side for the README. */
async function readmePicture(browser: Browser): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 400 } });
  const images = await Promise.all(
    ["movierec-home-1400-dark", "musicrec-home-1400-light"].map(async (name) =>
      `<img width="632" src="data:image/png;base64,${
        (await Deno.readFile(join(PICTURES, `${name}.png`))).toBase64()
      }">`
    ),
  );
  await page.setContent(`<body style="margin:0;display:flex;gap:16px">${images.join("")}`);
  await page.screenshot({ path: README_PICTURE, type: "jpeg", quality: 78 });
  await page.close();
}

async function keyIn(shops: ShopsOnDisk, shop: string): Promise<string> {
  const config = await Deno.readTextFile(join(shops.folder, shop, "demo-config.js"));
  return /"API_KEY": "([^"]+)"/.exec(config)![1];
}
