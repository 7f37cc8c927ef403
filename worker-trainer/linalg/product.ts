import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { rowScratch } from "./row_scratch.ts";
import { rowCount, RowsBuilder } from "./sparse_rows.ts";
import { strongest, strongestOfRow } from "./strongest.ts";

/** Multiplications per column above which tracking a row's columns costs more than a full scan. */
const REACHING = 0.5;

/** Two sparse factors, the normalisation of their product, and how much of it is kept. */
export interface Product {
  a: SparseRows;
  b: SparseRows;
  /** Columns of the product. */
  width: number;
  /** Entries kept in a row: those of largest absolute value. */
  keep: number;
  /** Divisors by row; 1 if absent. */
  rowNorms?: Float64Array;
  /** Divisors by column; 1 if absent. */
  columnNorms?: Float64Array;
  /** Added to the divisor, which lowers similarities that rest on little evidence. */
  shrinkage?: number;
  /** Whether rows and columns are of different things, so that there is no diagonal. */
  isOfOthers?: boolean;
}

/**
 * Returns the strongest entries in the rows `from` (inclusive) to `to` (exclusive) of a sparse
 * product, without its diagonal unless `isOfOthers`:
 *
 *     C_ij = Σ_u A_iu · B_uj / (rowNorm_i · columnNorm_j + shrinkage),  i ≠ j
 *
 * With A = Xᵀ and B = X this is the Gram matrix of the items, and with norms their cosines. Sums
 * are float64, in the order of A's entries. Time: for each entry of A, the length of a row of B.
 */
export function product(
  { a, b, width, keep, rowNorms, columnNorms, shrinkage = 0, isOfOthers = false }: Product,
  { from, to } = { from: 0, to: rowCount(a) },
): SparseRows {
  const built = new RowsBuilder(to - from, Math.max(1, Math.min((to - from) * keep, 1 << 20)));
  const row = rowScratch(width);
  const { indices, values } = row;
  const [sums, marks] = [new Float64Array(width), new Uint8Array(width)];
  const norms = columnNorms ?? new Float64Array(width).fill(1);
  for (let i = from; i < to; i++) {
    const rowNorm = rowNorms?.[i] ?? 1;
    const own = isOfOthers ? -1 : i;
    let kept: number;
    if (rowCost({ a, b, i }) >= REACHING * width) {
      addAll({ a, b, i }, sums);
      for (let j = 0; j < width; j++) {
        const divisor = rowNorm * norms[j] + shrinkage;
        values[j] = divisor > 0 ? sums[j] / divisor : 0;
      }
      if (own >= 0) values[own] = 0;
      sums.fill(0);
      kept = strongestOfRow(row, { count: width, k: keep });
    } else {
      const count = addRows({ a, b, i }, { sums, indices, marks });
      for (let t = 0; t < count; t++) {
        const j = indices[t];
        const divisor = rowNorm * norms[j] + shrinkage;
        values[j] = divisor > 0 && j !== own ? sums[j] / divisor : 0;
        sums[j] = marks[j] = 0;
      }
      kept = strongest(indices, values, { count, k: keep });
    }
    built.addRow(row, kept);
  }
  return built.build();
}

/** Row `i` of a product. */
interface ProductRow extends Pick<Product, "a" | "b"> {
  i: number;
}

/** Returns the number of multiplications of a row. */
function rowCost({ a, b: { offsets }, i }: ProductRow): number {
  let cost = 0;
  for (let e = a.offsets[i]; e < a.offsets[i + 1]; e++) {
    cost += offsets[a.columns[e] + 1] - offsets[a.columns[e]];
  }
  return cost;
}

/** sums_j += Σ_u A_iu · B_uj, for a row that reaches most of the columns. */
function addAll({ a, b, i }: ProductRow, sums: Float64Array): void {
  for (let e = a.offsets[i]; e < a.offsets[i + 1]; e++) {
    const weight = a.values[e];
    const end = b.offsets[a.columns[e] + 1];
    for (let f = b.offsets[a.columns[e]]; f < end; f++) sums[b.columns[f]] += weight * b.values[f];
  }
}

interface Reached {
  /** By column; all 0 between two rows. */
  sums: Float64Array;
  /** 1 if a column is in `indices`; all 0 between two rows. */
  marks: Uint8Array;
  indices: Uint32Array;
}

/** sums_j += Σ_u A_iu · B_uj. Writes the columns reached to `indices`; returns their number. */
function addRows({ a, b, i }: ProductRow, { sums, indices, marks }: Reached): number {
  let count = 0;
  for (let e = a.offsets[i]; e < a.offsets[i + 1]; e++) {
    const weight = a.values[e];
    const u = a.columns[e];
    for (let f = b.offsets[u]; f < b.offsets[u + 1]; f++) {
      const j = b.columns[f];
      if (marks[j] === 0) {
        marks[j] = 1;
        indices[count++] = j;
      }
      sums[j] += weight * b.values[f];
    }
  }
  return count;
}

/** Returns the number of multiplications of the product of `a` and `b`, for cost estimates. */
export function productCost(a: SparseRows, b: SparseRows): number {
  let cost = 0;
  for (const u of a.columns) cost += b.offsets[u + 1] - b.offsets[u];
  return cost;
}
