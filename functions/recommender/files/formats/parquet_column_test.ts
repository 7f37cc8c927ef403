import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from "node:zlib";
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { parquetWriteBuffer } from "hyparquet-writer";
import { CsvError } from "../csv_error.ts";
import { bytesOf } from "../file_bytes.ts";
import { readParquet } from "./read_parquet.ts";

const ROWS = 20_000;

const SCHEMA: Parameters<typeof parquetWriteBuffer>[0]["schema"] = [
  { name: "root", num_children: 4 },
  { name: "user", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
  { name: "rating", type: "DOUBLE", repetition_type: "OPTIONAL" },
  { name: "tags", converted_type: "LIST", repetition_type: "OPTIONAL", num_children: 1 },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  { name: "element", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
  { name: "text", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
];

const COLUMNS = {
  user: Array.from({ length: ROWS }, (_, i) => `user ${i % 300}`),
  rating: Array.from({ length: ROWS }, (_, i) => i % 7 === 0 ? null : (i % 10) / 2),
  tags: Array.from({ length: ROWS }, (_, i) => Array.from({ length: i % 4 }, (_, t) => `${t}`)),
  text: Array.from({ length: ROWS }, (_, i) => i % 5 === 0 ? null : `${i} `.repeat(40)),
};

const QUICK = { [constants.BROTLI_PARAM_QUALITY]: 3 };

const COMPRESSORS = {
  GZIP: (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes)),
  BROTLI: (bytes: Uint8Array) => new Uint8Array(brotliCompressSync(bytes, { params: QUICK })),
  ZSTD: (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes)),
};

function written(codec: "UNCOMPRESSED" | "SNAPPY" | keyof typeof COMPRESSORS, pageSize: number) {
  return new Blob([parquetWriteBuffer({
    schema: SCHEMA,
    columnData: Object.entries(COLUMNS).map(([name, data]) => ({ name, data })),
    compressors: COMPRESSORS,
    rowGroupSize: 15_000,
    ...{ codec, pageSize },
  })]);
}

Deno.test("each codec, page size and kind of column has the cells that were written", async () => {
  const expected = Array.from({ length: ROWS }, (_, i) => [
    COLUMNS.user[i],
    String(COLUMNS.rating[i] ?? ""),
    COLUMNS.tags[i].length > 0 ? JSON.stringify(COLUMNS.tags[i]) : "",
    COLUMNS.text[i] ?? "",
  ]);
  for (const codec of ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD"] as const) {
    for (const pageSize of [20_000, 4_000_000]) {
      let turns = 0;
      const turn = () => Promise.resolve(void turns++);
      const { columns, batches } = await readParquet(bytesOf(written(codec, pageSize)), { turn });
      assertEquals(columns, ["user", "rating", "tags", "text"]);
      const cells: string[][] = [];
      for await (const batch of batches()) for (const record of batch) cells.push(record.cells);
      assertEquals(cells.length, ROWS);
      assertEquals(cells.find((row, i) => row.join("|") !== expected[i].join("|")), undefined);
      // Two groups of four columns.
      assertEquals(turns >= 8, true, `${codec} ${pageSize}: ${turns}`);
      if (pageSize < 1_000_000) assertEquals(turns > 100, true, `${codec}: ${turns}`);
    }
  }
});

Deno.test("a page whose cells must be too long is refused before it is decompressed", async () => {
  const data = ["2", "x".repeat(2_000_000)];
  const file = bytesOf(new Blob([parquetWriteBuffer({ columnData: [{ name: "item", data }] })]));
  const error = await assertRejects(async () => {
    for await (const batch of (await readParquet(file)).batches()) for (const _ of batch);
  }, CsvError);
  assertMatch(error.message, /a cell of at least 666,\d{3} characters; .* at most 262,144/);
  const { batches } = await readParquet(file, { limited: false });
  const lengths: number[] = [];
  for await (const batch of batches()) {
    for (const { cells } of batch) lengths.push(cells[0].length);
  }
  assertEquals(lengths, [1, 2_000_000]);
});
