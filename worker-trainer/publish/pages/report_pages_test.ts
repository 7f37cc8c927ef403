import { assert, assertEquals, assertFalse } from "@std/assert";
import { reportPages } from "./report_pages.ts";
import { REPORT } from "../../../testing/report.ts";

const pagesOf = (...given: Parameters<typeof reportPages>) =>
  Object.fromEntries(
    Object.entries(reportPages(...given)).map(([path, bytes]) => [
      path,
      new TextDecoder().decode(bytes),
    ]),
  );

Deno.test("a report has a self-contained page, its plots and its JSON", () => {
  const pages = pagesOf(REPORT, { title: "Films & <more>" });
  assertEquals(Object.keys(pages).sort(), [
    "plots/candidates.svg",
    "plots/ndcg.svg",
    "plots/recall.svg",
    "plots/segments.svg",
    "report.html",
    "report.json",
  ]);
  assertEquals(JSON.parse(pages["report.json"]), REPORT);
  const page = pages["report.html"];
  for (
    const text of [
      "<h1>Films &amp; &lt;more&gt;</h1>",
      "1,234 items",
      "Verdict: refused. It ranks worse &amp; surely.",
      "Half of the users have one item.",
      "finds 25 % more of the next items",
      "40 % of what users liked later was something that they had before.",
      "Evaluated in time",
      "The most popular items of the last 7 days",
      "It needs &lt;9 GB&gt; of memory.",
      "&lt;script&gt;alert(1)&lt;/script&gt;",
      "Heat &amp; Dust, “Amélie”",
    ]
  ) assert(page.includes(text), text);
  assertFalse(/<script|src=|href=|url\(|@import/.test(page));
  for (const [path, svg] of Object.entries(pages).filter(([path]) => path.endsWith(".svg"))) {
    assert(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"'), path);
    assertFalse(/NaN|undefined|\[object/.test(svg), path);
    assert(page.includes(svg), path);
  }
  assertEquals(
    pages["plots/segments.svg"].includes("up to 5 items"),
    false,
    "no users in the segment",
  );
});

Deno.test("figures that were not measured have no plots", () => {
  const { test: _test, next_item: _next, repeats: _repeats, gate: _gate, ...rest } = REPORT;
  const { content: _content, ...bare } = rest;
  const pages = pagesOf({ ...bare, candidates: [], warnings: [] }, { title: "Films" });
  assertEquals(Object.keys(pages).sort(), ["report.html", "report.json"]);
  assertFalse(/false|undefined|null|NaN/.test(pages["report.html"]));
});
