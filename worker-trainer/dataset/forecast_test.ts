/** The page's forecast of a file equals the trainer's receipt: same reader, same rules. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CsvError } from "../../functions/recommender/files/csv_error.ts";
import { COMMON } from "../../functions/recommender/files/dialect.ts";
import { describeCsv } from "../../functions/recommender/files/dialect/describe.ts";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import {
  type Forecast,
  forecastContent,
  forecastInteractions,
  rejectedRows,
} from "../../functions/recommender/files/rows/forecast.ts";
import { refusedFile } from "../../functions/recommender/files/rows/refused_file.ts";
import type {
  ContentMapping,
  FileKind,
  InteractionMapping,
  Mapping,
} from "../../functions/recommender/files/mapping.ts";
import type { Receipt } from "../../functions/recommender/files/rows/receipt.ts";
import { onDisk } from "./open_rows.ts";
import { readDataset } from "./read.ts";
import { UnusableDataError } from "./receipt.ts";

interface Given {
  text: string;
  mapping: Mapping;
}

/** Returns the receipts of both files, by the trainer and by the page. */
async function both(content: Given | undefined, interactions: Given) {
  const folder = await Deno.makeTempDir();
  try {
    const files = await Promise.all(
      ([["CONTENT", content], ["INTERACTION", interactions]] as [FileKind, Given | undefined][])
        .flatMap(([kind, given]) => given ? [{ kind, ...given }] : [])
        .map(async ({ kind, text, mapping }) => {
          const bytes = new TextEncoder().encode(text);
          const path = `${folder}/${kind}.csv`;
          await Deno.writeFile(path, bytes);
          const { dialect } = await describeCsv(bytes.slice(0, 256 * 1024));
          return { ...onDisk(path), kind, dialect, mapping, bytes: bytesOf(new Blob([bytes])) };
        }),
    );
    const { receipts } = await readDataset(files);
    const forecasts: Receipt[] = [];
    const [first] = files;
    const known = first.kind === "CONTENT" ? await forecastContent(first) : undefined;
    if (known) forecasts.push(counted(known.forecast));
    forecasts.push(counted(await forecastInteractions(files.at(-1)!, known?.items)));
    return { receipts, forecasts };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function counted({ estimated, ...receipt }: Forecast): Receipt {
  assertEquals(estimated, []);
  return receipt;
}

const BAD_ITEMS =
  'item,title,genre\n00123,"Two\nlines",a|b\na/b,"say ""hi""",c\n00123,again,d\n,,x\n9\n';
const BAD_EVENTS = 'user,item,rating,time\nu1,00123,"3,5",2020-01-01\nu2,a/b,five,0\n' +
  "u1,a/b,4,1577836801\r\nu1,zzz,,1577836700\n\nu2,00123,2,soon\n,9,1,0\nu2,9,1\n" +
  'u2,"bad"x,1,1\nu1,00123,,1577836900\nu1,00123,5,100,,\n';
const RATINGS = { user_id: "user", item_id: "item", rating: "rating", timestamp: "time" };

Deno.test("forecast and receipt agree on bad rows, repeats and unknown items", async () => {
  const { receipts, forecasts } = await both(
    { text: BAD_ITEMS, mapping: { item_id: "item", item_title: "title", feature_col: "genre" } },
    { text: BAD_EVENTS, mapping: RATINGS },
  );
  assertEquals(forecasts, receipts);
  assertEquals(forecasts[1].reasons.map(({ reason, rows, lines }) => [reason, rows, ...lines]), [
    ['the rating "…" is not a number', 1, 3],
    ['the timestamp "…" is not a time', 1, 7],
    ["the row has no user", 1, 8],
    ["the row has 3 columns, the file 4", 1, 9],
    ["there is text after a closing quote", 1, 10],
  ]);
});

Deno.test("forecast and receipt agree where items are named by title, and alone", async () => {
  const items = "id,name\n1,Heat\n2,Alien\n3,Heat\n4,1\n";
  const events = "who,what\na,Heat\na,Heat\nb,Alien\nb,2\nc,Gone\nc,1\nc,3\n";
  const mapping = { user_id: "who", item_title: "what" };
  const two = await both(
    { text: items, mapping: { item_id: "id", item_title: "name" } },
    { text: events, mapping },
  );
  assertEquals(two.forecasts, two.receipts);
  const one = await both(undefined, { text: events, mapping });
  assertEquals(one.forecasts, one.receipts);
});

/** Returns the receipt of interactions in columns "user" and "item", equal to the forecast. */
async function agreed(rows: string[], mapping: Partial<InteractionMapping>) {
  const { receipts: [receipt], forecasts: [forecast] } = await both(undefined, {
    text: rows.join("\n") + "\n",
    mapping: { user_id: "user", item_id: "item", ...mapping },
  });
  assertEquals(forecast, receipt);
  return receipt;
}

Deno.test("forecast and receipt agree on null words as ids", async () => {
  const words = ["nan", "NULL", "None", "N/A", "<NA>", "#N/A", "\\N", "-", "?"];
  const receipt = await agreed(
    ["user,item", "u1,i1", ...words.flatMap((word) => [`${word},i1`, `u1,${word}`])],
    {},
  );
  assertEquals([receipt.used, receipt.users, receipt.items], [1, 1, 1]);
  assertEquals(receipt.reasons.map(({ reason, rows }) => [reason, rows]), [
    ["the row has no user", words.length],
    ["the row has no item", words.length],
  ]);
});

/** Enough rows with plain values to extend beyond the head of a file. */
const EQUAL_WEIGHTING = Array.from(
  { length: 20_000 },
  (_, i) => `u${i % 97},i${i % 89},3,1577836800`,
);

Deno.test("forecast and receipt agree where the end of a file decides how it is read", async () => {
  const columns = "user\titem\trating\ttime";
  const mapping = { rating: "rating", timestamp: "time" };
  const open = ["u1,i1,$1,01/02/2019", "u2,i2,$2,03/04/2019"];
  const rows = [...open, ...EQUAL_WEIGHTING].map((row) => row.replaceAll(",", "\t"));
  const undecided = await agreed([columns, ...rows], mapping);
  assertEquals([undecided.rejected, undecided.reasons.length], [2, 1]);
  assertStringIncludes(undecided.reasons[0].reason, "date_order");
  assertEquals((await agreed([columns, ...rows], { ...mapping, date_order: "mdy" })).rejected, 0);

  const decided = await agreed([columns, ...rows, "u3\ti3\t1,234.5\t31/12/2019"], mapping);
  assertEquals([decided.rejected, decided.notes], [0, undefined]);
});

Deno.test("a note states how ambiguous numbers are read", async () => {
  const rows = ["user;item;plays", "u1;i1;1,234", "u2;i2;2,500"];
  const receipt = await agreed(rows, { rating: "plays" });
  assertEquals(receipt.notes, [
    'The column "plays" has numbers such as 1,234, which may be 1234 or 1.234: 1,234 is read as ' +
    "1234. Set decimal_sign in the mapping to choose.",
  ]);
  assertEquals((await agreed(rows, { rating: "plays", decimal_sign: "," })).notes, undefined);
});

Deno.test("days since the year 0 are times, and rows of one user alone are noted", async () => {
  const days = Array.from({ length: 30 }, (_, n) => `u${n % 7};i${n % 5};${737_426 + n}.5`);
  const { notes, rejected } = await agreed(["user;item;when", ...days], { timestamp: "when" });
  assertEquals([rejected, notes?.length], [0, 1]);
  assertStringIncludes(notes![0], "read as days since the year 0");
  const alone = Array.from({ length: 20 }, (_, n) => `me;i${n}`);
  const receipt = await agreed(["user;item", ...alone], {});
  assertStringIncludes(receipt.notes![0], "All 20 rows are of one user");
  assertEquals((await agreed(["user;item", ...alone, "you;i1"], {})).notes, undefined);
});

Deno.test("item columns with ambiguous numbers or dates get a note", async () => {
  const row = (
    n: number,
  ) => [
    `i${n}`,
    `${1 + n % 9}.000 km`,
    `0${1 + n % 9}/02/2019`,
    n % 2 ? `$${n}` : `€${n}`,
    `${n}.5`,
    "x",
  ];
  const content = [
    ["id", "far", "released", "price", "weight", "text"],
    ...Array.from({ length: 30 }, (_, n) => row(n)),
  ].map((cells) => cells.join(";")).join("\n");
  const interactions = {
    text: "user;item\nu1;i1\nu2;i2\n",
    mapping: { user_id: "user", item_id: "item" },
  };
  const notes = async (choices: Partial<ContentMapping>) => {
    const mapping = { item_id: "id", ...choices };
    const { receipts, forecasts } = await both({ text: content, mapping }, interactions);
    assertEquals(forecasts, receipts);
    return receipts[0].notes;
  };
  const units =
    'The column "price" has numbers of several units (€, $), which cannot be compared: ' +
    "they are read as texts. Write one unit, or a column for each.";
  assertEquals(await notes({}), [
    'The column "far" has numbers such as 1.234, which may be 1234 or 1.234: 1.234 is read as 1.234. ' +
    "Set decimal_sign in the mapping to choose.",
    'The column "released" has ambiguous dates, because no day above 12 in the column ' +
    "distinguishes day and month: choose in the mapping, by date_order (dmy or mdy), which comes first; until then " +
    "nothing is filtered by it.",
    units,
  ]);
  assertEquals(await notes({ decimal_sign: ",", date_order: "mdy" }), [units]);
});

Deno.test("times that are probably years are noted", async () => {
  const rows = ["user,item,year", ...Array.from({ length: 9 }, (_, n) => `u${n},i,${2010 + n}`)];
  const receipt = await agreed(rows, { timestamp: "year" });
  assertStringIncludes(receipt.notes![0], '"year" has times such as 1970-01-01T00:33:30Z');
});

Deno.test("a file with an ambiguous date order is rejected as a whole, with one error", async () => {
  const cases: [string[], Partial<InteractionMapping>, string][] = [
    [["01/02/2019", "03/04/2019", "05/05/2019", "05/05/2019", ""], {}, "no day above 12"],
    [["01/02/2019", "03/04/2019", "05/05/2019"], { date_order: "ymd" }, "date_order (dmy or mdy)"],
    [["24/01/2019", "01/24/2019", "02/03/2019"], {}, "the day first, and others the month"],
    [["10/11/12", "11/11/12", "10/10/12"], {}, "date_order (dmy, mdy or ymd)"],
  ];
  for (const [times, choices, sentence] of cases) {
    const bytes = new TextEncoder().encode(
      ["user,item,time", ...times.map((time, n) => `u${n},i1,${time}`)].join("\n"),
    );
    const { dialect } = await describeCsv(bytes);
    const mapping = { user_id: "user", item_id: "item", timestamp: "time", ...choices };
    const file = {
      kind: "INTERACTION" as const,
      dialect,
      mapping,
      bytes: bytesOf(new Blob([bytes])),
    };
    const refused = await assertRejects(() => forecastInteractions(file), CsvError, sentence);
    const open = () => Promise.resolve(file.bytes);
    await assertRejects(
      () => readDataset([{ ...file, name: "1", open }]),
      UnusableDataError,
      refused.message,
    );
    assertEquals((await refusedFile(file))?.detail, refused.message);
    const decided = { ...file, mapping: { ...mapping, date_order: "dmy" as const } };
    assertEquals(await refusedFile(decided), undefined);
  }
});

Deno.test("an unreadable time column is rejected with the readable formats and the option to omit it", async () => {
  const { receipts } = await both(undefined, {
    text: "user,item,time\nu1,i1,2019-01-22\nu2,i1,soon\n",
    mapping: { user_id: "user", item_id: "item", timestamp: "time" },
  });
  assertEquals(receipts[0].rejections, [{ line: 3, reason: 'the timestamp "soon" is not a time' }]);
  const text = "user,item,time\nu1,i1,later\nu2,i1,soon\nu3,i1,\n";
  const mapping = { user_id: "user", item_id: "item", timestamp: "time" };
  const refused = await assertRejects(() => both(undefined, { text, mapping }), UnusableDataError);
  for (const said of ['The column "time" has no time', "22-Jan-2019", "or none"]) {
    assertStringIncludes(refused.message, said);
  }
  const file = { kind: "INTERACTION" as const, dialect: COMMON, mapping };
  const bytes = bytesOf(new Blob([text]));
  await assertRejects(() => forecastInteractions({ ...file, bytes }), CsvError, refused.message);
  assertEquals(await refusedFile({ ...file, bytes }), {
    key: "timestamp",
    detail: refused.message,
  });
  // Most rows have no time at all: they count, and the one that has a word is rejected.
  const blank = await both(undefined, { text: `${text}u4,i1,\nu5,i1,\n`, mapping });
  assertEquals([blank.receipts[0].used, blank.forecasts], [3, blank.receipts]);
  assertStringIncludes(blank.receipts[0].reasons[0].reason, "leave the column out");
});

Deno.test("forecast and receipt agree on titles in other letters, and on items of several rows", async () => {
  const content = "id,title\n1,Haet\n1,Heat\n1,Heat\n2,Film  A\n";
  const events = "who,what,id\na,heat,\na,HAET,\nb,film a,\nb,Gone,\nc,GONE,\nc,,Gone\nc,gone,\n";
  const mapping = { user_id: "who", item_title: "what", item_id: "id" };
  for (const items of [content, undefined]) {
    const two = await both(
      items ? { text: items, mapping: { item_id: "id", item_title: "title" } } : undefined,
      { text: events, mapping },
    );
    assertEquals(two.forecasts, two.receipts);
  }
  const named = { text: "title\nHeat\nHEAT\n ronin\n", mapping: { item_title: "title" } };
  const alone = await both(named, { text: events, mapping });
  assertEquals(alone.forecasts, alone.receipts);
  assertEquals(alone.receipts[0].duplicates, 1);
});

Deno.test("ids in another spelling are matched by one unambiguous rule, which is noted", async () => {
  const items = (id: (n: number) => string) =>
    ["id,title", ...Array.from({ length: 30 }, (_, n) => `${id(n + 1)},Film ${n + 1}`)].join("\n");
  const events = (id: (n: number) => string) =>
    ["user,item", ...Array.from({ length: 90 }, (_, n) => `u${n % 9},${id(1 + n % 30)}`)].join(
      "\n",
    );
  const plain = (n: number) => String(n);
  const padded = (n: number) => String(n).padStart(5, "0");
  const cases: [content: string, interactions: string, said: string][] = [
    [items(plain), events((n) => `${n}.0`), '"1.0"'],
    [items(plain), events(padded), "zeros"],
    [items(padded), events(plain), "zeros"],
    [items(plain), events((n) => `"""${n}"""`), "quotes"],
  ];
  const content = { item_id: "id", item_title: "title" };
  const mapping = { user_id: "user", item_id: "item" };
  for (const [text, rows, said] of cases) {
    const { receipts, forecasts } = await both({ text, mapping: content }, { text: rows, mapping });
    assertEquals(forecasts, receipts);
    assertEquals([receipts[1].unknown_items, receipts[1].items], [0, 30], said);
    assertStringIncludes(receipts[1].notes![0], said);
  }
  // A rule that maps two ids to one is ambiguous, so it joins nothing.
  const twoAlike = [
    "id,title",
    "1,A",
    "01,B",
    ...Array.from({ length: 8 }, (_, n) => `${n + 2},C${n}`),
  ];
  const unclear = await both(
    { text: twoAlike.join("\n"), mapping: content },
    { text: events((n) => `00${n % 9 + 1}`), mapping },
  );
  assertEquals(unclear.forecasts, unclear.receipts);
  assertEquals(unclear.receipts[1].unknown_items, 90);
  const other = await both(
    { text: items(plain), mapping: content },
    { text: events((n) => `film-${n}`), mapping },
  );
  assertEquals(other.forecasts, other.receipts);
  assertEquals(other.receipts[1].notes, [
    'Most rows name items that the items file does not have, such as "film-1" and "film-2"; its own ' +
    'ids are such as "1". Is the right column chosen in both files?',
  ]);
});

Deno.test("ids of a column that some rows write as decimal numbers are the same ids", async () => {
  const float = (n: number) => n % 5 < 2 ? `${n}.0` : String(n);
  const plain = (n: number) => String(n);
  const all = (n: number) => `${n}.0`;
  const version = (n: number) => n === 30 ? "1.5" : float(n);
  const items = (id: (n: number) => string) =>
    ["id,title", ...Array.from({ length: 30 }, (_, n) => `${id(n + 1)},Film ${n + 1}`)].join("\n");
  const events = (user: (n: number) => string, item: (n: number) => string) =>
    [
      "user,item",
      ...Array.from({ length: 900 }, (_, n) => `${user(n % 9 + 9 * (n % 2))},${item(1 + n % 30)}`),
    ].join("\n");
  type Spelling = (n: number) => string;
  const cases: [items: Spelling, user: Spelling, item: Spelling, said: string][] = [
    [plain, plain, float, "item ids end in .0"],
    [float, plain, plain, "item ids end in .0"],
    [all, plain, float, "item ids end in .0"],
    [plain, float, plain, "user ids end in .0"],
    [(n) => `00${n}`, plain, all, "zeros at the beginning"],
    [plain, plain, (n) => n % 5 < 2 ? `0${n}` : `${n}`, "in another spelling"],
    [version, plain, version, "decimal numbers"],
  ];
  for (const [id, user, item, said] of cases) {
    const { receipts, forecasts } = await both(
      { text: items(id), mapping: { item_id: "id", item_title: "title" } },
      { text: events(user, item), mapping: { user_id: "user", item_id: "item" } },
    );
    assertEquals(forecasts, receipts, said);
    const notes = receipts.flatMap(({ notes = [] }) => notes).join(" ");
    assertStringIncludes(notes, said);
    if (said === "in another spelling") continue;
    const [, { users, items: met, unknown_items }] = receipts;
    assertEquals({ users, met, unknown_items }, { users: 18, met: 30, unknown_items: 0 }, said);
  }
});

Deno.test("ids that differ only by leading zeros get a note that quotes none of them", async () => {
  const plain = (n: number) => String(n);
  const some = (n: number) => n % 4 < 2 ? `0${n}` : String(n);
  const cases: [user: typeof plain, item: typeof plain, said: string[]][] = [
    [plain, plain, []],
    [(n) => `0${n}`, plain, []],
    [some, plain, ["Some user ids"]],
    [plain, some, ["Some item ids"]],
    [some, some, ["Some user ids", "Some item ids"]],
  ];
  for (const [user, item, said] of cases) {
    const rows = Array.from(
      { length: 300 },
      (_, n) => `${user(n).slice(0, -1)}7,${item(n).slice(0, -1)}3`,
    );
    const { receipts, forecasts } = await both(undefined, {
      text: ["user,item", ...rows].join("\n"),
      mapping: { user_id: "user", item_id: "item" },
    });
    assertEquals(forecasts, receipts);
    const notes = receipts[0].notes ?? [];
    assertEquals(notes.map((note) => note.split(" differ ")[0]), said);
  }
});

Deno.test("users of a file of decimal numbers are those of a file without, also to erase", async () => {
  const path = await Deno.makeTempFile();
  try {
    const mapping = { user_id: "user", item_id: "item" };
    const texts = ["user,item\n17,a\n18,b\n", "user,item\n17.0,c\n19.0,d\n"];
    const files = await Promise.all(texts.map(async (text, i) => {
      await Deno.writeTextFile(`${path}${i}`, text);
      return { ...onDisk(`${path}${i}`), kind: "INTERACTION" as const, dialect: COMMON, mapping };
    }));
    for (const order of [files, files.toReversed()]) {
      const { dataset } = await readDataset(order);
      assertEquals(dataset.users.toSorted(), ["17", "18", "19"]);
      const { dataset: rest } = await readDataset(order, { erased: ["17"] });
      assertEquals(rest.users.toSorted(), ["18", "19"]);
    }
  } finally {
    await Promise.all([path, `${path}0`, `${path}1`].map((path) => Deno.remove(path)));
  }
});

Deno.test("HTML in titles is read as text: shown, joined and forecast alike", async () => {
  const items = "id,title,plot\n1,Tom &amp; Jerry,<p>A cat.</p>\n2,AT&T,x\n3,Heat,x\n";
  for (const title of ["Tom &amp; Jerry", "Tom & Jerry"]) {
    const events = `who,what\na,${title}\nb,AT&T\nc,heat\nc,${title}\n`;
    const { receipts, forecasts } = await both(
      { text: items, mapping: { item_id: "id", item_title: "title", feature_col: "plot" } },
      { text: events, mapping: { user_id: "who", item_title: "what" } },
    );
    assertEquals(forecasts, receipts);
    assertEquals([receipts[1].unknown_items, receipts[1].items], [0, 3], title);
  }
});

const DATA = Deno.env.get("AIREC_TEST_DATA");

Deno.test({
  name: "forecast and receipt agree on MovieLens, of which each twentieth row is spoiled",
  ignore: !DATA,
  async fn() {
    const items = await Deno.readTextFile(`${DATA}/movielens-small/movies.csv`);
    const ratings = (await Deno.readTextFile(`${DATA}/movielens-small/ratings.csv`)).split("\n")
      .map((row, i) => i > 0 && i % 20 === 0 ? `${row},${i % 3 ? "x" : ""}`.slice(i % 4) : row);
    const { receipts, forecasts } = await both(
      { text: items, mapping: { item_id: "movieId", item_title: "title", feature_col: "genres" } },
      {
        text: ratings.join("\n"),
        mapping: {
          user_id: "userId",
          item_id: "movieId",
          rating: "rating",
          timestamp: "timestamp",
        },
      },
    );
    assertEquals(forecasts, receipts);
  },
});

Deno.test("rejected rows come as a CSV that no spreadsheet runs", async () => {
  const text = "user,item,rating\nu1,a,1\n=cmd(),a,five\n-2.5,@b,no\nu2\n";
  const bytes = new TextEncoder().encode(text);
  const { dialect } = await describeCsv(bytes);
  const mapping = { user_id: "user", item_id: "item", rating: "rating" };
  const rows = await Array.fromAsync(
    rejectedRows({ bytes: bytesOf(new Blob([bytes])), kind: "INTERACTION", dialect, mapping }),
  );
  assertEquals(
    rows.join(""),
    "line,reason,user,item,rating\n" +
      '3,"the rating ""five"" is not a number",\'=cmd(),a,five\n' +
      '4,"the rating ""no"" is not a number",-2.5,\'@b,no\n' +
      '5,"the row has 1 column, the file 3",u2\n',
  );
});

Deno.test("a forecast of 80 MB takes no more memory than its first 30", async () => {
  const program = new URL("../../testing/large_forecast.ts", import.meta.url).href;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", program],
    stderr: "inherit",
  }).output();
  const { forecast, grown } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals([forecast.rows, forecast.users, forecast.items], [4_000_000, 150_001, 70_001]);
  assertEquals([forecast.estimated, forecast.rejected], [["duplicates"], 0]);
  assert(grown < 128 * 1024 * 1024, `Memory grew by ${grown} bytes.`);
});

