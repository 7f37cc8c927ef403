import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { describeCsv, headBytes } from "../../functions/recommender/files/dialect/describe.ts";
import type { FileKind, Mapping } from "../../functions/recommender/files/mapping.ts";
import { proposeMapping } from "../../functions/recommender/files/propose/propose_mapping.ts";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import { type DataFile, onDisk } from "./open_rows.ts";
import { readDataset } from "./read.ts";
import { UnusableDataError } from "./receipt.ts";

const ratings = { user_id: "user", item_id: "item", rating: "rating", timestamp: "time" };

/** Calls `use` with files of these contents. */
async function withFiles<T>(
  contents: [FileKind, string | Uint8Array, Mapping][],
  use: (files: DataFile[]) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    const files = await Promise.all(contents.map(async ([kind, content, mapping], i) => {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${folder}/${i}.csv`, bytes);
      const { dialect } = await describeCsv(bytes);
      return { ...onDisk(`${folder}/${i}.csv`), kind, dialect, mapping };
    }));
    return await use(files);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readDataset: good rows are used, bad ones named by line and reason", async () => {
  const content =
    'item,title,genre\n00123,"Two\nlines",a|b\na/b,"say ""hi""",c\n00123,again,d\n,,x\n9\n';
  const events = 'user,item,rating,time\nu1,00123,"3,5",2020-01-01\nu2,a/b,five,0\n' +
    "u1,a/b,4,1577836801\r\nu1,zzz,,1577836700\n\nu2,00123,2,soon\n,9,1,0\nu2,9,1\n" +
    'u2,"bad"x,1,1\nu1,00123,,1577836900\nu1,00123,5,100,,\n';
  const { dataset, receipts } = await withFiles([
    ["INTERACTION", events, ratings],
    ["CONTENT", content, { item_id: "item", item_title: "title", feature_col: "genre" }],
  ], readDataset);
  assertEquals(dataset.items, {
    ids: ["00123", "a/b", "zzz"],
    titles: ["Two\nlines", 'say "hi"', "zzz"],
    described: 2,
    features: [{ name: "genre", values: ["a|b|d", "c", ""] }],
    columns: [
      { name: "title", values: ["Two\nlines", 'say "hi"', ""] },
      { name: "genre", values: ["a|b|d", "c", ""] },
    ],
  });
  assertEquals(dataset.users, ["u1"]);
  const { offsets, items, times, ratings: stars, weights } = dataset.interactions;
  assertEquals([...offsets], [0, 3]);
  assertEquals([...items], [2, 1, 0]);
  assertEquals([...times!], [1577836700, 1577836801, 1577836900]);
  assertEquals([...stars!], [NaN, 4, 3.5]);
  // 4 is below the user's mean; 3.5 withdraws the 5 before it; a row without a rating comes last.
  assertEquals([...weights], [1, 0, 1]);
  const [of, ofContent] = receipts;
  assertEquals([of.rows, of.used, of.rejected, of.duplicates, of.unknown_items], [10, 5, 5, 2, 1]);
  assertEquals(of.rejections, [
    { line: 3, reason: 'the rating "five" is not a number' },
    { line: 7, reason: 'the timestamp "soon" is not a time' },
    { line: 8, reason: "the row has no user" },
    { line: 9, reason: "the row has 3 columns, the file 4" },
    { line: 10, reason: "there is text after a closing quote" },
  ]);
  const counts = [ofContent.rows, ofContent.used, ofContent.rejected, ofContent.duplicates];
  assertEquals(counts, [5, 2, 2, 1]);
  assertEquals(ofContent.rejections.map(({ line }) => line), [6, 7]);
});

Deno.test("readDataset: encodings, carriage returns and gzip give the same data", async () => {
  const text = "user;item\rJosé;a\rZoë;b\rJosé;b\r";
  const mapping = { user_id: "user", item_id: "item" };
  const latin = Uint8Array.from(text, (c) => c.charCodeAt(0));
  const wide = new Uint8Array(Uint16Array.from("\ufeff" + text, (c) => c.charCodeAt(0)).buffer);
  const packed = new Uint8Array(
    await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")))
      .arrayBuffer(),
  );
  const prints = new Set<string>();
  for (const content of [text, "\ufeff" + text, latin, wide, packed]) {
    const { dataset } = await withFiles(
      [["INTERACTION", content, mapping]],
      readDataset,
    );
    assertEquals(dataset.users, ["José", "Zoë"]);
    assertEquals([...dataset.interactions.items], [0, 1, 1]);
    prints.add(dataset.fingerprint);
  }
  assertEquals(prints.size, 1);
});

Deno.test("readDataset: several files, items by title, weights by event", async () => {
  const mapping = { user_id: "user", item_title: "title", event_type: "event" };
  const { dataset, receipts } = await withFiles([
    ["CONTENT", "id,title\n1,Heat\n2,Heat\n3,Ronin\n", { item_id: "id", item_title: "title" }],
    ["INTERACTION", "user,title,event\nu,Heat,Purchase\nu,Alien,view\n", mapping],
    ["INTERACTION", "user,title,event\nu,Heat,view\n__proto__,Ronin,odd\n", mapping],
  ], readDataset);
  assertEquals(dataset.items.ids, ["1", "2", "3", "Alien"]);
  assertEquals(dataset.users, ["u", "__proto__"]);
  assertEquals([...dataset.interactions.items], [3, 0, 2]);
  const weight = Math.fround(5 * (1 + Math.log(6 / 5)));
  assertEquals([...dataset.interactions.weights], [1, weight, 1]);
  assertEquals(dataset.interactions.times, undefined);
  assertEquals(receipts.map((receipt) => receipt.unknown_items), [0, 1, 0]);
});

Deno.test("readDataset: unusable data are rejected with an error message", async () => {
  const cases: [FileKind, string, Mapping, string][] = [
    ["INTERACTION", "user,item,rating,time\n", ratings, "no rows below its header line"],
    ["INTERACTION", "user,item,rating,time\nu,i,x,0\n", ratings, 'line 2 because the rating "x"'],
    ["INTERACTION", "user,item\nu,i\n", ratings, 'no column "rating"'],
    ["CONTENT", "id,title\n,\n", { item_id: "id" }, "an item id or title"],
  ];
  for (const [kind, content, mapping, sentence] of cases) {
    const error = await withFiles<Error>(
      [[kind, content, mapping]],
      (files) => assertRejects(() => readDataset(files), UnusableDataError),
    );
    assertStringIncludes(error.message, sentence);
  }
});

Deno.test("readDataset: a content file alone, numbers out of range, a gzip file cut off", async () => {
  const { dataset } = await withFiles(
    [["CONTENT", "title\nHeat\nRonin\n", { item_title: "title" }]],
    readDataset,
  );
  assertEquals(dataset.items.ids, ["Heat", "Ronin"]);
  assertEquals([dataset.users, [...dataset.interactions.offsets]], [[], [0]]);
  const text = "user,item,rating,time\nu,i,1e300,0\nu,i,1,1e999\nu,j,1,1\n";
  const { receipts: [receipt] } = await withFiles(
    [["INTERACTION", text, ratings]],
    readDataset,
  );
  assertEquals([receipt.used, receipt.rejected], [1, 2]);
  const rows = Array.from({ length: 20000 }, (_, i) => `u${i % 977},${i * 7919 % 10007}\n`).join(
    "",
  );
  const stream = new Blob(["user,item\n" + rows]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  const error = await withFiles<Error>(
    [["INTERACTION", packed.subarray(0, packed.length / 2), {
      user_id: "user",
      item_id: "item",
    }]],
    (files) => assertRejects(() => readDataset(files), UnusableDataError),
  );
  assertStringIncludes(error.message, "gzip");
});

Deno.test("several rows of one item: all genres, the commonest title, the first filled value", async () => {
  const content = "id,title,genre,year\n1,Haet,Crime,\n2,Alien,Horror,1979\n1,Heat,Drama,1995\n" +
    "1,Heat,Crime,1996\n";
  const { dataset, receipts } = await withFiles([
    ["CONTENT", content, { item_id: "id", item_title: "title", feature_col: ["genre", "year"] }],
    ["INTERACTION", "user,film\nu,Heat\nu,haet\nv,ALIEN\n", {
      user_id: "user",
      item_title: "film",
    }],
  ], readDataset);
  assertEquals(dataset.items.titles, ["Heat", "Alien"]);
  assertEquals(dataset.items.features, [
    { name: "genre", values: ["Crime|Drama", "Horror"] },
    { name: "year", values: ["1995", "1979"] },
  ]);
  assertEquals([receipts[0].used, receipts[0].duplicates, receipts[0].rejected], [2, 2, 0]);
  // Each of an item's titles finds it.
  assertEquals(dataset.items.ids, ["1", "2"]);
  assertEquals(receipts[1].unknown_items, 0);
});

Deno.test("rows of one item join their lists in the column's own notation", async () => {
  const content = `id;title;tags\n1;Heat;['a', 'b']\n1;Heat;['b', 'c, d']\n2;Alien;[]\n`;
  const { dataset } = await withFiles(
    [["CONTENT", content, { item_id: "id", item_title: "title", feature_col: "tags" }]],
    readDataset,
  );
  assertEquals(dataset.items.features[0].values, ['["a","b","c, d"]', "[]"]);
});

Deno.test("titles that differ by case, blanks or Unicode form are of one item", async () => {
  const { dataset, receipts } = await withFiles([
    ["CONTENT", "id,title\n1,Film  A\n2,Amélie\n", { item_id: "id", item_title: "title" }],
    ["INTERACTION", "user,film\nu,FILM A\nu,Ame\u0301lie\nv,Gone\nv,GONE \n", {
      user_id: "user",
      item_title: "film",
    }],
  ], readDataset);
  assertEquals(dataset.items.ids, ["1", "2", "Gone"]);
  assertEquals([receipts[1].unknown_items, receipts[1].duplicates], [2, 1]);
  const alone = await withFiles(
    [["CONTENT", "film,genre\nHeat,Crime\nHEAT,Drama\n", {
      item_title: "film",
      feature_col: "genre",
    }]],
    readDataset,
  );
  assertEquals(alone.dataset.items.ids, ["Heat"]);
  assertEquals(alone.dataset.items.features[0].values, ["Crime|Drama"]);
});

Deno.test("HTML in titles and texts is read as the text that it shows", async () => {
  const content = "id,title,plot\n1,Tom &amp; Jerry,<p>A cat &amp; a mouse.</p>\n2,AT&T,\n";
  const { dataset } = await withFiles(
    [["CONTENT", content, { item_id: "id", item_title: "title", feature_col: "plot" }]],
    readDataset,
  );
  assertEquals(dataset.items.titles, ["Tom & Jerry", "AT&T"]);
  assertEquals(dataset.items.features[0].values, ["A cat & a mouse.", ""]);
});

const real = Deno.env.get("AIREC_TEST_DATA");
if (!real) console.log("AIREC_TEST_DATA is not set: reading real data sets is not tested.");

async function realFile(name: string, kind: FileKind): Promise<DataFile> {
  const path = `${real}/${name}`;
  using file = await Deno.open(path);
  const head = new Uint8Array(headBytes);
  const length = await file.read(head) ?? 0;
  const found = await describeCsv(head.subarray(0, length));
  const { mapping } = proposeMapping(kind, found.columns, found.sampleRows);
  return { ...onDisk(path), kind, dialect: found.dialect, mapping: mapping as Mapping };
}

if (real) {
  const cases = [
    ["movielens-small/movies.csv", "movielens-small/ratings.csv", 9742, 9742, 610, 100836, 0],
    ["lastfm-2k/artists.dat", "lastfm-2k/user_artists.dat", 17632, 17632, 1892, 92834, 0],
    ["lastfm-2k/artists.csv", "lastfm-2k/user_artists.dat", 17631, 17632, 1892, 92834, 3],
  ] as const;
  for (const [content, events, described, items, users, entries, unknown] of cases) {
    Deno.test(`readDataset: ${content} and ${events}, exactly counted`, async () => {
      const files = [await realFile(content, "CONTENT"), await realFile(events, "INTERACTION")];
      const { dataset, receipts } = await readDataset(files);
      assertEquals(dataset.items.described, described);
      assertEquals(dataset.items.ids.length, items);
      assertEquals(dataset.users.length, users);
      assertEquals(dataset.interactions.items.length, entries);
      assertEquals(receipts.map((receipt) => receipt.rejected), [0, 0]);
      assertEquals(receipts[1].unknown_items, unknown);
      const again = await readDataset(files);
      assertEquals(again.dataset.fingerprint, dataset.fingerprint);
    });
  }
}

Deno.test("readDataset: erased users are skipped", async () => {
  const text = "user,item,rating,time\nann,i,1,1\nbob,j,five,2\nann,j,2,3\nbob,k,1,1\nbob,,1\n";
  const { dataset, receipts: [receipt] } = await withFiles(
    [["INTERACTION", text, ratings]],
    (files) => readDataset(files, { erased: ["bob", "cy"] }),
  );
  assertEquals([dataset.users, dataset.items.ids], [["ann"], ["i", "j"]]);
  assertEquals([receipt.rows, receipt.used, receipt.rejected], [2, 2, 0]);
});

Deno.test("readDataset: a file without remaining rows does not fail a training that has other files", async () => {
  const header = "user,item,rating,time\n";
  const emptied = (text: string) => async (files: DataFile[]) =>
    await readDataset([...files, { ...files[0], ...stored(text), mayBeEmpty: true }]);
  const stored = (text: string) => ({ open: () => Promise.resolve(bytesOf(new Blob([text]))) });
  for (const text of [header, ""]) {
    const { dataset, receipts } = await withFiles(
      [["INTERACTION", `${header}ann,i,1,1\n`, ratings]],
      emptied(text),
    );
    assertEquals([dataset.users, receipts[1].rows], [["ann"], 0]);
  }
  const alone = withFiles(
    [["INTERACTION", `${header}ann,i,1,1\n`, ratings]],
    (files) => readDataset(files, { erased: ["ann"] }),
  );
  const error = await assertRejects(() => alone, UnusableDataError);
  assertStringIncludes(error.message, "are of erased users: add some of other users");
  // Unusable rows are reported, whether or not users were erased.
  const unusable = withFiles(
    [["INTERACTION", `${header}ann,i,1,1\nbob,i,x,1\n`, ratings]],
    (files) => readDataset(files, { erased: ["ann"] }),
  );
  assertStringIncludes(
    (await assertRejects(() => unusable, UnusableDataError)).message,
    "rejected",
  );
});

Deno.test("readDataset: no reason quotes the row's user", async () => {
  const text = "user,item,time\nann,i,1\nbob,j,2\n";
  const mapping = { user_id: "user", item_id: "item", rating: "user" };
  const error = await withFiles(
    [["INTERACTION", text, mapping]],
    (files) => assertRejects(() => readDataset(files), UnusableDataError),
  ) as UnusableDataError;
  assertStringIncludes(error.message, 'the rating "…" is not a number');
  assertEquals(JSON.stringify(error.counted).includes("ann"), false);
});

Deno.test("readDataset: the name of the rating column determines the kind of its values", async () => {
  const rows = "1,a,1\n1,b,2\n2,a,1\n2,c,5\n2,b,1\n1,b,-1\n";
  const read = (rating: string) =>
    withFiles([
      ["INTERACTION", `user,item,${rating}\n${rows}`, { user_id: "user", item_id: "item", rating }],
    ], readDataset);
  const bought = (await read("quantity")).dataset;
  assertEquals(bought.liking, { rule: "amount", usual: 1 });
  const { weights, items } = bought.interactions;
  const weightOf = (place: number) => [bought.items.ids[items[place]], weights[place]];
  // What was bought and returned counts a little below zero; one piece counts fully.
  assertEquals(weightOf(0), ["a", 1]);
  assertEquals(weightOf(1), ["b", Math.fround(-0.1)]);
  assertEquals((await read("stars")).dataset.liking!.rule, "own_mean");
});
