import { assertEquals, assertRejects } from "@std/assert";
import { CsvError } from "../csv_error.ts";
import { COMMON as dialect } from "../dialect.ts";
import { readRecords } from "./read_records.ts";
import type { CsvRecord, TakeLine } from "../records.ts";

async function read(stream: ReadableStream<Uint8Array>, take?: TakeLine) {
  const { columns, batches } = await readRecords(stream, dialect);
  const records: CsvRecord[] = [];
  for await (const batch of batches(take)) records.push(...batch);
  return { columns, records };
}

Deno.test("lines taken by the caller yield no records, all others keep their order and line numbers", async () => {
  const text = '"bad"x\na,b\n1,2\n3,4\n5\n6,7\n"8","9"';
  const seen: string[] = [];
  const { columns, records } = await read(new Blob([text]).stream(), (text, start, end) => {
    seen.push(text.slice(start, end));
    return seen.at(-1) === "3,4";
  });
  assertEquals(columns, ["a", "b"]);
  assertEquals(seen, ["1,2", "3,4", "5", "6,7", '"8","9"']);
  assertEquals(records.map(({ line, cells, fault }) => fault ?? [line, ...cells]), [
    "there is text after a closing quote",
    [3, "1", "2"],
    "the row has 1 column, the file 2",
    [6, "6", "7"],
    [7, "8", "9"],
  ]);
});

Deno.test("a truncated gzip file is reported as damaged, a failing source is not", async () => {
  const text = "user,item\n" +
    Array.from({ length: 50_000 }, (_, i) => `u${i * 7919},${i}\n`).join("");
  const packed = await new Response(
    new Blob([text]).stream().pipeThrough(new CompressionStream("gzip")),
  ).bytes();
  const half = packed.slice(0, packed.length / 2);
  const error = await assertRejects(() => read(new Blob([half]).stream()), CsvError);
  assertEquals(error.code, "damaged");
  let pulls = 0;
  const breaking = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulls++ === 0) controller.enqueue(half);
      else controller.error(new TypeError("connection reset"));
    },
  });
  await assertRejects(() => read(breaking), TypeError, "connection reset");
});
