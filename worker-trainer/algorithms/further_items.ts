/** Rows of items that came after the training of a model. */
import type { Model, SparseRows } from "../../functions/recommender/model/model.ts";
import type { ModelContent } from "../content/features_file.ts";
import type { ItemText } from "../content/term_weights.ts";
import { strongest } from "../linalg/strongest.ts";
import { scaleOf, weightsForFurther, withDiagonal } from "./hybrid.ts";
import { itemComparer } from "./tfidf.ts";

/** Maximum number of nearest items, and of weights kept of a further item. */
const NEIGHBOURS = 100;
const MOST_WEIGHTS = 200;
/** Share of content in `similar`; see `similarRows`. */
const SIMILAR_SHARE = 0.5;

/** Row of a further item: its weights with items of the model. */
export interface FurtherRow {
  /** Ascending indices of the model's items. */
  items: Uint32Array;
  /** On the scale of the model's weights. */
  weights: Float32Array;
  /** On the scale of its `similar`, if it has it. */
  similar?: Float32Array;
}

/**
 * Returns a function that computes the rows of further items. In a content model they are the
 * cosines with the nearest items. In a hybrid, they are the weights of a cold item, estimated from
 * the served weights instead of the learned ones:
 *
 *     (1 − share) · C_hj + share · scale · S_hj
 *
 * with C by `weightsForFurther`, the model's share of content, and the cosines S on the scale of
 * the weights. The same weights serve for the further item in a history.
 */
export function furtherItemRows(
  { manifest, weights, similar, items: { popularity } }: Model,
  content: ModelContent,
): (further: readonly ItemText[]) => FurtherRow[] {
  const compare = itemComparer(content, { keep: NEIGHBOURS });
  const scale = scaleOf(weights) / (content.scale || 1);
  const isWarm = popularity.some((count) => count > 0);
  const share = Number(manifest.parameters.content_share ?? 0);
  const contentShare = (item: number) => popularity[item] > 0 ? share : 1;
  const learned = isWarm ? { weights: withDiagonal(weights), popularity } : undefined;
  const { features } = content;
  const values = new Float32Array(popularity.length);
  const cosines = new Float32Array(popularity.length);
  const indices = new Uint32Array(popularity.length);
  return (further) => {
    const { rows } = compare(further);
    const reached = learned && weightsForFurther(learned, { features, rows });
    return further.map((_, j) => {
      const near = rowOf(rows, j);
      const estimates = reached && rowOf(reached, j);
      estimates?.columns.forEach((i, e) => {
        values[i] = (1 - contentShare(i)) * estimates.values[e];
      });
      near.columns.forEach((i, e) => {
        values[i] += contentShare(i) * (learned ? scale : 1) * near.values[e];
        cosines[i] = near.values[e];
      });
      const all = new Set([...near.columns, ...estimates?.columns ?? []]);
      indices.set([...all]);
      const kept = strongest(indices, values, { count: all.size, k: MOST_WEIGHTS });
      const items = Uint32Array.from(new Set([...indices.subarray(0, kept), ...near.columns]))
        .sort();
      const row = {
        items,
        weights: Float32Array.from(items, (i) => values[i]),
        ...(similar && {
          similar: Float32Array.from(items, (i) => SIMILAR_SHARE * cosines[i] / content.scale),
        }),
      };
      for (const i of all) values[i] = cosines[i] = 0;
      return row;
    });
  };
}

function rowOf({ offsets, columns, values }: SparseRows, row: number) {
  const [start, end] = [offsets[row], offsets[row + 1]];
  return { columns: columns.subarray(start, end), values: values.subarray(start, end) };
}
