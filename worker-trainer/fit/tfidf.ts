import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Catalogue } from "../dataset/dataset.ts";
import { productCost } from "../linalg/product.ts";
import type { RowPool } from "../linalg/row_pool.ts";
import { mapEntries, RowsBuilder, transpose } from "../linalg/sparse_rows.ts";
import type { Content, LeftOut } from "./hybrid.ts";
import { type Field, type FieldKind, fields } from "./features.ts";

/** Weights of the kinds of fields where none were learned. */
const FIELD_WEIGHTS: Record<FieldKind, number> = {
  title: 0.2,
  categories: 1,
  text: 1,
  number: 0.25,
};
/**
 * Multiplications that comparing all items may cost, some seconds; the commonest terms are left out
 * beyond. MovieLens-small takes less than a tenth.
 */
const BUDGET = 1e9;

/** How much a term counts that comes several times, by length of the text or not. */
export type TermWeighting = "tfidf" | "bm25";

/** How texts are compared. */
export interface TextModel {
  weighting: TermWeighting;
  /** What each field counts in the cosine, in the order of the fields; not negative. */
  weights: number[];
}

/** What comparing texts needs beside them. */
export interface TfidfOptions {
  /** Neighbours of an item at most. */
  keep: number;
  pool: RowPool;
  /** TF-IDF with weights by the kind of a field, where absent. */
  model?: TextModel;
  /** Share of the mean squared length added to the divisor: who is said little of is like nobody. */
  shrinkage?: number;
  progress?: (share: number) => void;
}

const K1 = 1.2;
const B = 0.75;

/**
 * Each item's nearest by its texts: the cosine of term vectors. Within a field terms weigh
 *
 *     tfidf   (1 + ln tf_it) · idf_t
 *     bm25    tf_it · (k₁ + 1) / (tf_it + k₁ (1 − b + b · l_i / l)) · idf_t
 *     idf_t = ln((1 + N) / (1 + df_t)), squared in titles, where rare words name a series
 *
 * and a field's vector f_i, its length ‖f_i‖ taken over all of its terms, is brought to the length
 *
 *     √w                                     titles
 *     √(w · √min(1, ‖f_i‖ / ln(1 + N)))      all other fields
 *
 * so that a long text does not drown the categories, and a value that nearly all items share adds
 * little: what two items share counts by how rare it is. Then
 *
 *     S_ij = f_i · f_j / (‖f_i‖ · ‖f_j‖ + shrinkage)
 *
 * over all fields side by side. A term of one item alone compares nothing but counts in the lengths:
 * an item that is described by such terms is not like those with whom it shares the little rest.
 *
 * @returns the vectors divided by their lengths, and items × items without a diagonal.
 */
export async function tfidf(
  catalogue: Catalogue,
  { keep, pool, model, shrinkage = 0, progress }: TfidfOptions,
): Promise<Content> {
  const items = catalogue.ids.length;
  const matrices = fieldMatrices(catalogue, model?.weighting ?? "tfidf");
  const weights = model?.weights ?? matrices.map(({ kind }) => FIELD_WEIGHTS[kind]);
  const { features, terms } = sideBySide(matrices, weights, items);
  const norms = Float64Array.from(
    { length: items },
    (_, i) => Math.sqrt(matrices.reduce((sum, { squares }, f) => sum + weights[f] * squares[i], 0)),
  );
  const mean = norms.reduce((sum, norm) => sum + norm * norm, 0) / Math.max(items, 1);
  const { rows, columns, leftOut } = affordable(features, terms);
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
  return { features: unit, rows: nearest, leftOut };
}

/** A field's terms, weighted. */
export interface FieldMatrix {
  name: string;
  kind: FieldKind;
  /** Items × terms that at least two items have. */
  rows: SparseRows;
  terms: number;
  /** Each item's squared length over all of its terms, 0 to 1. */
  squares: Float64Array;
}

/** The fields of a catalogue, each a matrix of its own. */
export function fieldMatrices(catalogue: Catalogue, weighting: TermWeighting): FieldMatrix[] {
  return fields(catalogue).map((field) => ({
    name: field.name,
    kind: field.kind,
    ...weigh(field, catalogue.ids.length, weighting),
  }));
}

/** All fields side by side, items × terms, each with the root of its weight in the cosine. */
function sideBySide(
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

/** One field as items × terms, its rows brought to their lengths. */
function weigh(
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
 * The features and their transpose without the commonest terms, as far as comparing would cost more
 * than the budget: a term of df items costs df² multiplications and says the least.
 */
function affordable(
  features: SparseRows,
  terms: number,
): { rows: SparseRows; columns: SparseRows; leftOut?: LeftOut } {
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
  const leftOut = { terms: frequency.filter((df) => df >= limit).length, sharedBy: limit };
  return { rows, columns: transpose(rows, terms), leftOut };
}
