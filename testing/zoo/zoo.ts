/** Sample files of each supported kind, with the expected results. */
import type { Dialect, Encoding } from "../../functions/recommender/files/dialect.ts";
import type { FileKind, Mapping } from "../../functions/recommender/files/mapping.ts";
import { encoded } from "./encoded.ts";
import { sheetRows, workbook } from "./workbook.ts";

export interface ZooFile {
  kind: FileKind;
  bytes: () => Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
  mapping: Mapping;
  /** Expected dialect, as far as it matters. */
  dialect: Partial<Dialect>;
  /** Cells of the first row, by column. */
  first: Record<string, string>;
  rows: number;
  rejected: number;
  /** Parts of the expected notes. */
  says?: string[];
  /** Parts of the expected notes of the receipt. */
  noted?: string[];
}

const RATINGS = { user_id: "user", item_id: "item", rating: "rating" };
const BY_PLACE = { user_id: "column1", item_id: "column2", rating: "column3" };
const ITEMS = { item_id: "id", item_title: "title", feature_col: ["genres"] };

function text(text: string): () => Uint8Array<ArrayBuffer> {
  return () => new TextEncoder().encode(text);
}

function made(name: string): () => Promise<Uint8Array<ArrayBuffer>> {
  return () => Deno.readFile(new URL(`./${name}`, import.meta.url));
}

/** Returns a file of ratings of a few users, one per line. */
function lines(line: (user: string, item: string, rating: string) => string): string {
  return Array.from(
    { length: 30 },
    (_, i) => line(String(1 + i % 7), String(100 + i % 11), String(1 + i % 5)),
  ).join("\n") + "\n";
}

/** Returns a file of ratings without a header, with this delimiter. */
function parted(delimiter: string, dialect: Partial<Dialect> = { delimiter }): ZooFile {
  return {
    kind: "INTERACTION",
    bytes: text(lines((...cells) => cells.join(delimiter))),
    mapping: BY_PLACE,
    dialect: { ...dialect, header: false },
    first: { column1: "1", column2: "100", column3: "1" },
    rows: 30,
    rejected: 0,
  };
}

/** Returns a file of ratings with lines before its table. */
function preceded(before: string, dialect: Partial<Dialect>, delimiter = ","): ZooFile {
  const names = ["user", "item", "rating"].join(delimiter);
  return {
    kind: "INTERACTION",
    bytes: text(`${before}${names}\n${lines((...cells) => cells.join(delimiter))}`),
    mapping: RATINGS,
    dialect: { delimiter, header: true, ...dialect },
    first: { user: "1", item: "100", rating: "1" },
    rows: 30,
    rejected: 0,
  };
}

/** Returns a file of ratings whose rows, and not its header, end with a text. */
function ended(delimiter: string, end: string): ZooFile {
  const file = preceded("", {}, delimiter);
  const names = ["user", "item", "rating"].join(delimiter);
  return {
    ...file,
    bytes: text(`${names}\n${lines((...cells) => cells.join(delimiter) + end)}`),
  };
}

/** Returns items with titles and genres in an encoding. */
function written(encoding: Encoding, titles: string[], genre: string): ZooFile {
  const rows = titles.map((title, i) => `${i},${title},${genre}\n`).join("");
  return {
    kind: "CONTENT",
    bytes: () => encoded(`id,title,genres\n${rows}`, encoding),
    mapping: ITEMS,
    dialect: { encoding },
    first: { id: "0", title: titles[0], genres: genre },
    rows: titles.length,
    rejected: 0,
  };
}

/** Returns a file of ratings with times, which `time` returns by the number of the row. */
function timed(time: (row: number) => string, rejected: number): ZooFile {
  let row = 0;
  const rows = lines((user, item, rating) => `${user};${item};${rating};${time(row++)}`);
  return {
    kind: "INTERACTION",
    bytes: text(`user;item;rating;when\n${rows}`),
    mapping: { ...RATINGS, timestamp: "when" },
    dialect: { delimiter: ";", header: true },
    first: { user: "1", item: "100", rating: "1", when: time(0) },
    rows: 30,
    rejected,
  };
}

