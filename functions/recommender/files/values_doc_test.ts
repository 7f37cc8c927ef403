/** Checks that the tables of docs/files.md match the code. */
import { assertEquals } from "@std/assert";
import { BLANK_SIGNS, BLANK_WORDS } from "./values/blank_words.ts";
import { RULE_WORDS } from "./columns/item_ids.ts";
import { ERAS } from "./values/era_dates.ts";
import { LIST_NOTATIONS } from "./values/list_forms.ts";
import { decimalSigns } from "./values/numbers.ts";
import { bestRatings } from "./values/rating_choices.ts";
import { DATE_FORMS, dateOrders, ZONES } from "./values/times.ts";
import { CURRENCIES, MULTIPLIERS, UNITS } from "./values/units.ts";

const DOC = await Deno.readTextFile(new URL("../../../docs/files.md", import.meta.url));

/** Returns the lines of a table of the document, between its markers. */
function tableOf(name: string): string {
  const [, table] = DOC.split(`<!-- table: ${name} -->`);
  return table.split("<!-- end -->")[0].trim();
}

const quoted = (text: string) => [...text.matchAll(/`+([^`]+)`+/g)].map(([, word]) => word.trim());
const lines = (text: string) => text.split("\n").map((line) => line.replace(/^- /, ""));

Deno.test("docs/files.md names the blank words and signs that are read", () => {
  assertEquals(quoted(tableOf("blank words")), BLANK_WORDS.filter((word) => word !== ""));
  assertEquals(quoted(tableOf("blank signs")), [...BLANK_SIGNS]);
});

Deno.test("docs/files.md names the units, multipliers, zones, date forms, list notations, id rules and choices", () => {
  assertEquals(lines(tableOf("units")).map(quoted), [...CURRENCIES, ...UNITS].map((w) => [...w]));
  assertEquals(
    lines(tableOf("multipliers")).map(quoted),
    MULTIPLIERS.map(({ words }) => [...words]),
  );
  assertEquals(quoted(tableOf("zones")), Object.keys(ZONES));
  assertEquals(quoted(tableOf("date forms")), DATE_FORMS.map(({ example }) => example));
  assertEquals(quoted(tableOf("list notations")), LIST_NOTATIONS.map(({ example }) => example));
  for (const [era, [sign]] of Object.entries(ERAS)) {
    for (const beginning of [era, "`" + sign]) assertEquals(DOC.includes(beginning), true, era);
  }
  assertEquals(lines(tableOf("id rules")), Object.values(RULE_WORDS));
  for (const choice of [...dateOrders, ...decimalSigns, ...bestRatings, "keep"]) {
    assertEquals(DOC.includes(`"${choice}"`), true, choice);
  }
});
