import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Catalogue } from "../dataset/dataset.ts";
import { productCost } from "../linalg/product.ts";
import type { RowPool } from "../threads/row_pool.ts";
import { mapEntries, RowsBuilder, transpose } from "../linalg/sparse_rows.ts";
import type { ContentModel, ExcludedTerms } from "./hybrid.ts";
import { type Field, type FieldKind, fieldsOf } from "../content/features.ts";

/** Default weights by kind of field. */
const FIELD_WEIGHTS: Record<FieldKind, number> = {
  title: 0.2,
  categories: 1,
  text: 1,
  number: 0.25,
};
/**
 * Multiplications for comparing all items, some seconds; the most common terms are excluded beyond.
 * MovieLens-small needs less than a tenth.
 */
const BUDGET = 1e9;

/** Weighting of terms that occur several times, with or without the length of the text. */
export type TermWeighting = "tfidf" | "bm25";

/** Parameters of the comparison of texts. */
export interface TextParameters {
  weighting: TermWeighting;
  /** Weight of each field in the cosine, in the order of the fields; not negative. */
  weights: number[];
}

/** Options of the comparison. */
export interface TfidfOptions {
  /** Maximum number of neighbours of an item. */
  keep: number;
  pool: RowPool;
  /** TF-IDF with weights by kind of field, if absent. */
  model?: TextParameters;
  /** Shrinkage of items with short texts, as a share of the mean squared length. */
  shrinkage?: number;
  progress?: (share: number) => void;
}

const K1 = 1.2;
const B = 0.75;

/**
 * Returns each item's nearest neighbours by its texts: the cosine of term vectors. Weights of terms
 * within a field:
 *
 *     tfidf   (1 + ln tf_it) · idf_t
 *     bm25    tf_it · (k₁ + 1) / (tf_it + k₁ (1 − b + b · l_i / l)) · idf_t
 *     idf_t = ln((1 + N) / (1 + df_t)), squared in titles, where rare words name a series
 *
 * A field's vector f_i, with its length ‖f_i‖ over all of its terms, is scaled to the length
 *
 *     √w                                     titles
 *     √(w · √min(1, ‖f_i‖ / ln(1 + N)))      all other fields
 *
 * so that long texts do not dominate categories, and a value that nearly all items share adds
 * little. Then
 *
 *     S_ij = f_i · f_j / (‖f_i‖ · ‖f_j‖ + shrinkage)
 *
 * over the concatenated fields. Terms of a single item count in the lengths, although they match
 * nothing: an item described mostly by such terms is not similar to those that share the rest.
 *
 * @returns the vectors divided by their lengths, and items × items without a diagonal.
 */
export async function tfidf(
  catalogue: Catalogue,
  { keep, pool, model, shrinkage = 0, progress }: TfidfOptions,
): Promise<ContentModel> {
  const items = catalogue.ids.length;
  const matrices = fieldMatrices(catalogue, model?.weighting ?? "tfidf");
  const weights = model?.weights ?? matrices.map(({ kind }) => FIELD_WEIGHTS[kind]);
  const { features, terms } = concatenateFields(matrices, weights, items);
  const norms = Float64Array.from(
    { length: items },
    (_, i) => Math.sqrt(matrices.reduce((sum, { squares }, f) => sum + weights[f] * squares[i], 0)),
  );
  const mean = norms.reduce((sum, norm) => sum + norm * norm, 0) / Math.max(items, 1);
  const { rows, columns, excludedTerms } = withinBudget(features, terms);
  const nearest = await pool.run({
    kernel: "product",
    input: {
      a: rows,
      b: columns,
      width: items,
      keep,
      rowNorms: norms,
      columnNorms: norms,
      shrinkage: shrinkage * mean,
    },
    rows: items,
    cost: productCost(rows, columns),
    progress,
  });
  const unit = mapEntries(features, (value, item) => norms[item] > 0 ? value / norms[item] : 0);
  return { features: unit, rows: nearest, excludedTerms };
}

/** Weighted terms of a field. */
export interface FieldMatrix {
  name: string;
  kind: FieldKind;
  /** Items × terms; only terms of at least two items. */
  rows: SparseRows;
  terms: number;
  /** Squared length of each item over all of its terms, 0 to 1. */
  squares: Float64Array;
}

