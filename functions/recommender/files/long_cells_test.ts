import { assertEquals, assertRejects } from "@std/assert";
import { CsvError } from "./csv_error.ts";
import { describeFile } from "./dialect/describe.ts";
import { bytesOf } from "./file_bytes.ts";
import { columnNames } from "./formats/header.ts";
import { parseNumber } from "./values/numbers.ts";
import { parseTime } from "./values/times.ts";

// Each of these once took minutes or exceeded the stack.

const described = async (text: string) => (await describeFile(bytesOf(new Blob([text])))).columns;

Deno.test("a cell of 200,000 digits and a letter is no number and no time, said at once", async () => {
  const cell = `${"1".repeat(200_000)}x`;
  assertEquals([parseNumber(cell), parseTime(cell)], [NaN, NaN]);
  const columns = await described(`user_id,item_id,text\n1,2,${cell}\n3,4,5\n`);
  assertEquals(columns, ["user_id", "item_id", "text"]);
});

Deno.test("a header of sixty thousand signs is described at once", async () => {
  const name = `${"-".repeat(60_000)}x`;
  assertEquals(await described(`user_id,item_id,${name}\n1,2,3\n3,4,5\n`), [
    ...["user_id", "item_id", name],
  ]);
});

Deno.test("a header of accents on one letter is described at once", async () => {
  const name = `a${"\u0301\u0316".repeat(30_000)}`;
  assertEquals(await described(`user_id,item_id,${name}\n1,2,3\n3,4,5\n`), [
    ...["user_id", "item_id", name],
  ]);
});

Deno.test("JSON whose text of escaped quotes does not end is refused at once", async () => {
  const error = await assertRejects(
    () => described(`{"user_id":1,"x":NaN,"t":"${'\\"'.repeat(100_000)}\n{"user_id":1}\n`),
    CsvError,
  );
  assertEquals(error.code, "empty");
});

Deno.test("JSON of 100,000 levels is refused, one of 100 is a cell", async () => {
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  const rows = (tags: string) => `[{"item_id":1,"tags":${tags}},{"item_id":2,"tags":[]}]`;
  assertEquals(await described(rows(nested(99))), ["item_id", "tags"]);
  for (const levels of [100, 100_000]) {
    const { sampleRows } = await describeFile(bytesOf(new Blob([rows(nested(levels))])));
    assertEquals(sampleRows, [["2", ""]], `${levels} levels`);
  }
});

Deno.test("a thousand equal column names are numbered in order", () => {
  const names = columnNames(Array(1_000).fill("title"), true);
  assertEquals([names[0], names[1], names[999]], ["title", "title_2", "title_1000"]);
  assertEquals(columnNames(["a", "a_2", "a", "a", "a_2"], true), [
    ...["a", "a_2", "a_3", "a_4", "a_2_2"],
  ]);
});
