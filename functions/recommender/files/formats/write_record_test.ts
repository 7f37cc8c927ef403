import { assertEquals } from "@std/assert";
import { RecordReader } from "../records.ts";
import { writeRecord } from "./write_record.ts";

Deno.test("written records are read back unchanged, with any cell content", () => {
  const records = [
    ["a", "b"],
    ["", ""],
    [""],
    ['say "hi"', "a,b;c"],
    ["two\nlines", "two\r\nlines"],
    ["ends in \r", '"', '""'],
    [" blanks ", "\t", "é€𝄞"],
  ];
  for (const delimiter of [",", ";", "\t", "|"]) {
    const text = records.map((cells) => writeRecord(cells, delimiter)).join("");
    const reader = new RecordReader({ delimiter: delimiter as ",", quote: '"', newline: "\n" });
    const read = [...reader.push(text), ...reader.end()];
    assertEquals(read.map(({ cells }) => cells), records);
    assertEquals(read.filter(({ fault }) => fault), []);
  }
});