/** Returns a matrix for each field of a catalogue. */
export function fieldMatrices(catalogue: Catalogue, weighting: TermWeighting): FieldMatrix[] {
  return fieldsOf(catalogue).map((field) => ({
    name: field.name,
    kind: field.kind,
    ...weighTerms(field, catalogue.ids.length, weighting),
  }));
}

/** Concatenates the fields to items × terms, scaled by the roots of their weights in the cosine. */
function concatenateFields(
  matrices: FieldMatrix[],
  weights: number[],
  items: number,
): { features: SparseRows; terms: number } {
  const roots = weights.map(Math.sqrt);
  const built = new RowsBuilder(items);
  for (let i = 0; i < items; i++) {
    let first = 0;
    for (const [m, { rows, terms }] of matrices.entries()) {
      for (let e = rows.offsets[i]; roots[m] > 0 && e < rows.offsets[i + 1]; e++) {
        built.add(first + rows.columns[e], roots[m] * rows.values[e]);
      }
      first += terms;
    }
    built.endRow();
  }
  return { features: built.build(), terms: matrices.reduce((sum, { terms }) => sum + terms, 0) };
}

/** Returns a field as items × terms, its rows scaled to their lengths. */
function weighTerms(
  { terms, kind }: Field,
  items: number,
  weighting: TermWeighting,
): Pick<FieldMatrix, "rows" | "terms" | "squares"> {
  const frequency = new Map<string, number>();
  for (const list of terms) {
    for (const term of new Set(list)) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  }
  const shared = [...frequency].filter(([, count]) => count > 1);
  const columns = new Map(shared.map(([term], column) => [term, column]));
  const isTitle = kind === "title";
  const idfOf = (count: number) => Math.log((1 + items) / (1 + count)) ** (isTitle ? 2 : 1);
  const idf = shared.map(([, count]) => idfOf(count));
  const idfOfOne = idfOf(1);
  const rarest = Math.log(1 + items);
  const squareOf = (length: number) => isTitle ? 1 : Math.sqrt(Math.min(1, length / rarest));
  const length = terms.reduce((sum, list) => sum + list.length, 0) / Math.max(items, 1);
  const squares = new Float64Array(items);
  const built = new RowsBuilder(items);
  terms.forEach((list, item) => {
    const long = K1 * (1 - B + B * list.length / length);
    const often = (count: number) =>
      weighting === "bm25" ? count * (K1 + 1) / (count + long) : 1 + Math.log(count);
    const counts = new Map<string, number>();
    for (const term of list) counts.set(term, (counts.get(term) ?? 0) + 1);
    const entries: [column: number, value: number][] = [];
    let sum = 0;
    for (const [term, count] of counts) {
      const column = columns.get(term);
      const value = often(count) * (column === undefined ? idfOfOne : idf[column]);
      sum += value * value;
      if (column !== undefined) entries.push([column, value]);
    }
    if (sum > 0) squares[item] = squareOf(Math.sqrt(sum));
    for (const [column, value] of entries.sort(([a], [b]) => a - b)) {
      if (sum > 0) built.add(column, Math.sqrt(squares[item] / sum) * value);
    }
    built.endRow();
  });
  return { rows: built.build(), terms: shared.length, squares };
}

/**
 * Returns the features and their transpose, without the most common terms if comparing would exceed
 * the budget: a term of df items costs df² multiplications and is the least informative.
 */
function withinBudget(
  features: SparseRows,
  terms: number,
): { rows: SparseRows; columns: SparseRows; excludedTerms?: ExcludedTerms } {
  const columns = transpose(features, terms);
  const frequency = Uint32Array.from(
    { length: terms },
    (_, t) => columns.offsets[t + 1] - columns.offsets[t],
  );
  let cost = 0;
  let limit = Infinity;
  for (const df of frequency.slice().sort()) {
    cost += df * df;
    if (cost > BUDGET) {
      limit = df;
      break;
    }
  }
  if (limit === Infinity) return { rows: features, columns };
  const items = features.offsets.length - 1;
  const built = new RowsBuilder(items, features.columns.length);
  for (let i = 0; i < items; i++) {
    for (let e = features.offsets[i]; e < features.offsets[i + 1]; e++) {
      const term = features.columns[e];
      if (frequency[term] < limit) built.add(term, features.values[e]);
    }
    built.endRow();
  }
  const rows = built.build();
  const excludedTerms = { terms: frequency.filter((df) => df >= limit).length, sharedBy: limit };
  return { rows, columns: transpose(rows, terms), excludedTerms };
}
