/** Combines rows learned from interactions with rows from texts. */
import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { TextComparison } from "../content/term_weights.ts";
import { inverseOfFactor } from "../linalg/inverse_of_factor.ts";
import { product } from "../linalg/product.ts";
import { parallelSum } from "../threads/parallel_products.ts";
import type { RowPool } from "../threads/row_pool.ts";
import {
  mapEntries,
  rowCount,
  rowDot,
  RowsBuilder,
  sharedFloats,
  sharedIntegers,
  transpose,
} from "../linalg/sparse_rows.ts";
import { strongest } from "../linalg/strongest.ts";
import { ENTRY_COST, type WeightedRows } from "../linalg/weighted_sum.ts";

/** Returns the scale of a matrix: the mean of its rows' positive maxima. */
export function scaleOf(matrix: SparseRows): number {
  let sum = 0;
  let rows = 0;
  for (let i = 0; i < rowCount(matrix); i++) {
    let top = 0;
    for (let e = matrix.offsets[i]; e < matrix.offsets[i + 1]; e++) {
      if (matrix.values[e] > top) top = matrix.values[e];
    }
    if (top > 0) {
      sum += top;
      rows++;
    }
  }
  return rows > 0 ? sum / rows : 0;
}

/** Shares of the content rows that are tried in a hybrid. */
export const CONTENT_SHARES = [0, 0.1, 0.3, 0.5];
/** The default share, without evidence for another. */
export const DEFAULT_CONTENT_SHARE = 0.3;

/** Content features and neighbours of the items. */
export interface ContentModel {
  /** Items × terms; rows have length 1. */
  features: SparseRows;
  /** Nearest neighbours of each item by cosine. */
  rows: SparseRows;
  /** Terms excluded from the comparison because too many items share them; absent if none. */
  excludedTerms?: ExcludedTerms;
  /** How they were compared, as `tfidf` returns it. */
  comparison?: TextComparison;
}

/** Terms excluded from a comparison. */
export interface ExcludedTerms {
  terms: number;
  /** Number of items with the least common of them. */
  sharedBy: number;
}

/** The two parts of a hybrid. */
export interface HybridParts {
  /** Weights learned from interactions. */
  weights: SparseRows;
  content: ContentModel;
}

/**
 * Returns the weights of a hybrid: those learned from interactions, extended to cold items by
 * `extendToColdItems`, plus the content rows at the same scale and with their share. Without
 * learned weights, the content rows alone.
 * @returns a function of the share, so that several can be tried with one extension.
 */
export async function hybridRows(
  { weights, content }: HybridParts,
  { popularity, served: keep }: { popularity: Uint32Array; served: number },
  pool: RowPool,
): Promise<(share: number) => Promise<SparseRows>> {
  const scale = scaleOf(weights);
  if (scale === 0) return () => Promise.resolve(content.rows);
  const extended = await extendToColdItems({ weights, content }, { popularity, keep, pool });
  const ratio = scale / (scaleOf(content.rows) || 1);
  return (share) =>
    parallelSum([
      ...extended.map(({ rows, weight }) => ({ rows, weight: (1 - share) * weight })),
      ...(share > 0 ? [{ rows: content.rows, weight: share * ratio }] : []),
    ], { keep, pool });
}

/** Returns the neighbours of each item, by content and interactions in equal shares. */
export function similarRows(
  { weights, content }: HybridParts,
  options: { keep: number; pool: RowPool },
): Promise<SparseRows> {
  return parallelSum([
    { rows: maxNormaliseRows(weights), weight: 0.5 },
    { rows: maxNormaliseRows(content.rows), weight: 0.5 },
  ], options);
}

/** Returns the matrix with each row divided by its largest value, if that is positive. */
export function maxNormaliseRows(matrix: SparseRows): SparseRows {
  const tops = new Float64Array(rowCount(matrix));
  for (let i = 0; i < tops.length; i++) {
    for (let e = matrix.offsets[i]; e < matrix.offsets[i + 1]; e++) {
      if (matrix.values[e] > tops[i]) tops[i] = matrix.values[e];
    }
  }
  return mapEntries(matrix, (value, row) => tops[row] > 0 ? value / tops[row] : value);
}

/** Maximum number of warm items from which a cold one is estimated. */
const MAX_PROXIES = 10;
/** λ: the larger, the less a cold item gets from dissimilar warm ones. */
const RIDGE = 1;

/**
 * Extends weights to items without interactions. The weight of a history item h for a cold item j
 * is estimated from the weights of h for the warm items similar to j, where the weight of h for
 * itself is its largest for any other. Cold items are thus on the scale of warm items, and below
 * them:
 *
 *     C_hj = Σ_i W̃_hi · S_ij,   W̃_hi = W_hi,   W̃_hh = max W_h,   S_·j = (K + λI)⁻¹ K_·j
 *
 * with i over the warm items most similar to j, and K their cosines: kernel ridge regression on the
 * neighbours of j, so that several similar neighbours together count like one. The rows of cold
 * items are their content rows.
 * @param popularity interactions of each item; 0 for cold ones.
 * @returns the parts whose sum are the weights.
 */
