import { RowPool } from "../threads/row_pool.ts";
import { assertEquals } from "@std/assert";
import { assembleModel } from "../algorithms/assemble.ts";
import { datasetOf } from "../../testing/datasets.ts";
import { tfidf } from "../algorithms/tfidf.ts";
import { contentSummary } from "./content_summary.ts";

const pool = new RowPool(1);

Deno.test("the summary counts items with neighbours and lists examples by title", async () => {
  const dataset = datasetOf([], { items: 5, features: ["a", "a", "b|c", "b|c", ""] });
  dataset.items.titles = ["Heat", "Casino", "Toy", "Story", "Alone"];
  const { rows: weights } = await tfidf(dataset.items, { keep: 10, pool });
  const model = assembleModel(dataset, { weights, popularity: new Uint32Array(5) }, {
    model_type: "CONTENT",
    algorithm: "tfidf",
    parameters: {},
    gamma: 0.5,
  });
  assertEquals(contentSummary(model), {
    items_with_neighbours: 0.8,
    coverage: 0.8,
    examples: [
      { title: "Heat", neighbours: ["Casino"] },
      { title: "Casino", neighbours: ["Heat"] },
      { title: "Toy", neighbours: ["Story"] },
      { title: "Story", neighbours: ["Toy"] },
    ],
  });
});

Deno.test("an empty catalogue has an empty summary", async () => {
  const dataset = datasetOf([], { items: 0 });
  const { rows: weights } = await tfidf(dataset.items, { keep: 10, pool });
  const model = assembleModel(dataset, { weights, popularity: new Uint32Array(0) }, {
    model_type: "CONTENT",
    algorithm: "tfidf",
    parameters: {},
    gamma: 0.5,
  });
  assertEquals(contentSummary(model), { items_with_neighbours: 0, coverage: 0, examples: [] });
});
