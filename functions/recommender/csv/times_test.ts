import { assertEquals } from "@std/assert";
import { MONTH_NAMES } from "./month_names.ts";
import { TimeEvidence } from "./time_evidence.ts";
import { DATE_FORMS, type DateOrder, parseTime } from "./times.ts";

/** Returns a column's times as ISO 8601 to the second, null if blank, NaN if invalid. */
function readColumn(cells: readonly string[], chosen?: DateOrder) {
  const evidence = new TimeEvidence();
  for (const cell of cells) evidence.add(cell);
  const found = evidence.decide(chosen);
  const iso = cells.map((cell) => {
    const time = parseTime(cell, found);
    return time === null || Number.isNaN(time) ? time : new Date(1000 * time).toISOString();
  });
  return { ...found, iso };
}

/** Formats 2019-01-22 18:00 as `toISOString` does. */
function at(time: string): string {
  return `${time.replace(" ", "T").padEnd(16, "T00:00").slice(0, 16)}${
    time.length > 16 ? time.slice(16) : ":00"
  }.000Z`;
}

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

Deno.test("dates of a form that the column makes plain", () => {
  const cases: [string[], string[]][] = [
    [["01/22/2019", "01/05/2019"], ["2019-01-22", "2019-01-05"]],
    [["31/12/2010 08:26", "01/02/2011 9:05"], ["2010-12-31 08:26", "2011-02-01 09:05"]],
    [["11/30/2019 2:14:46 PM", "11/01/2019 12:00:00 AM"], ["2019-11-30 14:14:46", "2019-11-01"]],
    [["22-Jan-2019", "1-feb-2019"], ["2019-01-22", "2019-02-01"]],
    [["22-Jan-19", "1-Feb-99"], ["2019-01-22", "1999-02-01"]],
    [["Jan 22, 2019", "September 1, 2019"], ["2019-01-22", "2019-09-01"]],
    [["Tue Jan 22 18:00:09 +0000 2019"], ["2019-01-22 18:00:09"]],
    [["Tue Jan  1 18:00:09 2019"], ["2019-01-01 18:00:09"]],
    [["Tue, 22 Jan 2019 18:00:09 +0100"], ["2019-01-22 17:00:09"]],
    [["Tue, 22 Jan 2019 18:00:09 GMT"], ["2019-01-22 18:00:09"]],
    [["Tue Jan 22 2019 18:00:09 GMT+0200 (Eastern European Time)"], ["2019-01-22 16:00:09"]],
    [["20140407105109"], ["2014-04-07 10:51:09"]],
    [["201404071051", "201512312359"], ["2014-04-07 10:51", "2015-12-31 23:59"]],
    [["20190122T180009Z"], ["2019-01-22 18:00:09"]],
    [["22 janvier 2019", "1. März 2019", "5 de mayo de 2019"], [
      "2019-01-22",
      "2019-03-01",
      "2019-05-05",
    ]],
    [["22/Jan/2019:18:00:09 +0000"], ["2019-01-22 18:00:09"]],
    [["2019.01.22", "2019/1/2 3:04"], ["2019-01-22", "2019-01-02 03:04"]],
    [["1/22/19", "1/2/19"], ["2019-01-22", "2019-01-02"]],
    [["31/12/99", "1/2/00"], ["1999-12-31", "2000-02-01"]],
    [["22.01.19"], ["2019-01-22"]],
    [["05/05/2019"], ["2019-05-05"]],
    [["31-12-2010", "01-02-2011"], ["2010-12-31", "2011-02-01"]],
    [["1/22/2019, 6:00:09\u202fPM"], ["2019-01-22 18:00:09"]],
    [["2019年1月22日"], ["2019-01-22"]],
  ];
  for (const [cells, times] of cases) assertEquals(readColumn(cells).iso, times.map(at), cells[0]);
});

Deno.test("a column that leaves day and month open is not read, but by the mapping's choice", () => {
  const cells = ["01/02/2019", "03/04/2019 10:00"];
  const open = readColumn(cells);
  assertEquals([open.isOpen, open.iso], [true, [NaN, NaN]]);
  assertEquals(readColumn(cells, "dmy").iso, [at("2019-02-01"), at("2019-04-03 10:00")]);
  assertEquals(readColumn(cells, "mdy").iso, [at("2019-01-02"), at("2019-03-04 10:00")]);
  // A choice does not override evidence.
  assertEquals(readColumn([...cells, "25/12/2019"], "mdy").order, "dmy");
  // With two digits at both ends, either can be the year.
  assertEquals(readColumn(["10/11/12"]).isOpen, true);
  assertEquals(readColumn(["10/11/12"], "ymd").iso, [at("2010-11-12")]);
  const days = Array.from({ length: 28 }, (_, i) => `${i + 1}/${1 + i % 12}/${10 + i % 3}`);
  assertEquals(readColumn(days).order, "dmy");
});

Deno.test("a column of which no cell is a time is known as such", () => {
  assertEquals(readColumn(["soon", "later", ""]).isUnreadable, true);
  assertEquals(readColumn(["soon", "2019-01-22"]).isUnreadable, false);
  assertEquals(readColumn([""]).isUnreadable, false);
});

Deno.test("the example of each form is the 22nd of January 2019, and so is each month's name", () => {
  for (const { example } of DATE_FORMS) {
    assertEquals(readColumn([example]).iso[0]!.toString().slice(0, 10), "2019-01-22", example);
  }
  for (const names of Object.values(MONTH_NAMES)) {
    names.split(" ").forEach((name, i) => {
      const month = String(i + 1).padStart(2, "0");
      assertEquals(readColumn([`7 ${name} 2019`]).iso, [at(`2019-${month}-07`)], name);
    });
  }
});
