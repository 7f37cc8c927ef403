/** Cross-check: PapaParse reads the same records from files with valid quoting. */
import { assertEquals } from "@std/assert";
import Papa from "papaparse";
import { chanceOf } from "../../../../samples/chance.ts";
import { RecordReader } from "../records.ts";
import { writeRecord } from "./write_record.ts";

const DELIMITERS = [",", ";", "\t", "|"] as const;
const NEWLINES = ["\n", "\r\n", "\r"] as const;
const PIECES = ["a", "Zoë", "𝄞", " ", "0042", '"', '""', ",", ";", "\t", "|", "\n", "=1+1", "'"];

/** Returns records of equal width, none of which would be an empty line. */
function anyRecords(seed: number): string[][] {
  const chance = chanceOf(seed);
  const width = chance.whole(2, 6);
  const cell = () => Array.from({ length: chance.whole(0, 4) }, () => chance.pick(PIECES)).join("");
  return Array.from({ length: 40 }, () => Array.from({ length: width }, cell));
}

function ours(text: string, delimiter: ",", newline: "\n", step: number): string[][] {
  const reader = new RecordReader({ delimiter, quote: '"', newline });
  const records = [];
  for (let at = 0; at < text.length; at += step) {
    records.push(...reader.push(text.slice(at, at + step)));
  }
  records.push(...reader.end());
  assertEquals(records.filter(({ fault }) => fault), []);
  return records.map(({ cells }) => cells);
}

Deno.test("files written by PapaParse are read as PapaParse reads them, in chunks of any size", () => {
  for (let seed = 1; seed <= 120; seed++) {
    const records = anyRecords(seed);
    const delimiter = DELIMITERS[seed % 4];
    const newline = NEWLINES[seed % 3];
    const text = Papa.unparse(records, { delimiter, newline });
    const theirs = Papa.parse<string[]>(text, { delimiter, newline, quoteChar: '"' });
    assertEquals(theirs.data, records);
    const read = ours(text, delimiter as ",", newline as "\n", 1 + seed % 17);
    assertEquals(read, records, `seed ${seed}`);
  }
});

Deno.test("PapaParse reads written files", () => {
  for (let seed = 1; seed <= 120; seed++) {
    const records = anyRecords(seed);
    const delimiter = DELIMITERS[seed % 4];
    const text = records.map((cells) => writeRecord(cells, delimiter)).join("");
    const { data, errors } = Papa.parse<string[]>(text, {
      delimiter,
      newline: "\n",
      skipEmptyLines: true,
    });
    assertEquals([data, errors], [records, []], `seed ${seed}`);
  }
});
