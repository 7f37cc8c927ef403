import type { Model } from "../../functions/recommender/model/model.ts";
import { rank } from "../../functions/recommender/model/rank.ts";
import { stringAt } from "../../functions/recommender/model/string_table.ts";
import { CUTOFF } from "./evaluate.ts";
import type { Report } from "../../functions/recommender/report/report.ts";

const EXAMPLES = 5;
/** Maximum number of lists for the coverage, spread evenly over the catalogue. */
const LISTS = 5000;

/**
 * Returns figures of content neighbours that need no interactions: the share of items with
 * neighbours, their coverage of the catalogue, and examples.
 */
export function contentSummary(model: Model): NonNullable<Report["content"]> {
  const { offsets } = model.similar ?? model.weights;
  const items = offsets.length - 1;
  const title = (item: number) => stringAt(model.items.titles, item);
  const linked = Uint32Array.from({ length: items }, (_, i) => i)
    .filter((i) => offsets[i + 1] > offsets[i]);
  const reached = new Set<number>();
  for (const item of spread(linked, LISTS)) {
    for (const { item: other, score } of rank(model, { item, n: CUTOFF })) {
      if (score > 0) reached.add(other);
    }
  }
  return {
    items_with_neighbours: items > 0 ? linked.length / items : 0,
    coverage: items > 0 ? reached.size / items : 0,
    examples: spread(linked, EXAMPLES).map((item) => ({
      title: title(item),
      neighbours: rank(model, { item, n: 3 }).filter(({ score }) => score > 0)
        .map(({ item }) => title(item)),
    })),
  };
}

/** Returns at most `n` of the indices, spread evenly from first to last. */
function spread(indices: Uint32Array, n: number): number[] {
  const count = Math.min(n, indices.length);
  return Array.from({ length: count }, (_, e) => indices[Math.floor(e * indices.length / count)]);
}
