import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Catalogue } from "../dataset/dataset.ts";
import { product, productCost } from "../linalg/product.ts";
import type { RowPool } from "../threads/row_pool.ts";
import { mapEntries, RowsBuilder, transpose } from "../linalg/sparse_rows.ts";
import type { ContentModel, ExcludedTerms } from "./hybrid.ts";
import {
  type FieldForm,
  type FieldKind,
  fieldsOf,
  termReader,
  titleText,
} from "../content/features.ts";
import {
  type ItemText,
  type TermStatistics,
  termStatistics,
  type TermWeighting,
  termWeights,
} from "../content/term_weights.ts";

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
  const weights = model?.weights ?? matrices.map(({ form: { kind } }) => FIELD_WEIGHTS[kind]);
  const { features, norms, terms } = concatenateFields(matrices, weights, items);
  const mean = norms.reduce((sum, norm) => sum + norm * norm, 0) / Math.max(items, 1);
  const { rows, columns, excludedTerms } = withinBudget(features, terms);
  const compared = { norms, shrinkage: shrinkage * mean };
  const nearest = await pool.run({
    kernel: "product",
    input: {
      a: rows,
      b: columns,
      width: items,
      keep,
      rowNorms: norms,
      columnNorms: norms,
      shrinkage: compared.shrinkage,
    },
    rows: items,
    cost: productCost(rows, columns),
    progress,
  });
  const fields = matrices.map(({ form, statistics }, f) => ({
    form,
    statistics,
    weight: weights[f],
  }));
  return {
    features: unitRows(features, norms),
    rows: nearest,
    excludedTerms,
    comparison: { ...compared, fields },
  };
}

/**
 * Returns a function that compares further items with those of a catalogue as `tfidf` would have,
 * by the statistics of the catalogue's terms. It returns the vectors of the further items divided
 * by their lengths, and further items × items with the `keep` nearest neighbours of each.
 */
export function itemComparer(
  { features, comparison: { fields, norms, shrinkage } }: Required<
    Pick<ContentModel, "features" | "comparison">
  >,
  { keep }: { keep: number },
): (items: readonly ItemText[]) => Pick<ContentModel, "features" | "rows"> {
  const scaled = mapEntries(features, (value, item) => value * norms[item]);
  const terms = fields.reduce((sum, { statistics }) => sum + statistics.columns.size, 0);
  const { columns } = withinBudget(scaled, terms);
  const readers = fields.map(({ form }) => termReader(form));
  const weights = fields.map(({ weight }) => weight);
  return (items) => {
    const matrices = fields.map(({ form, statistics }, f) => {
      const terms = items.map((item) => readers[f](cellsOf(item, form)));
      return { statistics, ...weighTerms(terms, statistics) };
    });
    const own = concatenateFields(matrices, weights, items.length);
    const rows = product({
      a: own.features,
      b: columns,
      width: norms.length,
      keep,
      rowNorms: own.norms,
      columnNorms: norms,
      shrinkage,
      isOfOthers: true,
    });
    return { features: unitRows(own.features, own.norms), rows };
  };
}

function cellsOf(item: ItemText, { kind, columns }: FieldForm): string[] {
  return kind === "title" ? [titleText(item)] : columns.map((name) => item.cells.get(name) ?? "");
}

/** Returns the rows divided by their lengths. */
function unitRows(rows: SparseRows, norms: Float64Array): SparseRows {
  return mapEntries(rows, (value, row) => norms[row] > 0 ? value / norms[row] : 0);
}

/** Weighted terms of a field. */
export interface FieldMatrix {
  form: FieldForm;
  statistics: TermStatistics;
  /** Items × terms; only terms of at least two items. */
  rows: SparseRows;
  /** Squared length of each item over all of its terms, 0 to 1. */
  squares: Float64Array;
}

/** Returns a matrix for each field of a catalogue. */
export function fieldMatrices(catalogue: Catalogue, weighting: TermWeighting): FieldMatrix[] {
  return fieldsOf(catalogue).map(({ terms, ...form }) => {
    const statistics = termStatistics({ kind: form.kind, terms }, weighting);
    return { form, statistics, ...weighTerms(terms, statistics) };
  });
}

/**
 * Concatenates the fields to items × terms, scaled by the roots of their weights in the cosine.
 * Returns them with the lengths of the items' vectors over all of their terms.
 */
function concatenateFields(
  matrices: Pick<FieldMatrix, "rows" | "squares" | "statistics">[],
  weights: number[],
  items: number,
): { features: SparseRows; norms: Float64Array; terms: number } {
  const roots = weights.map(Math.sqrt);
  const built = new RowsBuilder(items);
  for (let i = 0; i < items; i++) {
    let first = 0;
    for (const [m, { rows, statistics }] of matrices.entries()) {
      for (let e = rows.offsets[i]; roots[m] > 0 && e < rows.offsets[i + 1]; e++) {
        built.add(first + rows.columns[e], roots[m] * rows.values[e]);
      }
      first += statistics.columns.size;
    }
    built.endRow();
  }
  const norms = Float64Array.from(
    { length: items },
    (_, i) => Math.sqrt(matrices.reduce((sum, { squares }, f) => sum + weights[f] * squares[i], 0)),
  );
  const terms = matrices.reduce((sum, { statistics }) => sum + statistics.columns.size, 0);
  return { features: built.build(), norms, terms };
}

/** Returns a field as items × terms, its rows scaled to their lengths. @param terms by item. */
function weighTerms(
  terms: string[][],
  statistics: TermStatistics,
): Pick<FieldMatrix, "rows" | "squares"> {
  const squares = new Float64Array(terms.length);
  const built = new RowsBuilder(terms.length);
  const weigh = termWeights(statistics);
  terms.forEach((list, item) => {
    const { entries, square } = weigh(list);
    squares[item] = square;
    for (const [column, value] of entries) built.add(column, value);
    built.endRow();
  });
  return { rows: built.build(), squares };
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
