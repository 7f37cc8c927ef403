/** Lists of JSON and Parquet are lists to the trainer. */
import { assertEquals } from "@std/assert";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import { describeFile } from "../../functions/recommender/files/dialect/describe.ts";
import { listFormOf } from "../../functions/recommender/files/values/list_forms.ts";
import { zoo } from "../../testing/zoo/zoo.ts";

Deno.test("lists in Parquet and in JSON are read as their members", async () => {
  const lines =
    '{"id":1,"genres":["Drama","Crime, true"]}\n{"id":2,"genres":[{"name":"Comedy"}]}\n';
  const files: [Blob, string[][]][] = [
    [new Blob([await zoo["Parquet of items"].bytes()]), [["Comedy"], ["Drama", "Crime"]]],
    [new Blob([lines]), [["Drama", "Crime, true"], ["Comedy"]]],
  ];
  for (const [blob, members] of files) {
    const { columns, sampleRows } = await describeFile(bytesOf(blob));
    const values = sampleRows.map((row) => row[columns.indexOf("genres")]);
    const { read } = listFormOf(values);
    assertEquals(values.slice(0, 2).map(read), members);
  }
});
