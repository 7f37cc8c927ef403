import { assertEquals, assertStringIncludes } from "@std/assert";
import { NumberEvidence } from "./number_evidence.ts";
import { reasonOfNumber } from "./number_words.ts";
import { type DecimalSign, parseNumber } from "./numbers.ts";
import { CURRENCIES, MULTIPLIERS, UNITS } from "./units.ts";

/** Parses a column's values in the format that its cells show. */
function readColumn(cells: readonly string[], chosen?: DecimalSign) {
  const evidence = new NumberEvidence();
  for (const cell of cells) evidence.add(cell);
  const form = evidence.decide(chosen);
  return { values: cells.map((cell) => parseNumber(cell, form)), open: form.open };
}

Deno.test("parseNumber: points, commas, groups, blanks", () => {
  const cases: [string, number | null][] = [
    ["4.0", 4],
    [" 3,5 ", 3.5],
    ["-1e3", -1000],
    [".5", 0.5],
    ["1.234,5", 1234.5],
    ["1,234.5", 1234.5],
    ["1,234,567", 1234567],
    ["1.234.567", 1234567],
    ["", null],
    ["  ", null],
    ["NULL", null],
    ["\\N", null],
    ["five", NaN],
    ["1,23,4", NaN],
    ["4 stars", NaN],
    ["Infinity", NaN],
    ["0x10", NaN],
    ["1.2.3", NaN],
  ];
  for (const [text, value] of cases) assertEquals(parseNumber(text), value, text);
});

Deno.test("a column decides how its thousands and decimals are written", () => {
  const cases: [string[], (number | null)[]][] = [
    [["987", "1,234", "12,345", "1,234,567", "56"], [987, 1234, 12345, 1234567, 56]],
    [["987", "1.234", "12.345", "1.234.567", "56"], [987, 1234, 12345, 1234567, 56]],
    [["987", "1,234", "56"], [987, 1234, 56]],
    [["987", "1 234", "12 345", "1 234 567,5"], [987, 1234, 12345, 1234567.5]],
    [["987", "1\u00a0234", "1\u202f234\u202f567"], [987, 1234, 1234567]],
    [["1'234", "12’345.50"], [1234, 12345.5]],
    [["1,234", "4.5"], [1234, 4.5]],
    [["1.234", "3,5"], [1234, 3.5]],
    [["3,5", "1,234", "4"], [3.5, 1.234, 4]],
    [["1.234", "4.5", "12"], [1.234, 4.5, 12]],
    [["12,34,567", "1,234"], [1234567, 1234]],
    [["1,234", "5678"], [1.234, 5678]],
    [["0.125", "1.234"], [0.125, 1.234]],
  ];
  for (const [cells, values] of cases) assertEquals(readColumn(cells).values, values, cells[0]);
});

Deno.test("an ambiguous column is read in the most common way, or by the mapping's choice", () => {
  assertEquals(readColumn(["1,234"]), { values: [1234], open: "," });
  assertEquals(readColumn(["1,234"], ","), { values: [1.234], open: "," });
  assertEquals(readColumn(["1.234", "2.500"]), { values: [1.234, 2.5], open: "." });
  assertEquals(readColumn(["1.234", "2.500"], ","), { values: [1234, 2500], open: "." });
  // A choice does not override evidence.
  assertEquals(readColumn(["1,234", "4.5"], ","), { values: [1234, 4.5], open: null });
});

Deno.test("units, currencies, parentheses, dashes", () => {
  const cases: [string[], (number | null)[]][] = [
    [["$9.99", "$1,299.00", "-$5", "$-5", "5"], [9.99, 1299, -5, -5, 5]],
    [["9,99 €", "1.299,00 €", "5"], [9.99, 1299, 5]],
    [["5 stars", "1 star", "3.5 stars"], [5, 1, 3.5]],
    [["80%", "7.5 %"], [80, 7.5]],
    [["USD 5", "USD 1,500"], [5, 1500]],
    [["4/5", "3.5 / 5", "5 out of 5"], [4, 3.5, 5]],
    [["(5.00)", "5.00", "($7.50)"], [-5, 5, -7.5]],
    [["CHF 99.–", "CHF 1'299.50", "CHF 5.-"], [99, 1299.5, 5]],
    [["9,- €", "1.299,50 €"], [9, 1299.5]],
    [["—", "–", "-", "?", ".", "4", "−3"], [null, null, null, null, null, 4, -3]],
    [["tt0114709", "5"], [NaN, 5]],
    [["5 km", "500 m"], [NaN, NaN]],
  ];
  for (const [cells, values] of cases) assertEquals(readColumn(cells).values, values, cells[0]);
});