Deno.test("overlong cells are rejected with the same error by the page and the trainer", async () => {
  const long = "x".repeat(20_000);
  const cell = "x".repeat(300_000);
  const events = { mapping: { user_id: "user", item_id: "item" } };
  const items = { mapping: { item_id: "item", item_title: "title" } };
  const cases: [FileKind, Given, string][] = [
    ["INTERACTION", { ...events, text: `user,item\n1,2\n${long},3\n` }, "Line 3 has a user id of"],
    ["INTERACTION", { ...events, text: `user,item\n1,${long}\n` }, "Line 2 has an item id of"],
    ["INTERACTION", { ...events, text: `user,item,x\n1,2,"${cell}"\n` }, "Line 2 has a cell of"],
    ["CONTENT", { ...items, text: `item,title\n1,a\n\n2,${long}\n` }, "Line 4 has a title of"],
    ["CONTENT", { ...items, text: `item,title\n1,a\n2,${cell}\n` }, "Line 3 has a cell of"],
    [
      "CONTENT",
      { ...items, text: `item,title\n1,a\n2,${cell.repeat(4)}\n` },
      "Line 3 has 1,200,002 characters; a line has at most 1,048,576.",
    ],
  ];
  for (const [kind, { text, mapping }, sentence] of cases) {
    const bytes = new TextEncoder().encode(text);
    const { dialect } = await describeCsv(bytes.slice(0, 256 * 1024));
    const file = { kind, dialect, mapping, bytes: bytesOf(new Blob([bytes])) };
    const forecast = kind === "CONTENT" ? forecastContent : forecastInteractions;
    const refused = await assertRejects(
      () => forecast(file) as Promise<unknown>,
      CsvError,
      sentence,
    );
    const open = () => Promise.resolve(bytesOf(new Blob([bytes])));
    await assertRejects(
      () => readDataset([{ ...file, name: "1", open }]),
      UnusableDataError,
      refused.message,
    );
  }
});
