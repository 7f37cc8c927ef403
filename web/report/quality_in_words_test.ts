import { assertEquals } from "@std/assert";
import { type Report, reportOf } from "../api/report.ts";
import { qualityAtAGlance, qualityInWords } from "./quality_in_words.ts";

const metrics = (recall: number) => ({ ndcg: recall, recall, coverage: .5 });
const REPORT: Report = {
  data: { items: 9, cold_items: 0, users: 4, interactions: 20 },
  candidates: [],
  chosen: { algorithm: "ease" },
  warnings: [],
};

Deno.test("a measured model is compared with popularity and chance", () => {
  const test = { metrics: metrics(.284), popularity: metrics(.12), random: metrics(.01) };
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

Deno.test("what cannot be measured is not praised", () => {
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

Deno.test("a report of another format is none", () => {
  assertEquals(reportOf(null), null);
  assertEquals(reportOf({ format: "airec-report", format_version: 2 }), null);
  assertEquals(reportOf({ ...REPORT, format: "airec-report", format_version: 1 })?.data.items, 9);
});
