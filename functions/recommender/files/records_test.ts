import { assertEquals, assertThrows } from "@std/assert";
import { CsvError } from "./csv_error.ts";
import { longestCell, longestRecord } from "./limits.ts";
import { type CsvRecord, RecordReader } from "./records.ts";

const comma = { delimiter: ",", quote: '"', newline: "\n" } as const;

function read(
  text: string,
  dialect: ConstructorParameters<typeof RecordReader>[0] = comma,
  step = 0,
) {
  const reader = new RecordReader(dialect);
  const records: CsvRecord[] = [];
  for (let i = 0; i < text.length; i += step || text.length) {
    for (const record of reader.push(text.slice(i, i + (step || text.length)))) {
      records.push(record);
    }
  }
  records.push(...reader.end());
  return records;
}

const tricky =
  'a,b\n1,"x, y"\r\n\n2,"two\nlines"\n3,"say ""hi"""\n"",\n4,a"b\n5,"bad"x\n6,ok\r\n7,"end"';

Deno.test("records: quotes, newlines in quotes, mixed line ends and empty lines", () => {
  assertEquals(read(tricky), [
    { line: 1, cells: ["a", "b"] },
    { line: 2, cells: ["1", "x, y"] },
    { line: 4, cells: ["2", "two\nlines"] },
    { line: 6, cells: ["3", 'say "hi"'] },
    { line: 7, cells: ["", ""] },
    { line: 8, cells: ["4", 'a"b'] },
    { line: 9, cells: ['5,"bad"x'], fault: "there is text after a closing quote" },
    { line: 10, cells: ["6", "ok"] },
    { line: 11, cells: ["7", "end"] },
  ]);
});

Deno.test("records: chunk boundaries do not change the result", () => {
  for (let step = 1; step < tricky.length; step++) {
    assertEquals(read(tricky, comma, step), read(tricky), `pieces of ${step}`);
  }
});

Deno.test("records: formulas that keep digits as a text are that text, other formulas stay", () => {
  const [{ cells }] = read('="007","=""1,5""",="say ""hi""",="a"&B1,=1+1,="8"\r\n');
  assertEquals(cells, ["007", "1,5", 'say "hi"', '="a"&B1', "=1+1", "8"]);
});

Deno.test("records: an unclosed quote affects only its line", () => {
  const rest = "3,y\n".repeat(longestRecord / 2);
  const records = read(`1,x\n2,"open\n${rest}`);
  assertEquals(records[1], {
    line: 2,
    cells: ['2,"open'],
    fault: "a quote is opened and not closed",
  });
  assertEquals(records.length, 2 + longestRecord / 2);
  assertEquals(records.at(-1), { line: 2 + longestRecord / 2, cells: ["3", "y"] });
});

Deno.test("records: carriage returns alone end lines where they are the file's newline", () => {
  assertEquals(read('a,b\r1,"x\ry"\r2,z\r', { ...comma, newline: "\r" }), [
    { line: 1, cells: ["a", "b"] },
    { line: 2, cells: ["1", "x\ry"] },
    { line: 4, cells: ["2", "z"] },
  ]);
});

Deno.test("records: without a quote character quotes are text", () => {
  const tab = { delimiter: "\t", quote: "", newline: "\n" } as const;
  assertEquals(read('1\t"Weird Al" Yankovic\n2\t"x\n', tab).map((r) => r.cells), [
    ["1", '"Weird Al" Yankovic'],
    ["2", '"x'],
  ]);
});

Deno.test("records: a line over the limit is an error with its number, at any length", () => {
  const most = "x".repeat(longestRecord);
  assertEquals(read(`a,b\n${"x,".repeat(longestRecord / 2)}\n`).length, 2);
  assertThrows(
    () => read(`a,b\n1,2\n${most}x\n`),
    CsvError,
    "Line 3 has 1,048,577 characters; a line has at most 1,048,576.",
  );
  const reader = new RecordReader(comma);
  let pushed = 0;
  const endless = () => {
    for (;;) {
      pushed += 1 << 16;
      for (const _ of reader.push("x".repeat(1 << 16)));
    }
  };
  assertThrows(endless, CsvError, "Line 1 has more than 1,114,112 characters");
  assertEquals(pushed, longestRecord + (1 << 16));
});

Deno.test("records: a cell over the limit is an error that names its line, quoted or not", () => {
  const most = "x".repeat(longestCell);
  const lines = `${"y".repeat(100)}\n`.repeat(longestCell / 100 + 1);
  assertEquals(read(`1,${most}\n2,"${most}"\n`).length, 2);
  const sentence = "characters; a cell has at most 262,144.";
  assertThrows(
    () => read(`a,b\n1,${most}x\n`),
    CsvError,
    `Line 2 has a cell of 262,145 ${sentence}`,
  );
  assertThrows(() => read(`a,b\n1,"${most}x"\n`), CsvError, `Line 2 has a cell of 262,145`);
  assertThrows(() => read(`a,b\n1,2\n1,"${lines}"\n`), CsvError, "Line 3 has a cell of 264,");
});

Deno.test("records: without limits, as for stored files, every line is a record", () => {
  const reader = new RecordReader(comma, { limited: false });
  const long = "x".repeat(2 * longestRecord);
  assertEquals([...reader.push(`1,${long}\n`)], [{ line: 1, cells: ["1", long] }]);
});