Deno.test("lower bounds and multipliers are read; a lower-case m is a unit", () => {
  const cases: [string[], (number | null)[]][] = [
    [["1,000+", "500+", "0", "5,000,000+"], [1000, 500, 0, 5e6]],
    [["18+", "7+"], [18, 7]],
    [["1.2K", "3M", "500", "2.3k"], [1200, 3e6, 500, 2300]],
    [["$1.2K", "$500", "$3M"], [1200, 500, 3e6]],
    [["1.2M views", "800 views"], [1.2e6, 800]],
    [["1,5 Mio. €", "800.000 €"], [1.5e6, 8e5]],
    [["1.2万", "3亿"], [12_000, 3e8]],
    [["10K+", "500+"], [10_000, 500]],
    // What one sign means in each is open.
    [["1.2K", "3m"], [NaN, NaN]],
    [["512 B", "10 KB"], [NaN, NaN]],
    [["$5", "€6", "£7", "8"], [NaN, NaN, NaN, 8]],
    [["1:30:00", "90 min"], [NaN, 90]],
  ];
  for (const [cells, values] of cases) assertEquals(readColumn(cells).values, values, cells[0]);
});

Deno.test("parentheses mean negative only in columns of amounts", () => {
  const cases: [string[], (number | null)[]][] = [
    [["(1990)", "(1991)"], [NaN, NaN]],
    [["(1990)", "1991"], [NaN, 1991]],
    [["(1,234)", "(56)"], [NaN, NaN]],
    [["(4.5)", "(3.0)"], [NaN, NaN]],
    [["(1,234)", "5,678"], [-1234, 5678]],
    [["($5)", "$7", "(3)"], [-5, 7, -3]],
  ];
  for (const [cells, values] of cases) assertEquals(readColumn(cells).values, values, cells[0]);
});

Deno.test("groups of thousands are ambiguous among whole numbers, with or without a unit", () => {
  assertEquals(readColumn(["10.000 km", "500 km"]), { values: [10, 500], open: "." });
  assertEquals(readColumn(["10.000 km", "500 km"], ","), { values: [10_000, 500], open: "." });
  assertEquals(readColumn(["10.000", "500"]), { values: [10, 500], open: "." });
  assertEquals(readColumn(["10.000", "500"], ",").values, [10_000, 500]);
  assertEquals(readColumn(["10.000", "3,5"]), { values: [10_000, 3.5], open: null });
});

Deno.test("the rejection reason of a rating distinguishes units and parentheses from text", () => {
  const cases: [string[], string, string][] = [
    [["$5", "€6"], "€6", "has one of several units in its column ($, €)"],
    [[...Array(30).fill("$5"), "€6"], "€6", "has another unit than its column ($)"],
    [["4/5", "8/10"], "4/5", "is out of one of several numbers in its column (/5, /10)"],
    [["4 of 5", "4", "80/100"], "80/100", "several numbers in its column (/5, /100)"],
    [[...Array(30).fill("4/5"), "8/10"], "8/10", "is out of 10, and nearly all of its column"],
    [[...Array(30).fill("$5"), "4/5"], "4/5", "has another unit than its column ($)"],
    [
      ["5", "(3)"],
      "(3)",
      "is in parentheses, but no amount in its column shows that they mean a negative",
    ],
    [["5", "five"], "five", "is not a number"],
  ];
  for (const [cells, cell, reason] of cases) {
    const evidence = new NumberEvidence();
    for (const each of cells) evidence.add(each);
    assertStringIncludes(reasonOfNumber(cell, evidence.decide()), reason);
  }
});

Deno.test("each listed unit is read before or after the number, as allowed", () => {
  for (const [name, ...others] of CURRENCIES) {
    for (const word of [name, ...others]) {
      assertEquals(readColumn([`${word} 1,234.5`, `7 ${word}`]).values, [1234.5, 7], word);
    }
  }
  for (const [name, ...others] of UNITS) {
    const cells = [name, ...others].map((word) => `12 ${word}`);
    assertEquals(readColumn(cells).values, cells.map(() => 12), name);
  }
  for (const { power, words } of MULTIPLIERS) {
    const cells = words.map((word) => `12 ${word}`);
    assertEquals(readColumn(cells).values, cells.map(() => Number(`12e${power}`)), words[0]);
  }
});

Deno.test("a long blank cell is not a number, and is read in linear time", () => {
  const cell = `+${" ".repeat(200_000)}x`;
  assertEquals(parseNumber(cell), NaN);
  assertEquals(parseNumber(`1${" ".repeat(200_000)}`), 1);
});
