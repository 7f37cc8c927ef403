import { assertEquals, assertStringIncludes } from "@std/assert";
import { THAI_ABBREVIATIONS, THAI_MONTHS } from "./era_dates.ts";
import { MONTH_NAMES } from "./month_names.ts";
import { TimeEvidence } from "./time_evidence.ts";
import { notesOfDates, notesOfTimes, reasonOfTime, refusalOfTimes } from "./time_words.ts";
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

Deno.test("dates in a format that the column determines", () => {
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

Deno.test("a column with ambiguous day and month is read only by the mapping's choice", () => {
  const cells = ["01/02/2019", "03/04/2019 10:00"];
  const open = readColumn(cells);
  assertEquals([open.open, open.isUndecided, open.iso], ["cells", true, [NaN, NaN]]);
  assertEquals(readColumn(cells, "dmy").iso, [at("2019-02-01"), at("2019-04-03 10:00")]);
  assertEquals(readColumn(cells, "mdy").iso, [at("2019-01-02"), at("2019-03-04 10:00")]);
  // A choice does not override evidence.
  assertEquals(readColumn([...cells, "25/12/2019"], "mdy").order, "dmy");
  // With two digits at both ends, either can be the year.
  assertEquals(readColumn(["10/11/12"]).open, "cells");
  assertEquals(readColumn(["05/05/12"]).open, "cells");
  assertEquals(readColumn(["10/11/12"], "ymd").iso, [at("2010-11-12")]);
  const days = Array.from({ length: 28 }, (_, i) => `${i + 1}/${1 + i % 12}/${10 + i % 3}`);
  assertEquals(readColumn(days).order, "dmy");
});

Deno.test("the order of most dates is read, and contrary dates are rejected", () => {
  const days = Array.from({ length: 18 }, (_, i) => `${13 + i % 15}/0${1 + i % 9}/2019`);
  const found = readColumn([...days, "01/24/2019", "02/25/2019", "01/02/2019"]);
  assertEquals([found.order, found.isUndecided], ["dmy", false]);
  assertEquals(found.iso.slice(18), [NaN, NaN, at("2019-02-01")]);
  const reason = reasonOfTime("01/24/2019", found);
  assertEquals(reason, "is not a date in the order of its column, day before month");
  // The choice decides as before where fewer than 95 % agree.
  assertEquals(readColumn([...days, "01/24/2019", "02/25/2019"], "mdy").order, "mdy");
  assertStringIncludes(notesOfDates("day", found)[0], "of several orders, most of them day before");
  assertEquals(notesOfDates("day", readColumn(days)), []);
  for (const mixed of [["24/01/2019", "01/24/2019"], ["24/01/2019", "24/02/2019", "01/24/2019"]]) {
    const both = readColumn(mixed);
    assertEquals([both.open, both.isUndecided, both.order], ["both", true, null]);
    assertStringIncludes(
      refusalOfTimes("when", both)!.detail,
      "others the month: choose in the mapping",
    );
  }
});

Deno.test("a choice that fits no date is ignored, and the reason names those that fit", () => {
  const found = readColumn(["01/02/2019", "03/03/2019"], "ymd");
  assertEquals([found.open, found.orders, found.isUndecided], ["cells", ["dmy", "mdy"], true]);
  assertStringIncludes(reasonOfTime("01/02/2019", found), "by date_order (dmy or mdy)");
  const short = readColumn(["10/11/12"]);
  assertStringIncludes(reasonOfTime("10/11/12", short), "by date_order (dmy, mdy or ymd)");
  // Few open dates among other times are rejected, and the file is not refused.
  const few = readColumn(["01/02/2019", "2019-01-22", "2019-01-23"]);
  assertEquals([few.open, few.isUndecided], ["cells", false]);
});

Deno.test("the most common number of digits decides whether numbers are dates; others are rejected", () => {
  const cases: [string[], (number | string)[]][] = [
    [["20140407105109", "20140407105110", "20141332000000"], [
      "2014-04-07 10:51:09",
      "2014-04-07 10:51:10",
      NaN,
    ]],
    [["201404071051", "201404071052", "201413320000"], [
      "2014-04-07 10:51",
      "2014-04-07 10:52",
      NaN,
    ]],
    [["20191231", "20190101", "20191332"], ["2019-12-31", "2019-01-01", NaN]],
    // Most are no dates: seconds, and milliseconds, since 1970.
    [["20191332", "20181399", "20190101"], [
      "1970-08-22 16:42:12",
      "1970-08-22 13:56:39",
      "1970-08-22 16:21:41",
    ]],
    [["1234.567", "20190101"], ["1970-01-01 00:20:34", "2019-01-01"]],
  ];
  for (const [cells, times] of cases) {
    const read = readColumn(cells).iso.map((time) =>
      typeof time === "string" ? time.replace(/\.\d+Z$/, ".000Z") : time
    );
    assertEquals(read, times.map((time) => typeof time === "string" ? at(time) : time), cells[0]);
  }
  const found = readColumn(cases[0][0]);
  assertEquals(
    reasonOfTime("20141332000000", found),
    "is not a date, unlike the other numbers of 14 digits in its column",
  );
});

Deno.test("dates and times of many countries, 22 January 2019 at 18:05", () => {
  const cells = [
    "Dienstag, 22. Jänner 2019 um 18:05",
    "22.1.2019, 18:05 Uhr",
    "mardi 22 janvier 2019 à 18 h 05",
    "2019-01-22 18 h 05 min 09 s",
    "22/01/2019 à 18h05",
    "22/1/2019, 6:05:09 p. m.",
    "22 de enero de 2019 a las 18:05",
    "martedì 22 gennaio 2019 alle ore 18:05",
    "terça-feira, 22 de janeiro de 2019 às 18:05",
    "dinsdag 22 januari 2019 om 18:05",
    "tisdag 22 januari 2019 kl. 18:05",
    "tirsdag den 22. januar 2019 kl. 18.05",
    "tiistai 22. tammikuuta 2019 klo 18.05",
    "úterý 22. ledna 2019 v 18:05",
    "22. 1. 2019 18:05:09",
    "utorok 22. januára 2019 o 18:05",
    "2019. jan. 22. 18:05:09",
    "2019. 01. 22. 18:05:09",
    "marți, 22 ianuarie 2019 la 18:05",
    "вторник, 22 января 2019 г. в 18:05",
    "вівторок, 22 січня 2019 р. о 18:05",
    "22.01.2019 г., 18:05:09 ч.",
    "Τρίτη 22 Ιανουαρίου 2019 στις 6:05 μ.μ.",
    "יום שלישי, 22 בינואר 2019 בשעה 18:05",
    "٢٢‏/٠١‏/٢٠١٩، ٦:٠٥:٠٩ م",
    "2019年1月22日火曜日 18:05",
    "2019年1月22日(火) 18:05",
    "2019年1月22日 星期二 下午6:05",
    "2019/1/22 下午6:05:09",
    "2019년 1월 22일 화요일 오후 6:05",
    "2019. 1. 22. 오후 6:05:09",
    "teisipäev, 22. jaanuar 2019, kell 18:05",
    "Selasa, 22 Januari 2019 pukul 18.05",
    "2019. gada 22. janvāris plkst. 18:05",
    "2019 m. sausio 22 d., antradienis 18:05",
    "utorak, 22. siječnja 2019. u 18:05",
    "torek, 22. januar 2019 ob 18.05",
    "уторак, 22. јануар 2019. 18:05",
    "dimarts, 22 de gener de 2019 a les 18:05",
    "lúc 18:05 22 tháng 1, 2019",
    "ngày 22 tháng 1 năm 2019 18:05",
    "2019年1月22日(火) 18時5分09秒",
    "2019년 1월 22일 18시 5분",
    "18:05 22.01.2019",
    "6:05 PM, Jan 22, 2019",
    "22.01.2019 (Di) 18:05",
    "22.01.2019, вт, 18:05",
    "2019-01-22 Tuesday 18:05",
    "Tue, 01/22/2019 6:05 PM",
  ];
  for (const cell of cells) {
    const [read] = readColumn([cell]).iso;
    assertEquals([cell, String(read).slice(0, 16)], [cell, "2019-01-22T18:05"]);
  }
  // In Korea the year comes first, and two digits do not tell.
  assertEquals(readColumn(["19. 1. 22."]).iso, [NaN]);
  assertEquals(readColumn(["2019/1/22 上午12:05"]).iso, [at("2019-01-22 00:05")]);
});

Deno.test("no name of a month is another month in another language", () => {
  const months = new Map<string, number>();
  for (const name of Object.values(MONTH_NAMES)) {
    name.split(" ").forEach((month, i) => {
      assertEquals([month, months.get(month) ?? i], [month, i]);
      months.set(month, i);
    });
  }
});

Deno.test("names that are other months in Polish and Czech are read by the column's other names", () => {
  const names = [
    ["siječnja", "sij"],
    ["veljače", "velj"],
    ["ožujka", "ožu"],
    ["travnja", "tra"],
    ["svibnja", "svi"],
    ["lipnja", "lip"],
    ["srpnja", "srp"],
    ["kolovoza", "kol"],
    ["rujna", "ruj"],
    ["listopada", "lis"],
    ["studenoga", "stu"],
    ["prosinca", "pro"],
  ];
  for (const form of [0, 1]) {
    const cells = names.map((name) => `7. ${name[form]}. 2019.`);
    const months = cells.map((_, i) => at(`2019-${String(i + 1).padStart(2, "0")}-07`));
    assertEquals(readColumn(cells).iso, months);
  }
  assertEquals(readColumn(["7. listopada 2019.", "8. lip. 2019. u 18:05"]).iso, [
    at("2019-10-07"),
    at("2019-06-08 18:05"),
  ]);
  const polish = readColumn(["7 lip 2019", "7 lis 2019", "7 wrz 2019"]);
  assertEquals(polish.iso, ["2019-07-07", "2019-11-07", "2019-09-07"].map(at));
});

Deno.test("only a weekday is left out beside a date", () => {
  const cells = ["Version 22.01.2019", "22.01.2019 abends", "22.01.2019 18:05 IST", "18:05 soon"];
  for (const cell of cells) assertEquals(readColumn([cell]).iso, [NaN], cell);
});

Deno.test("zones by name, ordinals, other alphabets, figures that are not padded", () => {
  const cases: [cell: string, time: string | number][] = [
    ["2019-01-02 03:04:05 EST", "2019-01-02 08:04:05"],
    ["2019-01-02 03:04:05 CET", "2019-01-02 02:04:05"],
    ["2019-07-02 03:04:05 CEST", "2019-07-02 01:04:05"],
    ["2019-01-02T03:04:05 MSK", "2019-01-02 00:04:05"],
    ["2 Jan 2019 03:04 JST", "2019-01-01 18:04"],
    ["1er février 2019", "2019-02-01"],
    ["1º de mayo de 2019", "2019-05-01"],
    ["22nd of January 2019", "2019-01-22"],
    ["22 января 2019 г.", "2019-01-22"],
    ["22 янв. 2019", "2019-01-22"],
    ["1 май 2019, 12:30", "2019-05-01 12:30"],
    ["22 stycznia 2019", "2019-01-22"],
    ["fe\u0301vrier 1, 2019", "2019-02-01"],
    ["1546398245,0", "2019-01-02 03:04:05"],
    ["2019-1-2 3:4:5", "2019-01-02 03:04:05"],
    ["1/22/2019 3:4", "2019-01-22 03:04"],
    // Names of several zones, places, and beginnings of several months are not read.
    ["2019-01-02 03:04:05 IST", NaN],
    ["2019-01-02 03:04:05 BST", NaN],
    ["2019-01-02 03:04:05 Europe/Berlin", NaN],
    ["2019-01-02T03:04:05[Europe/Paris]", NaN],
    ["1 jui 2019", NaN],
    ["2019-01-02 3:4:567", NaN],
  ];
  for (const [cell, time] of cases) {
    assertEquals(readColumn([cell]).iso[0], typeof time === "string" ? at(time) : time, cell);
  }
});

Deno.test("times that are probably years, days, or of another calendar are noted", () => {
  const dates = Array.from({ length: 30 }, (_, i) => `2019-01-${String(1 + i).padStart(2, "0")}`);
  const odd: [string[], string][] = [
    [["2017", "2018", "2019"], "1970-01-01T00:33:37Z"],
    [["43500", "43501.25"], "1970-01-01T12:05:00Z"],
    [[...dates, "2019"], "1970-01-01T00:33:39Z"],
    [[...dates.map((day) => String(Date.parse(day) / 1000)), "43500"], "1970-01-01T12:05:00Z"],
    [["22/01/62", "23/01/62"], "2062-01-22T00:00:00Z"],
    [["22/01/69", "23/01/69"], "1969-01-22T00:00:00Z"],
    [["1397-11-02", "1397-11-03"], "1397-11-02T00:00:00Z"],
    [["2019012218", "2019012219"], "2033-12-24T04:43:38Z"],
    [["20190122180009123"], "2609-10-19T23:16:20Z"],
    // Day, month and year; year, month and day; hours and minutes since 1970.
    [["22012019", "9122018"], "1970-09-12T18:26:59Z"],
    [["190122", "181231"], "1970-01-03T04:48:42Z"],
    [["429858", "429859"], "1970-01-05T23:24:18Z"],
    [["25791480", "25791481"], "1970-10-26T12:18:00Z"],
    // 100 ns since the year 1 and since 1601.
    [["636837772090000000", "636837772100000000"], "1990-03-07T19:22:52Z"],
    [["131926536090000000", "131926536100000000"], "1974-03-07T22:15:36Z"],
  ];
  for (const [cells, time] of odd) {
    const [note] = notesOfTimes("when", readColumn(cells));
    assertStringIncludes(note, `"when" has times such as ${time}: plain numbers are read as`, time);
  }
  const plain = [
    ["1577836800", "1577836801"],
    ["1", "20", "2019", "43500"],
    ["0", "190122", "22012019"],
    ["20190122", "20190123", "99999999"],
    ["0", "1577836800"],
    ["1955-03-01", "2040-01-01"],
    [...dates, "9999-12-31"],
  ];
  for (const cells of plain) assertEquals(notesOfTimes("when", readColumn(cells)), [], cells[0]);
});

Deno.test("years of the Buddhist era and of emperors are those of the common era", () => {
  const cases: [cells: string[], time: string][] = [
    [
      [
        "22/01/2562",
        "2562-01-22 00:00:00",
        "๒๒/๐๑/๒๕๖๒",
        "๒๒/๐๑/๖๒",
        "22 มกราคม 2562",
        "22 ม.ค. 2562",
        "22 ม.ค. 62",
        "22-ม.ค.-62",
        "๒๒ ม.ค. ๒๕๖๒",
        // The common era, which Thai letters do not exclude.
        "22 ม.ค. 2019",
        "22 ม.ค. 19",
        "วันอังคารที่ 22 มกราคม พ.ศ. 2562",
        "อ. 22 ม.ค. 62 เวลา 0:00 น.",
        "平成31年1月22日",
        "H31.1.22",
      ],
      "2019-01-22",
    ],
    [["22 ม.ค. 69", "22 มกราคม 2569", "๒๒/๐๑/๖๙"], "2026-01-22"],
    [["29/02/2567"], "2024-02-29"],
    [[
      "令和6年11月30日",
      "令和６年１１月３０日",
      "㋿6年11月30日",
      "R6.11.30",
      "R06/11/30",
      "R6年11月30日",
    ], "2024-11-30"],
    [["令和6年11月30日(土) 18時05分", "R6.11.30 18:05"], "2024-11-30 18:05"],
    [["令和元年5月1日"], "2019-05-01"],
    [["昭和64年1月7日", "S64.1.7"], "1989-01-07"],
  ];
  for (const [cells, time] of cases) {
    for (const cell of cells) {
      const { iso, ...form } = readColumn([cell]);
      assertEquals([cell, iso, notesOfTimes("when", form)], [cell, [at(time)], []]);
    }
  }
  for (const names of [THAI_MONTHS, THAI_ABBREVIATIONS]) {
    names.forEach((name, i) => {
      const month = String(i + 1).padStart(2, "0");
      assertEquals(readColumn([`7 ${name} 2562`]).iso, [at(`2019-${month}-07`)]);
    });
  }
  for (const cell of ["R1.0.3", "X6.11.30", "22 ฟหก 2562", "令和6年13月1日"]) {
    assertEquals(readColumn([cell]).iso, [NaN], cell);
  }
});

Deno.test("days since the year 0 are dates where nearly all numbers of a column are", () => {
  const evidence = new TimeEvidence();
  for (const day of ["737426", "737426.75", "737427", ""]) evidence.add(day);
  const form = evidence.decide();
  assertEquals(parseTime("737426", form), Date.UTC(2019, 0, 1) / 1000);
  assertEquals(parseTime("737426.75", form), Date.UTC(2019, 0, 1, 18) / 1000);
  assertEquals(notesOfTimes("when", form), [
    'The column "when" has numbers such as 737426, which are read as days since the year 0, as ' +
    "Matlab counts them: 2019-01-01T00:00:00Z.",
  ]);
  for (const second of ["600000", "1546300800"]) evidence.add(second);
  assertEquals(parseTime("737426", evidence.decide()), 737426);
});

Deno.test("a column without any time is recognised", () => {
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
