import { assertEquals, assertStringIncludes } from "@std/assert";
import { EventCounts } from "../dataset/event_counts.ts";
import { eventWarnings, listedEvents } from "./event_warnings.ts";

/** Returns the counts of rows with these events. */
function countsOf(rows: Record<string, number>, own: Record<string, number> = {}) {
  const events = new EventCounts(own);
  for (const [word, count] of Object.entries(rows)) {
    for (let n = 0; n < count; n++) events.weigh(word);
  }
  return events.counts();
}

Deno.test("events are listed with their rows and weights, the commonest first", () => {
  const own = { gekauft: 5 };
  const events = countsOf({ "": 9, "un-hide": 1, gekauft: 2, view: 4, hide: 3, grok: 1 }, own);
  assertEquals(listedEvents(events), [
    { word: "view", rows: 4, weight: 1, by: "word" },
    { word: "hide", rows: 3, weight: -1, by: "word" },
    { word: "gekauft", rows: 2, weight: 5, by: "settings" },
    { word: "grok", rows: 1, weight: 1, by: "default" },
    { word: "un-hide", rows: 1, weight: null, by: "word" },
  ]);
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`e${n}`, 3]));
  assertEquals(listedEvents(countsOf(many)).length, 20);
});

Deno.test("weights without rows and rows without a weight are reported", () => {
  const cases: [rows: Record<string, number>, own: Record<string, number>, said: string[]][] = [
    [{ view: 3, "add to cart": 1, "product-viewed": 1, pageview: 1, purchase: 1 }, {}, []],
    [{ view: 3 }, { view: 2 }, []],
    [{ view: 3 }, { vue: 2 }, ['event_weights names "vue", which no row has as its event; the']],
    [{}, { vue: 2 }, ['event_weights names "vue", which no row has as its event: no row has any']],
    [{ grok: 3, view: 1 }, {}, ['The events "grok" have no weight: each counts 1']],
    [{ grok: 3 }, { grok: 1 }, []],
    [{ grok: 3, view: 1 }, { gork: 2 }, ['event_weights names "gork"', 'The events "grok" have']],
  ];
  for (const [rows, own, said] of cases) {
    const warnings = eventWarnings(countsOf(rows, own), own);
    assertEquals(warnings.length, said.length, warnings.join(" "));
    said.forEach((part, i) => assertStringIncludes(warnings[i], part));
  }
});

Deno.test("a column without event names is reported, without quoting its values", () => {
  const cases: [kinds: number, rows: number][] = [[200, 1], [31, 50], [30, 2], [6, 2]];
  for (const [kinds, rows] of cases) {
    const ids = Array.from({ length: kinds }, (_, n) => [`ann${n}`, rows]);
    const events = countsOf(Object.fromEntries(ids));
    assertEquals(listedEvents(events), []);
    const warnings = eventWarnings(events, { view: 2 });
    assertEquals(warnings.length, 1);
    assertStringIncludes(warnings[0], `The column of events has ${kinds} different values`);
    assertEquals(warnings[0].includes("ann"), false);
  }
});
