import { assertEquals } from "@std/assert";
import type { Liking } from "../../functions/recommender/model/history/liking.ts";
import { datasetOf } from "../../testing/datasets.ts";
import { dataSummary } from "./data_summary.ts";

const STARS = datasetOf([[0, 1, 2, 3], [0, 1, 2]], {
  items: 4,
  ratings: [[5, 4, 2, 1], [5, 4, 1]],
});

Deno.test("the report says how ratings were read, with the commonest limit", () => {
  const { liking } = dataSummary(STARS, "COLLABORATIVE").data;
  assertEquals(
    liking!.says,
    [
      "Ratings below the user's own mean do not count as liked; the commonest limit is 4.",
      "Of 7 interactions 4 count as liked, 3 as seen and 0 as rejected.",
    ].join(" "),
  );
  const signs = datasetOf([[0, 1], [2]], { items: 3, ratings: [[1, -1], [0]] });
  const { liking: by } = dataSummary(signs, "COLLABORATIVE").data;
  assertEquals([by!.liked, by!.neutral, by!.rejected], [1, 1, 1]);
  const rules: [Liking, string][] = [
    [
      { rule: "all" },
      "Every interaction counts as liked, unless its event type has another weight.",
    ],
    [{ rule: "above_zero" }, "Ratings above 0 count as liked, and those below 0 as rejected."],
    [
      { rule: "amount", usual: 1 },
      "Ratings are amounts: each above 0 counts as liked, by its logarithm.",
    ],
    [{ rule: "from", limit: 4 }, "Ratings of 4 and above count as liked, as set for this project."],
  ];
  for (const [liking, says] of rules) {
    const found = dataSummary({ ...STARS, liking }, "COLLABORATIVE").data.liking!.says;
    assertEquals(found.startsWith(says), true, found);
  }
});
