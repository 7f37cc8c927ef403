import { assertEquals } from "@std/assert";
import { parseNumber, parseText, parseTime } from "./values.ts";

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

Deno.test("parseTime: epochs by their size, dates with and without zone", () => {
  const at = 1577836800; // 2020-01-01T00:00:00Z
  const cases: [string, number | null][] = [
    [`${at}`, at],
    [`${at}000`, at],
    [`${at}000000`, at],
    [`${at}000000000`, at],
    [`${at}.5`, at + 0.5],
    ["2020-01-01", at],
    ["20200101", at],
    ["2020/01/01", at],
    ["01.01.2020", at],
    ["2020-01-01 00:00:10", at + 10],
    ["2020-01-01T01:00:00+01:00", at],
    ["2020-01-01T00:00:00.250Z", at + 0.25],
    ["2020-01-01 00:00:00 UTC", at],
    ["", null],
    ["2020-02-30", NaN],
    ["2020-13-01", NaN],
    ["1/2/2020", NaN],
    ["yesterday", NaN],
    ["2020-01-01 25:00:00", NaN],
  ];
  for (const [text, value] of cases) assertEquals(parseTime(text), value, text);
});

Deno.test("parseText: ids stay text", () => {
  assertEquals(parseText(" 00123 "), "00123");
  assertEquals(parseText("a/b c"), "a/b c");
});
