import { COMMON } from "../dialect.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { FileEvidence } from "../columns/column_forms.ts";
import { interactionRows, isRejection } from "../rows/rows.ts";

const COLUMNS = ["u", "i", "rating"];

/** Returns the ratings of a column, or the reasons why there are none. */
function ratingsOf(cells: string[]): (number | null | string)[] {
  const mapping = { user_id: "u", item_id: "i", rating: "rating" };
  const evidence = new FileEvidence("INTERACTION", mapping, { columns: COLUMNS, dialect: COMMON });
  for (const cell of cells) evidence.rating!.add(cell);
  const read = interactionRows(mapping, COLUMNS, evidence.decide());
  return cells.map((cell) => {
    const row = read({ line: 2, cells: ["ann", "x", cell] });
    return isRejection(row) ? row.reason : row.rating;
  });
}

Deno.test("stars, grades and fractions are ratings where their order is certain", () => {
  const cases: [cells: string[], ratings: (number | null)[]][] = [
    [["★★★", "★★★☆☆", "", "★★½", "☆☆☆☆☆"], [3, 3, null, 2.5, 0]],
    [["☆☆☆", "☆"], [3, 1]],
    [["⭐️⭐️⭐️⭐️", "⭐️"], [4, 1]],
    [["***", "*****"], [3, 5]],
    [["A", "b", "C", "F", "A+", "B-"], [5, 4, 3, 0, 5.5, 3.5]],
    [["4/5", "3.5 / 5", "2 out of 5.0", "5/5 stars"], [4, 3.5, 2, 5]],
    [["80 %", "95%", "100 percent"], [80, 95, 100]],
    [["5★", "3 ★"], [5, 3]],
  ];
  for (const [cells, ratings] of cases) assertEquals(ratingsOf(cells), ratings, cells[0]);
});

Deno.test("words without a certain order are no ratings, and the reason names the setting", () => {
  const cases = [
    // Groups, variants or sizes.
    ["A", "B", "A"],
    ["B", "C", "D"],
    ["S", "A", "B"],
    ["poor", "fair", "great"],
    ["low", "high"],
  ];
  for (const cells of cases) {
    for (const reason of ratingsOf(cells)) {
      assertStringIncludes(String(reason), "map the column as event_type");
    }
  }
  // Beside numbers a word is a fault of its own.
  assertEquals(ratingsOf(["4", "5", "A"]), [4, 5, 'the rating "A" is not a number']);
});
