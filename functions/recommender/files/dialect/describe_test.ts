import { assertEquals, assertRejects } from "@std/assert";
import { CsvError } from "../csv_error.ts";
import { describeCsv } from "./describe.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

function utf16(text: string, little: boolean, mark: boolean): Uint8Array {
  const codes = [...(mark ? "\ufeff" : "") + text].map((c) => c.charCodeAt(0));
  return Uint8Array.from(codes.flatMap((c) => little ? [c & 255, c >> 8] : [c >> 8, c & 255]));
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

const text = "user_id,título\n1,Amélie\n2,Façade\n";

Deno.test("describeCsv: encodings", async () => {
  const latin = Uint8Array.from(text, (c) => c.charCodeAt(0));
  const cases: [Uint8Array, string][] = [
    [utf8(text), "utf-8"],
    [utf8("\ufeff" + text), "utf-8"],
    [utf16(text, true, true), "utf-16le"],
    [utf16(text, false, true), "utf-16be"],
    [utf16(text, true, false), "utf-16le"],
    [utf16(text, false, false), "utf-16be"],
    [latin, "windows-1252"],
  ];
  for (const [bytes, encoding] of cases) {
    const { dialect, columns, sampleRows } = await describeCsv(bytes);
    assertEquals(
      dialect,
      { encoding, delimiter: ",", quote: '"', newline: "\n", header: true } as typeof dialect,
    );
    assertEquals(columns, ["user_id", "título"]);
    assertEquals(sampleRows, [["1", "Amélie"], ["2", "Façade"]]);
  }
});

Deno.test("describeCsv: delimiters, newlines, headers", async () => {
  const cases: [string, string, string, boolean, string[]][] = [
    ["id;price\n1;3,5\n2;4,5\n", ";", "\n", true, ["id", "price"]],
    ["id|name\r\n1|a, b\r\n2|c, d\r\n", "|", "\r\n", true, ["id", "name"]],
    ["movieId,title,genres\r1,A,x|y\r2,B,x|y|z\r", ",", "\r", true, ["movieId", "title", "genres"]],
    ["1\tBob\thttp://x\n2\tAl\thttp://y\n", "\t", "\n", false, ["column1", "column2", "column3"]],
    ["//userID\tartistID\tweight\n2\t51\t3\n", "\t", "\n", true, [
      "//userID",
      "artistID",
      "weight",
    ]],
    ["id,__proto__,id,,id_2\n1,2,3,4,5\n", ",", "\n", true, [
      "id",
      "__proto__",
      "id_3",
      "column4",
      "id_2",
    ]],
    ["title\nHeat\nRonin\n", ",", "\n", true, ["title"]],
  ];
  for (const [text, delimiter, newline, header, columns] of cases) {
    const found = await describeCsv(utf8(text));
    const { dialect } = found;
    assertEquals([dialect.delimiter, dialect.newline, dialect.header, found.columns], [
      delimiter,
      newline,
      header,
      columns,
    ], text);
  }
});

Deno.test("describeCsv: unpaired quotes are text in a tab-separated file", async () => {
  const stray = await describeCsv(utf8('1\t"Weird Al" Yankovic\n2\tRoyce da 5\'9"\n'));
  assertEquals(stray.dialect.quote, "");
  assertEquals(stray.sampleRows[0], ["1", '"Weird Al" Yankovic']);
  const paired = await describeCsv(utf8('id\tname\n1\t"a\tb"\n'));
  assertEquals(paired.dialect.quote, '"');
  assertEquals(paired.sampleRows, [["1", "a\tb"]]);
});

Deno.test("describeCsv: gzip, whole and cut off", async () => {
  const rows = Array.from({ length: 20000 }, (_, i) => `${i},${(i * 7919) % 10007}\n`).join("");
  const packed = await gzip(utf8("user_id,item_id\n" + rows));
  for (const head of [packed, packed.subarray(0, 20000)]) {
    const found = await describeCsv(head, { complete: head === packed });
    assertEquals(found.gzip, true);
    assertEquals(found.columns, ["user_id", "item_id"]);
    assertEquals(found.sampleRows.length, 100);
  }
});

Deno.test("describeCsv: a head cut in the middle loses its last row", async () => {
  const found = await describeCsv(utf8("a_id,b\n1,2\n3,4"), { complete: false });
  assertEquals(found.sampleRows, [["1", "2"]]);
});

Deno.test("describeCsv: other data are rejected with an error message", async () => {
  const cases: [Uint8Array, CsvError["code"]][] = [
    [new Uint8Array(0), "empty"],
    [utf8(" \n\n"), "empty"],
    [utf8("PK\x03\x04rest"), "not_csv"],
    [utf8("%PDF-1.7"), "not_csv"],
    [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10), "not_csv"],
    [utf8("a,b\n1,\0\n"), "not_csv"],
    [utf8('[{"a": 1}]'), "not_csv"],
    [utf8("<!DOCTYPE html>"), "not_csv"],
    [await gzip(await gzip(utf8(text))), "not_csv"],
    [utf8(`${"a,".repeat(1000)}a\n`), "too_large"],
    [utf8(`a,b${"b".repeat(65534)}\n1,2\n`), "too_large"],
    [Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 255, 255), "damaged"],
  ];
  for (const [bytes, code] of cases) {
    const error = await assertRejects(() => describeCsv(bytes), CsvError);
    assertEquals(error.code, code, error.message);
  }
});

Deno.test("a single byte of another encoding does not change the detection of UTF-8", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i},Café ${i}\n`).join("");
  const bytes = new TextEncoder().encode(`id,title\n${rows}`);
  const damaged = new Uint8Array([...bytes, ...new TextEncoder().encode("60,Caf"), 0xe9, 10]);
  const { dialect, sampleRows } = await describeCsv(damaged);
  assertEquals([dialect.encoding, sampleRows[0][1]], ["utf-8", "Café 0"]);
  assertEquals(sampleRows[60][1], "Caf\ufffd");
  const latin = Uint8Array.from(`id,title\n1,Caf\xe9\n2,T\xeate\n`, (char) => char.charCodeAt(0));
  assertEquals((await describeCsv(latin)).sampleRows.map((row) => row[1]), ["Café", "Tête"]);
});
