import { assertEquals } from "@std/assert";
import { REPORT as WHOLE } from "../../testing/report.ts";
import { reportOf } from "../api/report.ts";
import { qualityAtAGlance, qualityInWords } from "./quality_in_words.ts";

const metrics = (recall: number) => ({ ...WHOLE.test!.metrics, ndcg: recall, recall });
/** Without a measured quality. */
const REPORT = { ...WHOLE, test: undefined, content: undefined, warnings: [] };

Deno.test("a measured model is compared with popularity and chance", () => {
  const test = {
    ...WHOLE.test!,
    ...{ metrics: metrics(.284), popularity: metrics(.12), random: metrics(.01) },
  };
  assertEquals(
    qualityInWords({ ...REPORT, test }),
    "The top 10 contain 28.4% of the held-out interactions. " +
      "The most popular items contain 12%, so the model finds 2.4 times as many; a random list contains 1%.",
  );
  assertEquals(
    qualityAtAGlance({ recall: .284, popularity_recall: .12 }),
    "recall 28.4% (popular items 12%)",
  );
});

Deno.test("quality that was not measured is not rated", () => {
  assertEquals(
    qualityAtAGlance({ items_with_neighbours: .97 }),
    "97% of items have similar items",
  );
  assertEquals(qualityAtAGlance({}), "not measured");
  assertEquals(qualityAtAGlance(null), "not measured");
  assertEquals(
    qualityInWords({ ...REPORT, warnings: ["No user could be judged."] }),
    "No user could be judged.",
  );
});

Deno.test("a report of another format is ignored", () => {
  assertEquals(reportOf(null), null);
  assertEquals(reportOf({ ...REPORT, format_version: 2 as 1 }), null);
  assertEquals(reportOf(REPORT)?.data.items, 1_234);
});