export async function extendToColdItems(
  { weights, content }: HybridParts,
  { popularity, keep, pool }: { popularity: Uint32Array; keep: number; pool: RowPool },
): Promise<WeightedRows[]> {
  const learned = { rows: weights, weight: 1 };
  if (popularity.every((count) => count > 0)) return [learned];
  const items = popularity.length;
  const isCold = (item: number) => popularity[item] === 0;
  const shares = transpose(warmProxies(content, { popularity, isCold }), items);
  const a = withDiagonal(weights);
  const reached = await pool.run({
    kernel: "product",
    input: { a, b: shares, width: items, keep: Math.max(10, Math.floor(keep / 4)) },
    rows: items,
    cost: ENTRY_COST * a.columns.length,
  });
  const ownRows = mapEntries(
    maxNormaliseRows(content.rows),
    (value, row) => isCold(row) ? value : 0,
  );
  return [learned, { rows: reached, weight: 1 }, { rows: ownRows, weight: scaleOf(weights) }];
}

/**
 * Returns the weights of the items for further ones, estimated as `extendToColdItems` does.
 * @param model.weights of the items, with `withDiagonal`.
 * @param content the unit features of the items, and the nearest items of each further one.
 * @returns further items × items.
 */
export function weightsForFurther(
  { weights, popularity }: { weights: SparseRows; popularity: Uint32Array },
  content: Pick<ContentModel, "features" | "rows">,
): SparseRows {
  const proxies = warmProxies(content, { popularity, isCold: () => true });
  const width = rowCount(proxies);
  const shares = transpose(proxies, popularity.length);
  return transpose(
    product({ a: weights, b: shares, width, keep: width, isOfOthers: true }),
    width,
  );
}

/**
 * Returns rows × items: for each cold row, the shares of the warm items it is estimated from.
 * @param content.rows the nearest items of each row.
 */
function warmProxies(
  { features, rows }: Pick<ContentModel, "features" | "rows">,
  { popularity, isCold }: { popularity: Uint32Array; isCold: (row: number) => boolean },
): SparseRows {
  const items = popularity.length;
  const built = new RowsBuilder(rowCount(rows));
  const values = new Float32Array(items);
  const indices = new Uint32Array(items);
  for (let j = 0; j < rowCount(rows); j++) {
    let count = 0;
    for (let e = rows.offsets[j]; isCold(j) && e < rows.offsets[j + 1]; e++) {
      const i = rows.columns[e];
      if (popularity[i] === 0) continue;
      indices[count++] = i;
      values[i] = rows.values[e];
    }
    const kept = strongest(indices, values, { count, k: MAX_PROXIES });
    const proxies = indices.subarray(0, kept);
    const shares = ridgeShares(features, proxies, (i) => values[i]);
    proxies.forEach((i, t) => built.add(i, shares[t]));
    built.endRow();
  }
  return built.build();
}

/** Returns (K + λI)⁻¹ k for the cosines K among some items, and k with another item. */
function ridgeShares(
  features: SparseRows,
  items: Uint32Array,
  cosineTo: (item: number) => number,
): Float64Array {
  const size = items.length;
  const gram = new Float32Array(size * size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      const cosine = rowDot(features, items[a], items[b]);
      gram[a * size + b] = gram[b * size + a] = a === b ? 1 + RIDGE : cosine;
    }
  }
  const { data: inverse } = inverseOfFactor({ rows: size, columns: size, data: gram });
  const shares = new Float64Array(size);
  for (let r = 0; r < size; r++) {
    let sum = 0;
    for (let c = 0; c <= r; c++) sum += inverse[r * size + c] * cosineTo(items[c]);
    for (let c = 0; c <= r; c++) shares[c] += inverse[r * size + c] * sum;
  }
  return shares;
}

/**
 * Returns the matrix with the largest value of each row on its diagonal, if positive. The arrays
 * may be longer than the entries.
 */
export function withDiagonal({ offsets, columns, values }: SparseRows): SparseRows {
  const rows = offsets.length - 1;
  const wider = {
    offsets: sharedIntegers(rows + 1),
    columns: sharedIntegers(columns.length + rows),
    values: sharedFloats(columns.length + rows),
  };
  let end = 0;
  const copy = (from: number, to: number) => {
    wider.columns.set(columns.subarray(from, to), end);
    wider.values.set(values.subarray(from, to), end);
    end += to - from;
  };
  for (let i = 0; i < rows; i++) {
    let left = offsets[i];
    let top = 0;
    for (let e = offsets[i]; e < offsets[i + 1]; e++) {
      if (columns[e] < i) left = e + 1;
      if (values[e] > top) top = values[e];
    }
    copy(offsets[i], left);
    if (top > 0) {
      wider.columns[end] = i;
      wider.values[end++] = top;
    }
    copy(left, offsets[i + 1]);
    wider.offsets[i + 1] = end;
  }
  return wider;
}
