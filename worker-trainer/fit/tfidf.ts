import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Catalogue } from "../dataset/dataset.ts";
import { productCost } from "../linalg/product.ts";
import type { RowPool } from "../linalg/row_pool.ts";
import { normaliseRows, rowNorms, RowsBuilder, transpose } from "../linalg/sparse_rows.ts";
import type { Content } from "./hybrid.ts";
import { type Field, type FieldKind, fields } from "./features.ts";

/** What a field counts beside the others where nothing was learned of it. */
const FIELD_WEIGHTS: Record<FieldKind, number> = {
  title: 0.25,
  categories: 1,
  text: 1,
  number: 0.25,
};
/** Multiplications that comparing all items may cost; the commonest terms are left out beyond. */
const BUDGET = 2e9;

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
 * Each item's nearest by what is said of it: the cosine of term vectors, in which every field has
 * unit length before it is weighed, so that a long text does not drown the categories.
 *
 *     tfidf   (1 + ln tf_it) · ln((1 + N) / (1 + df_t))
 *     bm25    tf_it · (k₁ + 1) / (tf_it + k₁ (1 − b + b · l_i / l)) · ln((1 + N) / (1 + df_t))
 *
 *     S_ij = f_i · f_j / (‖f_i‖ · ‖f_j‖ + shrinkage)
 *
 * @returns the vectors at length 1, and items × items without a diagonal.
 */
export async function tfidf(
  catalogue: Catalogue,
  { keep, pool, model, shrinkage = 0, progress }: TfidfOptions,
): Promise<Content> {
  const items = catalogue.ids.length;
  const matrices = fieldMatrices(catalogue, model?.weighting ?? "tfidf");
  const weights = model?.weights ?? matrices.map(({ kind }) => FIELD_WEIGHTS[kind]);
  const { features, terms } = sideBySide(matrices, weights, items);
  const norms = rowNorms(features, "l2");
  const mean = norms.reduce((sum, norm) => sum + norm * norm, 0) / Math.max(items, 1);
  const { rows, columns } = affordable(features, terms);
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
  return { features: normaliseRows(features, "l2"), rows: nearest };
}

/** A field's terms, weighed: items × terms in rows of length 1. */
export interface FieldMatrix {
  name: string;
  kind: FieldKind;
  rows: SparseRows;
  terms: number;
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

/** One field as items × terms in unit rows. Terms that one item alone has compare nothing. */
function weigh(
  { terms }: Field,
  items: number,
  weighting: TermWeighting,
): { rows: SparseRows; terms: number } {
  const frequency = new Map<string, number>();
  for (const list of terms) {
    for (const term of new Set(list)) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  }
  const shared = [...frequency].filter(([, count]) => count > 1);
  const columns = new Map(shared.map(([term], column) => [term, column]));
  const idf = shared.map(([, count]) => Math.log((1 + items) / (1 + count)));
  const length = terms.reduce((sum, list) => sum + list.length, 0) / Math.max(items, 1);
  const built = new RowsBuilder(items);
  for (const list of terms) {
    const long = K1 * (1 - B + B * list.length / length);
    const counts = new Map<number, number>();
    for (const term of list) {
      const column = columns.get(term);
      if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
    }
    for (const [column, count] of [...counts].sort(([a], [b]) => a - b)) {
      const often = weighting === "bm25" ? count * (K1 + 1) / (count + long) : 1 + Math.log(count);
      built.add(column, often * idf[column]);
    }
    built.endRow();
  }
  return { rows: normaliseRows(built.build(), "l2"), terms: shared.length };
}

/**
 * The features and their transpose without the commonest terms, as far as comparing would cost more
 * than the budget: a term of df items costs df² multiplications and says the least.
 */
function affordable(
  features: SparseRows,
  terms: number,
): { rows: SparseRows; columns: SparseRows } {
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
  return { rows, columns: transpose(rows, terms) };
}
