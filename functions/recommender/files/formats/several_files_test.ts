import { assertEquals, assertRejects } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { CsvError } from "../csv_error.ts";
import { describeFile } from "../dialect/describe.ts";
import { bytesOf, type FileBytes } from "../file_bytes.ts";
import { openRecords } from "./open_records.ts";

function joined(...blobs: (string | Uint8Array<ArrayBuffer>)[]): FileBytes {
  const parts = blobs.map((blob, i) => ({ ...bytesOf(new Blob([blob])), name: `part-${i}` }));
  return { ...parts[0], parts };
}

async function rowsOf(file: FileBytes): Promise<{ columns: string[]; rows: string[][] }> {
  const { dialect } = await describeFile(file);
  const { columns, batches } = await openRecords(file, dialect);
  const rows: string[][] = [];
  for await (const batch of batches()) for (const { cells } of batch) rows.push(cells);
  return { columns, rows };
}

Deno.test("several files of CSV are read as one, each with its header", async () => {
  const file = joined("user,item\n1,a\n2,b\n", "user,item\n", "item,user\nc,3\n", "user,item\n4,d");
  assertEquals(await rowsOf(file), {
    columns: ["user", "item"],
    rows: [["1", "a"], ["2", "b"], ["3", "c"], ["4", "d"]],
  });
});

Deno.test("rows of JSON lines in later files may lack columns of the first", async () => {
  const file = joined(
    '{"user": 1, "item": "a", "stars": 5}\n{"user": 2, "item": "b", "stars": 4}\n',
    '{"item": "c", "user": 3}\n',
  );
  assertEquals((await rowsOf(file)).rows, [["1", "a", "5"], ["2", "b", "4"], ["3", "c", ""]]);
});

Deno.test("several Parquet files are read as one", async () => {
  const path = fromFileUrl(import.meta.resolve("../../../../testing/zoo/ratings.parquet"));
  const bytes = await Deno.readFile(path);
  const { rows } = await rowsOf(joined(bytes));
  assertEquals((await rowsOf(joined(bytes, bytes))).rows, [...rows, ...rows]);
});

Deno.test("a file without a column of the first is named", async () => {
  const file = joined("user,item\n1,a\n", "user,thing\n2,b\n");
  await assertRejects(() => rowsOf(file), CsvError, 'part-1: the file lacks the column "item"');
});
