import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Catalogue } from "../dataset/dataset.ts";
import { productCost } from "../linalg/product.ts";
import type { RowPool } from "../linalg/row_pool.ts";
import { normaliseRows, RowsBuilder, transpose } from "../linalg/sparse_rows.ts";
import type { Content } from "./hybrid.ts";
import { type Field, type FieldKind, fields } from "./features.ts";

/** What a field counts beside the others. */
const FIELD_WEIGHTS: Record<FieldKind, number> = {
  title: 0.5,
  categories: 1,
  text: 1,
  number: 0.5,
};
/** Multiplications that comparing all items may cost; the commonest terms are left out beyond. */
const BUDGET = 2e9;

/** What comparing texts needs beside them. */
export interface TfidfOptions {
  /** Neighbours of an item at most. */
  keep: number;
  pool: RowPool;
  progress?: (share: number) => void;
}

/**
 * Each item's nearest by what is said of it: the cosine of TF-IDF vectors, in which every field has
 * unit length before it is weighed, so that a long text does not drown the categories.
 *
 *     tf-idf_it = (1 + ln tf_it) · ln((1 + N) / (1 + df_t)),   S_ij = f_i · f_j / (‖f_i‖ · ‖f_j‖)
 *
 * @returns the vectors, and items × items without a diagonal.
 */
export async function tfidf(
  catalogue: Catalogue,
  { keep, pool, progress }: TfidfOptions,
): Promise<Content> {
  const items = catalogue.ids.length;
  const { features, terms } = vectors(fields(catalogue), items);
  const unit = normaliseRows(features, "l2");
  const { rows, columns } = affordable(unit, terms);
  const nearest = await pool.run({
    kernel: "product",
    input: { a: rows, b: columns, width: items, keep },
    rows: items,
    cost: productCost(rows, columns),
    progress,
  });
  return { features: unit, rows: nearest };
}

/** All fields side by side: items × terms. */
function vectors(all: Field[], items: number): { features: SparseRows; terms: number } {
  const matrices = all.map((field) => ({
    ...weigh(field, items),
    weight: FIELD_WEIGHTS[field.kind],
  }));
  const built = new RowsBuilder(items);
  for (let i = 0; i < items; i++) {
    let first = 0;
    for (const { rows, terms, weight } of matrices) {
      for (let e = rows.offsets[i]; e < rows.offsets[i + 1]; e++) {
        built.add(first + rows.columns[e], weight * rows.values[e]);
      }
      first += terms;
    }
    built.endRow();
  }
  return { features: built.build(), terms: matrices.reduce((sum, { terms }) => sum + terms, 0) };
}

/** One field as items × terms in unit rows. Terms that one item alone has compare nothing. */
function weigh({ terms }: Field, items: number): { rows: SparseRows; terms: number } {
  const frequency = new Map<string, number>();
  for (const list of terms) {
    for (const term of new Set(list)) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  }
  const shared = [...frequency].filter(([, count]) => count > 1);
  const columns = new Map(shared.map(([term], column) => [term, column]));
  const idf = shared.map(([, count]) => Math.log((1 + items) / (1 + count)));
  const built = new RowsBuilder(items);
  for (const list of terms) {
    const counts = new Map<number, number>();
    for (const term of list) {
      const column = columns.get(term);
      if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
    }
    for (const [column, count] of [...counts].sort(([a], [b]) => a - b)) {
      built.add(column, (1 + Math.log(count)) * idf[column]);
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
