import { assertEquals, assertStringIncludes } from "@std/assert";
import { columnNumbers } from "./column_numbers.ts";
import { FileEvidence, notesOf } from "./column_forms.ts";
import { isDecimalComma } from "./decimal_comma.ts";
import { parseNumber } from "../values/numbers.ts";

/** Returns a rating as its column reads it, and the notes. */
function read(column: string, cells: string[], delimiter: string) {
  const mapping = { user_id: "user", item_id: "item", rating: column };
  const columns = ["user", "item", column];
  const evidence = new FileEvidence("INTERACTION", mapping, { columns, dialect: { delimiter } });
  for (const cell of cells) evidence.add(["u", "i", cell]);
  const forms = evidence.decide();
  return { first: parseNumber(cells[0], forms.rating), notes: notesOf(forms, mapping).join(" ") };
}

Deno.test("a comma before three digits is decimal on scales and between semicolons, not in amounts", () => {
  const cells = ["4,500", "2,000", "3,750"];
  for (
    const [column, delimiter, value] of [
      ["rating", ",", 4.5],
      ["rating", ";", 4.5],
      ["value", ";", 4.5],
      ["value", ",", 4500],
      ["plays", ";", 4500],
      ["plays", ",", 4500],
    ] as const
  ) {
    const { first, notes } = read(column, cells, delimiter);
    assertEquals([column, delimiter, first], [column, delimiter, value]);
    assertStringIncludes(notes, `1,234 is read as ${value === 4.5 ? 1.234 : 1234}`);
  }
});

Deno.test("other cells of the column decide first", () => {
  assertEquals(read("value", ["1,500", "1,234,567"], ";").first, 1500);
  assertEquals(read("score", ["1,500", "987"], ",").first, 1500);
  assertEquals(read("plays", ["1,500", "2,5"], ";").first, 1.5);
});

Deno.test("columns of items are read likewise", () => {
  const values = ["1,250", "2,000"];
  const numbers = (column: string, delimiter: string) => [
    ...columnNumbers(values, { isDecimalComma: isDecimalComma(column, { delimiter }) })!,
  ];
  assertEquals(numbers("weight in kg", ";"), [1.25, 2]);
  assertEquals(numbers("weight in kg", ","), [1250, 2000]);
  assertEquals(numbers("views", ";"), [1250, 2000]);
});
