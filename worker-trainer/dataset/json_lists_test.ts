/** Lists of JSON and Parquet are lists to the trainer. */
import { assertEquals } from "@std/assert";
import { bytesOf } from "../../functions/recommender/files/file_bytes.ts";
import { describeFile } from "../../functions/recommender/files/dialect/describe.ts";
import { forecastInteractions } from "../../functions/recommender/files/rows/forecast.ts";
import { listFormOf } from "../../functions/recommender/files/values/list_forms.ts";
import { zoo } from "../../testing/zoo/zoo.ts";
import { readDataset } from "./read.ts";

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

Deno.test("a list of objects in an event is rejected with what to write; forecast and receipt agree", async () => {
  const events = [
    { user: "u1", items: [{ id: "a", n: 1 }, { id: "b", n: 2 }] },
    { user: "u2", items: [{ id: "a", n: 1 }] },
    { user: "u3", items: "a" },
  ];
  const bytes = bytesOf(new Blob([events.map((event) => JSON.stringify(event)).join("\n")]));
  const { dialect, columns } = await describeFile(bytes);
  assertEquals(columns, ["user", "items"]);
  const file = {
    kind: "INTERACTION" as const,
    dialect,
    mapping: { user_id: "user", item_id: "items" },
  };
  const { receipts: [receipt] } = await readDataset([
    { ...file, name: "events", open: () => Promise.resolve(bytes) },
  ]);
  assertEquals([receipt.used, receipt.rejected], [1, 2]);
  assertEquals(receipt.reasons.map(({ reason, rows }) => ({ reason, rows })), [
    { reason: "the item is a list or an object: write a row for each", rows: 2 },
  ]);
  const { estimated: _, ...forecast } = await forecastInteractions({ ...file, bytes });
  assertEquals(forecast, receipt);
});
