import type { SparseRows } from "../../functions/recommender/model/model.ts";
import { type DenseProduct, denseProduct } from "./dense_product.ts";
import { type Product, product } from "./product.ts";

/** A run of rows: `from` up to, but not including, `to`. */
export interface Range {
  from: number;
  to: number;
}

/** What each kernel works on. */
export interface KernelInputs {
  product: Product;
  denseProduct: DenseProduct;
}

export type KernelName = keyof KernelInputs;

/** Kernels whose rows do not depend on each other, so that any thread may make any of them. */
export const ROW_KERNELS: {
  [K in KernelName]: (input: KernelInputs[K], range: Range) => SparseRows;
} = { product, denseProduct };

/** Makes a range of a kernel's rows. */
export function runKernel<K extends KernelName>(
  kernel: K,
  input: KernelInputs[K],
  range: Range,
): SparseRows {
  return ROW_KERNELS[kernel](input, range);
}