/** Returns a file of ratings from 1 to 5 in words. @param first the word of 1. */
function rated(word: (rating: number) => string, first: string): ZooFile {
  return {
    kind: "INTERACTION",
    bytes: text(
      `user,item,rating\n${
        lines((user, item, rating) => `${user},${item},${word(Number(rating))}`)
      }`,
    ),
    mapping: RATINGS,
    dialect: { delimiter: ",", header: true },
    first: { user: "1", item: "100", rating: first },
    rows: 30,
    rejected: 0,
  };
}

const EVENTS = '{"user":{"id":9007199254740993,"vip":true},"item":"a\\"b","tags":["x","y"]}\n' +
  '{"user":{"id":9007199254740995},"item":"c","rating":2.50}\n\n' +
  '{"user":{"id":7},"item":null}\n{broken\n' +
  '{"user":{"id":8},"item":"d","rating":NaN}\n';
const EVENT_MAPPING = { user_id: "user.id", item_id: "item", rating: "rating" };

export const zoo: Record<string, ZooFile> = {
  "answers": rated((rating) => String(rating > 3), "false"),
  "rows of stars": rated((rating) => "★".repeat(rating).padEnd(5, "☆"), "★☆☆☆☆"),
  "grades": rated((rating) => "ABCDF"[5 - rating], "F"),
  "99 for no rating": {
    ...rated((rating) => rating === 1 ? "99" : String(rating), "99"),
    noted: ["ratings from 2 to 5, and often 99: it is read as no rating"],
  },
  "99 for no rating, and a 9 on the scale": {
    ...rated((rating) => rating === 1 ? "99" : rating === 2 ? "9" : `-${rating}.5`, "99"),
    noted: ["ratings from -5.5 to 9, and often 99: it is read as no rating"],
  },
  "rows shifted by an unquoted comma, with a blank last cell": {
    kind: "INTERACTION",
    bytes: text(
      `user,title,note\n${
        lines((user, item) => `${user},${item},${user === "3" ? "seen" : ""}`)
      }8,The Good, the Bad,\n9,100,,\n`,
    ),
    mapping: { user_id: "user", item_title: "title" },
    dialect: { delimiter: ",", exact: true },
    first: { user: "1", title: "100", note: "" },
    rows: 32,
    rejected: 2,
  },
  "names of rows between tabs, which the header lacks": {
    kind: "INTERACTION",
    bytes: text(
      `user\titem\trating\n${
        Array.from({ length: 30 }, (_, i) => `${i + 1}\tu${i % 7}\t${i % 11}\t${1 + i % 5}\n`).join(
          "",
        )
      }`,
    ),
    mapping: RATINGS,
    dialect: { delimiter: "\t", indexed: true, header: true },
    first: { column1: "1", user: "u0", item: "0", rating: "1" },
    rows: 30,
    rejected: 0,
  },
  "a table as R writes it": {
    kind: "INTERACTION",
    bytes: text(`"user" "item" "rating"\n${
      Array.from(
        { length: 30 },
        (_, i) => `"${i + 1}" "u${i % 7}" "Film ${i % 11}" ${1 + i % 5}\n`,
      ).join("")
    }`),
    mapping: RATINGS,
    dialect: { delimiter: " ", indexed: true, header: true },
    first: { column1: "1", user: "u0", item: "Film 0", rating: "1" },
    rows: 30,
    rejected: 0,
  },
  "cells in single quotes": {
    kind: "INTERACTION",
    bytes: text(
      `'user','item','rating'\n${
        lines((user, item, rating) => `'${user}','The, ${item}''s','${rating}'`)
      }`,
    ),
    mapping: RATINGS,
    dialect: { delimiter: ",", quote: "'" },
    first: { user: "1", item: "The, 100's", rating: "1" },
    rows: 30,
    rejected: 0,
  },
  "words without an order": { ...rated((rating) => rating > 3 ? "great" : "3", "3"), rejected: 12 },
  "ids with .0 in some rows": {
    ...rated(String, "1"),
    bytes: text(
      `user,item,rating\n${
        lines((user, item, rating) => `${user}${Number(rating) > 2 ? ".0" : ""},${item},${rating}`)
      }`,
    ),
  },
  "lists with unknown members": {
    kind: "CONTENT",
    bytes: text("id,title,genres\n1,A,<Drama><Crime>\n2,B,Unknown\n3,C,<Crime>\n"),
    mapping: ITEMS,
    dialect: { delimiter: "," },
    first: { id: "1", title: "A", genres: "<Drama><Crime>" },
    rows: 3,
    rejected: 0,
  },
  "dates of which most have the day first": timed(
    (row) => row % 10 === 9 ? "01/24/2019" : `${1 + row % 28}/01/2019`,
    3,
  ),
  "compact times of which one is none": timed(
    (row) => row === 17 ? "20141332000000" : `201904071051${10 + row}`,
    1,
  ),
  "compact dates of which one is none": timed(
    (row) => row === 17 ? "20190230" : `201901${10 + row % 20}`,
    1,
  ),
  "dates with the names of zones": timed(
    (row) => `2019-1-2 3:4:${row} ${row % 2 ? "CET" : "EST"}`,
    0,
  ),
  "dates with Russian months": timed((row) => `${1 + row % 28} января 2019 г.`, 0),
  "dates with Thai months": timed((row) => `${1 + row % 28} ม.ค. 25${62 + row % 8}`, 0),
  "dates of the Buddhist era, one of which is none": timed(
    (row) => row === 17 ? "30/02/2567" : `${1 + row % 29}/02/2567`,
    1,
  ),
  "dates of an emperor's era": timed((row) => `令和6年1月${1 + row % 28}日`, 0),
  "ids with invisible characters": {
    ...rated(String, "1"),
    bytes: text(
      `user,item,rating\n${
        lines((user, item, rating) =>
          `${user}${Number(rating) > 2 ? "\u200b" : ""},${item}${
            Number(rating) > 3 ? "\u200d" : ""
          },${rating}`
        )
      }`,
    ),
    noted: ["Some user ids have invisible characters", "Some item ids have invisible characters"],
  },
  "ratings of several currencies": {
    kind: "INTERACTION",
    bytes: text(
      `user;item;rating\n${
        lines((user, item, rating) => `${user};${item};${Number(rating) > 3 ? "$" : "€"}${rating}`)
      }u;i;5\n`,
    ),
    mapping: RATINGS,
    dialect: { delimiter: ";", header: true },
    first: { user: "1", item: "100", rating: "€1" },
    rows: 31,
    rejected: 30,
  },
  "counts with multipliers": {
    kind: "INTERACTION",
    bytes: text(
      `user;item;rating\n${
        lines((user, item, rating) =>
          `${user};${item};${rating}.5${Number(rating) > 3 ? "K" : "M"}`
        )
      }`,
    ),
    mapping: RATINGS,
    dialect: { delimiter: ";", header: true },
    first: { user: "1", item: "100", rating: "1.5M" },
    rows: 30,
    rejected: 0,
  },
  "no time in some rows": timed(
    (row) =>
      row % 5 === 4 ? ["0", "-1", "0000-00-00", "0000-00-00 00:00:00"][row % 4] : `${1.5e9 + row}`,
    0,
  ),
  "lists and objects as items": {
    kind: "INTERACTION",
    bytes: text(
      '{"user":1,"item":["a","b"],"rating":3}\n{"user":2,"item":"[REC]","rating":4}\n' +
        '{"user":3,"item":"c","rating":5}\n{"user":4,"item":"{\\"id\\":1}","rating":5}\n',
    ),
    mapping: RATINGS,
    dialect: { format: "jsonl" },
    first: { user: "1", item: '["a","b"]', rating: "3" },
    rows: 4,
    rejected: 2,
  },
  "ids that a spreadsheet has shortened": {
    ...rated(String, "1"),
    bytes: text(
      `user,item,rating\n${
        lines((user, item, rating) => `${user},9.78E+1${item.at(-1)},${rating}`)
      }`,
    ),
    first: { user: "1", item: "9.78E+10", rating: "1" },
    noted: ["Some item ids are shortened by a spreadsheet, such as 9.78E+10"],
  },
  "two colons": parted("::"),
  "two bars": parted("||"),
  "three colons": parted(":::"),
  "three bars": parted("|||"),
  "two carets": parted("^^"),
  "a bar between tildes": parted("~|~"),
  "a semicolon and a comma": parted(";,"),
  "two tabs": parted("\t\t"),
  "colons": parted(":"),
  "runs of blanks": parted("  ", { delimiter: " " }),
  "carets": parted("^"),
  "tildes": parted("~"),
  "control characters": parted("\x01"),
  "dashes between blanks": parted(" - "),
  "separators at the end of the rows": ended(";", ";"),
  "tabs at the end of the rows": ended("\t", "\t"),
  "separators at the end of the header": {
    ...ended(";", ""),
    bytes: text(`user;item;rating;\n${lines((...cells) => cells.join(";"))}`),
    first: { user: "1", item: "100", rating: "1", column4: "" },
  },
  "references of HTML between semicolons": {
    kind: "CONTENT",
    bytes: text(
      "id;title;genres\n1;Tom &amp; Jerry;Comedy\n2;Heat;Crime\n3;R&eacute;sum&eacute;;\n" +
        "4;A&B;C\n5;x;y;z\n",
    ),
    mapping: ITEMS,
    dialect: { delimiter: ";" },
    first: { id: "1", title: "Tom &amp; Jerry", genres: "Comedy" },
    rows: 5,
    rejected: 1,
  },
  "totals at the end, and by user": {
    ...rated(String, "1"),
    bytes: text(
      `user,item,rating\n${
        lines((...cells) => cells.join(","))
      }1,Total,17\nTotal,,90\nAverage,all,3\n`,
    ),
    rows: 33,
    rejected: 3,
  },
  "files joined into one, each with a header": {
    ...parted(","),
    bytes: text(`user,item\n${lines((...ids) => ids.slice(0, 2).join(","))}user, item\n8,100\n`),
    mapping: { user_id: "user", item_id: "item" },
    dialect: { header: true },
    first: { user: "1", item: "100" },
    rows: 32,
    rejected: 1,
  },
  "a workbook with its header on each page": {
    ...parted(","),
    bytes: () =>
      workbook({ rows: sheetRows([["user", "item"], ["u", "i"], ["user", "item"], ["v", "i"]]) }),
    mapping: { user_id: "user", item_id: "item" },
    dialect: { format: "xlsx", header: true },
    first: { user: "u", item: "i" },
    rows: 3,
    rejected: 1,
  },
  "ids as formulas, which spreadsheets do not change": {
    ...rated(String, "1"),
    bytes: text(
      `user,item,rating\n${lines((user, item, rating) => `="0${user}","=""${item}""",${rating}`)}`,
    ),
    first: { user: "01", item: "100", rating: "1" },
  },
  "a line that says the separator": preceded("sep=;\r\n", { skip: 1 }, ";"),
  "a title and an empty line": {
    ...preceded("Ratings of our shop, 2024\n\n", { skip: 2 }),
    says: ["The first 2 lines are skipped: the table begins on line 3."],
  },
  "a matrix of Matrix Market": {
    ...parted(" "),
    bytes: text(
      "%%MatrixMarket matrix coordinate real general\n% ratings\n7 11 30\n" +
        lines((...cells) => cells.join(" ")),
    ),
    dialect: { delimiter: " ", header: false, skip: 3 },
  },
  "a line of counts": preceded("7 11 30\n", { skip: 1 }),
  "a separator that the rows do not have": preceded("sep=;\n", { skip: 1 }),
  "titles filled up with empty cells": preceded("Sales report,,\n,,\n", { skip: 2 }),
  "a title and its period filled up": preceded("Report;;\nPeriod;2024;\n", { skip: 2 }, ";"),
  "empty rows of cells": preceded(",,\n,,\n", { skip: 2 }),
  "empty lines": preceded("\n\n", {}),
  "lines with commas": preceded("Exported,2024-01-01\nBy,ann\n", { skip: 2 }, ";"),
  "sixty lines of words and commas": preceded("A note, of words\n".repeat(60) + "\n", { skip: 61 }),
  "a title of one line": preceded("Ratings\n", { skip: 1 }, ";"),
  "comments": preceded("# made by a program\n# on Monday\n", { skip: 2, comment: "#" }, "\t"),
  "names of columns in a comment": {
    kind: "INTERACTION",
    bytes: text(`# a graph\n# user\titem\n${lines((user, item) => `${user}\t${item}`)}`),
    mapping: { user_id: "# user", item_id: "item" },
    dialect: { delimiter: "\t", header: true, skip: 1 },
    first: { "# user": "1", item: "100" },
    rows: 30,
    rejected: 0,
  },
  "a single column": {
    kind: "CONTENT",
    bytes: text("title\nHeat\nRonin\nMurder, by Death\n"),
    mapping: { item_title: "title" },
    dialect: { delimiter: ",", header: true },
    first: { title: "Heat" },
    rows: 3,
    rejected: 1,
    says: ["Only one column was found; is the separator a comma?"],
  },
  "a melted table with blanks": {
    kind: "INTERACTION",
    bytes: text(
      "user,item,rating\n" + Array.from({ length: 20 * 8 }, (_, i) => {
        const [item, user] = [Math.floor(i / 20), i % 20];
        return `u${user},i${item},${(item + user) % 4 === 0 ? 1 + i % 5 : ""}\n`;
      }).join(""),
    ),
    mapping: RATINGS,
    dialect: { filled: "rating" },
    first: { user: "u0", item: "i0", rating: "1" },
    rows: 40,
    rejected: 0,
    says: ['Rows without "rating" are skipped'],
  },
  "quotes escaped by a backslash": {
    kind: "CONTENT",
    bytes: text(
      'id,title,genres\n1,"The \\"Real\\" Book","a, b"\n2,"back\\\\slash","c"\n' +
        '3,"""doubled""",d\n4,"an \\"open",e\n',
    ),
    mapping: ITEMS,
    dialect: { delimiter: ",", quote: '"', escape: "\\" },
    first: { id: "1", title: 'The "Real" Book', genres: "a, b" },
    rows: 4,
    rejected: 0,
  },
  "delimiters escaped by a backslash": {
    kind: "CONTENT",
    bytes: text("id,title,genres\n1,Real\\, or not,a\n2,back\\\\slash,\\N\n3,a\\b\\,c,d\n"),
    mapping: ITEMS,
    dialect: { delimiter: ",", escape: "\\" },
    first: { id: "1", title: "Real, or not", genres: "a" },
    rows: 3,
    rejected: 0,
  },
  "separators of two colons escaped by a backslash": {
    kind: "CONTENT",
    bytes: text("id::title::genres\n1::Real\\:: or not::a\n2::two::b\n3::a\\::c::d\n"),
    mapping: ITEMS,
    dialect: { delimiter: "::", escape: "\\" },
    first: { id: "1", title: "Real:: or not", genres: "a" },
    rows: 3,
    rejected: 0,
  },
  "tabs escaped by a backslash": {
    kind: "CONTENT",
    bytes: text("id\ttitle\tgenres\n1\tReal\\\t or not\ta\n2\ttwo\tb\n3\ta\\\tc\td\n"),
    mapping: ITEMS,
    dialect: { delimiter: "\t", escape: "\\" },
    first: { id: "1", title: "Real\t or not", genres: "a" },
    rows: 3,
    rejected: 0,
  },
  "IBM 866": written("ibm866", ["Война и мир", "Сталкер", "Солярис"], "драма"),
  "Mac OS Roman": written("macintosh", ["Amélie", "Façade", "Noël", "Crème brûlée"], "comédie"),
  "GBK": written("gb18030", ["霸王别姬", "活着", "红高粱", "战争与和平"], "爱情"),
  "Shift_JIS": written("shift_jis", ["千と千尋の神隠し", "もののけ姫", "七人の侍"], "アニメ"),
  "EUC-KR": written("euc-kr", ["기생충", "올드보이", "살인의 추억", "부산행"], "드라마"),
  "windows-1251": written("windows-1251", ["Война и мир", "Сталкер", "Солярис"], "драма"),
  "JSON lines": {
    kind: "INTERACTION",
    bytes: text(EVENTS),
    mapping: EVENT_MAPPING,
    dialect: { format: "jsonl" },
    first: {
      "user.id": "9007199254740993",
      "item": 'a"b',
      "tags": '["x","y"]',
      "rating": "",
      "user.vip": "true",
    },
    rows: 5,
    rejected: 2,
  },
  "a JSON array over many lines": {
    kind: "INTERACTION",
    bytes: text(JSON.stringify(
      [
        { user: "ann", item: 1, rating: 4 },
        { user: "bob", item: 2, note: { by: ["x"] } },
        { user: "", item: 3 },
      ],
      null,
      2,
    )),
    mapping: RATINGS,
    dialect: { format: "json" },
    first: { "user": "ann", "item": "1", "rating": "4", "note.by": "" },
    rows: 3,
    rejected: 1,
  },
  "a JSON array of lists on one line": {
    kind: "INTERACTION",
    bytes: text('[["user","item","rating"],["ann",12345678901234567890,4],["bob",2],["cy",3,5]]'),
    mapping: RATINGS,
    dialect: { format: "json", header: true },
    first: { user: "ann", item: "12345678901234567890", rating: "4" },
    rows: 3,
    rejected: 1,
  },
  "a workbook of ratings": {
    kind: "INTERACTION",
    bytes: made("ratings.xlsx"),
    mapping: { ...RATINGS, timestamp: "when" },
    dialect: { format: "xlsx", header: true },
    says: ['The first sheet, "Ratings", is read'],
    first: {
      user: "900000000000",
      item: "i0",
      rating: "0.5",
      when: "2020-01-01T12:30:00",
      note: "a & b <0>",
    },
    rows: 40,
    rejected: 0,
  },
  "a workbook of items": {
    kind: "CONTENT",
    bytes: made("items.xlsx"),
    mapping: ITEMS,
    dialect: { format: "xlsx", header: true },
    first: {
      id: "0000",
      title: "Film “0”, part",
      genres: "Comedy",
      made: "1995-05-01",
      price: "9.99",
    },
    rows: 11,
    rejected: 0,
  },
  "a workbook with formulas that no program computed": {
    kind: "INTERACTION",
    bytes: () =>
      workbook({
        rows: sheetRows([["user", "item", "rating"], ["ann", "a", "4"], ["bob", "b", "5"]]) +
          '<row r="4"><c r="A4" t="str"><v>cy</v></c><c r="B4" t="str"><v>c</v></c>' +
          '<c r="C4"><f>C3-1</f></c></row><row r="5"><c r="A5" t="str"><v>dan</v></c>' +
          '<c r="B5" t="str"><v>d</v></c><c r="C5"><f>C3-2</f><v>3</v></c></row>',
      }),
    mapping: RATINGS,
    dialect: { format: "xlsx", header: true },
    first: { user: "ann", item: "a", rating: "4" },
    rows: 4,
    rejected: 0,
    noted: [
      "1 cell has a formula without a computed value, the first on line 4, and read as blank",
    ],
  },
  "Parquet of ratings": {
    kind: "INTERACTION",
    bytes: made("ratings.parquet"),
    mapping: { ...RATINGS, timestamp: "at" },
    dialect: { format: "parquet" },
    first: {
      user: "9007199254740993",
      item: "i0",
      rating: "0.1",
      at: "2020-01-01T00:00:00.123456Z",
      price: "12345678901234567.89",
    },
    rows: 50,
    rejected: 0,
  },
  "Parquet of dictionaries, long numbers and times of day": {
    kind: "INTERACTION",
    bytes: made("types.parquet"),
    mapping: { ...RATINGS, timestamp: "at" },
    dialect: { format: "parquet" },
    first: {
      user: "u0",
      item: "9223372036854775808",
      rating: "1.5",
      at: "2020-01-01T12:00:00Z",
      milliseconds: "06:00:00",
      microseconds: "18:00:00.5",
      nanoseconds: "18:00:00.000000001",
    },
    rows: 12,
    rejected: 0,
  },
  "Parquet of items": {
    kind: "CONTENT",
    bytes: made("items.parquet"),
    mapping: ITEMS,
    dialect: { format: "parquet" },
    first: {
      "id": "i0",
      "title": "Film 0, with a comma",
      "genres": '["Comedy"]',
      "made": "2000-01-02",
      "maker.name": "M0",
      "maker.city.zip": "00",
    },
    rows: 11,
    rejected: 0,
  },
};
