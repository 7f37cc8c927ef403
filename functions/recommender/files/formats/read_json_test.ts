import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CsvError } from "../csv_error.ts";
import { COMMON } from "../dialect.ts";
import { describeFile } from "../dialect/describe.ts";
import { bytesOf, type FileBytes } from "../file_bytes.ts";
import { openRecords } from "./open_records.ts";

const ROWS = Array.from(
  { length: 12 },
  (_, i) => ({ user: `u${i % 4}`, item: i, rating: 1 + i % 5 }),
);
const ARRAY = JSON.stringify(ROWS);
const LISTS = JSON.stringify(ROWS.map((row) => Object.values(row)));
const COLUMNS = Object.keys(ROWS[0]) as (keyof typeof ROWS[0])[];

function file(text: string): FileBytes {
  return bytesOf(new Blob([text]));
}

/** Returns the rows as an object of columns, each converted from its cells. */
function byColumn(of: (cells: unknown[]) => unknown): Record<string, unknown> {
  return Object.fromEntries(COLUMNS.map((column) => [column, of(ROWS.map((row) => row[column]))]));
}

const CUT = "is not closed";
const SEVERAL = "write all rows into one array";
const OF_COLUMNS = 'orient="records"';
const AROUND = "around its rows";

const REFUSED: [text: string, says: string][] = [
  [ARRAY.slice(0, -1), CUT],
  [ARRAY.slice(0, -1) + ",\n", CUT],
  [ARRAY.slice(0, -9), CUT],
  [LISTS.slice(0, -1), CUT],
  [ARRAY + ARRAY, SEVERAL],
  [`${ARRAY}\n${ARRAY}`, SEVERAL],
  [ARRAY + "x", SEVERAL],
  [JSON.stringify(byColumn((cells) => cells)), OF_COLUMNS],
  [JSON.stringify(byColumn((cells) => cells), null, 2), OF_COLUMNS],
  [JSON.stringify(byColumn((cells) => ({ ...cells }))), OF_COLUMNS],
  [JSON.stringify({ columns: COLUMNS, data: JSON.parse(LISTS) }), OF_COLUMNS],
  [JSON.stringify({ data: ROWS }), AROUND],
  [JSON.stringify({ u1: { i1: 5, i2: 1 }, u2: { i3: 4 }, u3: { i4: 2 } }), AROUND],
  [JSON.stringify({ ...ROWS }), AROUND],
  [JSON.stringify(Object.fromEntries(ROWS.map((row, i) => [`row${i}`, row]))), AROUND],
];

for (const [text, says] of REFUSED) {
  Deno.test(`JSON that is no list of rows is refused: ${text.slice(0, 25)}…${text.slice(-15)}`, async () => {
    const { message } = await assertRejects(() => describeFile(file(text)), CsvError);
    assertStringIncludes(message, says);
  });
}

Deno.test("a JSON array truncated after its head is rejected at the end of reading", async () => {
  const rows = Array.from({ length: 20_000 }, (_, i) => ({ user: `u${i % 400}`, item: i }));
  const bytes = file(JSON.stringify(rows).slice(0, -1));
  const { dialect } = await describeFile(bytes);
  assertEquals(dialect.format, "json");
  const { batches } = await openRecords(bytes, dialect);
  const read = async () => {
    for await (const batch of batches()) for (const _ of batch);
  };
  assertStringIncludes((await assertRejects(read, CsvError)).message, CUT);
});

Deno.test("one row with nested objects or lists is a row", async () => {
  for (
    const [row, columns] of [
      [{ user: { id: 1, name: "x" }, item: { id: 2, name: "y" } }, 4],
      [{ user: "u", item: "i", tags: ["a", "b"] }, 3],
    ] as const
  ) {
    const found = await describeFile(file(JSON.stringify(row) + "\n"));
    assertEquals(found.dialect, { ...COMMON, format: "jsonl" });
    assertEquals([found.columns.length, found.sampleRows.length], [columns, 1]);
  }
});
