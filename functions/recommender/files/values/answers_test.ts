import { COMMON } from "../dialect.ts";
import { assertEquals } from "@std/assert";
import { answerOf } from "./answers.ts";
import { FileEvidence } from "../columns/column_forms.ts";
import { interactionRows, isRejection } from "../rows/rows.ts";

const COLUMNS = ["u", "i", "liked"];

Deno.test("words for no and yes are 0 and 1, a dislike is −1, other words are no ratings", () => {
  const words = ["TRUE", "false", " Yes ", "nein", "👎", "dislike", "maybe", ""];
  assertEquals(words.map(answerOf), [1, 0, 1, 0, -1, -1, NaN, NaN]);
});

Deno.test("a column of answers has ratings of 0 and 1; among numbers a word is none", () => {
  const mapping = { user_id: "u", item_id: "i", rating: "liked" };
  const ratings = (cells: string[]) => {
    const evidence = new FileEvidence("INTERACTION", mapping, {
      columns: COLUMNS,
      dialect: COMMON,
    });
    for (const liked of cells) evidence.rating!.add(liked);
    const read = interactionRows(mapping, COLUMNS, evidence.decide());
    return cells.map((liked) => {
      const row = read({ line: 2, cells: ["ann", "x", liked] });
      return isRejection(row) ? row.reason : row.rating;
    });
  };
  assertEquals(ratings(["true", "False", "", "TRUE"]), [1, 0, null, 1]);
  assertEquals(ratings(["👍", "👎", "👍"]), [1, -1, 1]);
  assertEquals(ratings(["4", "5", "no"]), [4, 5, 'the rating "no" is not a number']);
});
