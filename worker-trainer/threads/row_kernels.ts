import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { type Lists, lists } from "./lists.ts";
import { type ConjugateStep, conjugateStep } from "../linalg/conjugate_step.ts";
import { type DenseProduct, denseProduct } from "../linalg/dense_product.ts";
import { type DenseTimesSparse, writeDenseTimesSparse } from "../linalg/dense_times_sparse.ts";
import { type Gram, type GramCosines, gramCosines, writeGram } from "../linalg/gram.ts";
import { type Product, product } from "../linalg/product.ts";
import { type StrongestRows, strongestRows } from "../linalg/strongest_rows.ts";
import { type Transitions, transitions } from "../linalg/transitions.ts";
import { type WeightedSum, weightedSum } from "../linalg/weighted_sum.ts";
import { type SparseTimesDense, writeSparseTimesDense } from "../linalg/sparse_times_dense.ts";

/** The rows `from` (inclusive) to `to` (exclusive). */
export interface RowRange {
  from: number;
  to: number;
}

/** Input of each kernel that returns sparse rows. */
export interface KernelInputs {
  product: Product;
  denseProduct: DenseProduct;
  lists: Lists;
  weightedSum: WeightedSum;
  strongestRows: StrongestRows;
  gramCosines: GramCosines;
  transitions: Transitions;
}

/** Input of each kernel that writes rows into shared memory. */
export interface WriterInputs {
  sparseTimesDense: SparseTimesDense;
  denseTimesSparse: DenseTimesSparse;
  conjugateStep: ConjugateStep;
  gram: Gram;
}

export type KernelName = keyof KernelInputs;
export type WriterName = keyof WriterInputs;

/** Kernels that return rows. Rows are independent, so any thread can compute any range. */
export const ROW_KERNELS: {
  [K in KernelName]: (input: KernelInputs[K], range: RowRange) => SparseRows;
} = { product, denseProduct, lists, weightedSum, strongestRows, gramCosines, transitions };

/** Kernels that write rows to the destination in their input. */
export const ROW_WRITERS: {
  [K in WriterName]: (input: WriterInputs[K], range: RowRange) => void;
} = {
  sparseTimesDense: writeSparseTimesDense,
  denseTimesSparse: writeDenseTimesSparse,
  conjugateStep,
  gram: writeGram,
};

/** Computes a range of a kernel's rows. */
export function runKernel<K extends KernelName>(
  kernel: K,
  input: KernelInputs[K],
  range: RowRange,
): SparseRows {
  return ROW_KERNELS[kernel](input, range);
}

/** Writes a range of a kernel's rows. */
export function runWriter<K extends WriterName>(
  kernel: K,
  input: WriterInputs[K],
  range: RowRange,
): void {
  ROW_WRITERS[kernel](input, range);
}
