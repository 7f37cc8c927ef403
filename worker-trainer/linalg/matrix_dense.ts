import { Matrix as Reference } from "ml-matrix";
import type { Dense, Matrix, ProductForm } from "./dense.ts";

/** Returns an ml-matrix engine (float64): the fallback, and the reference in tests. */
export function matrixDense(): Dense {
  return {
    name: "ml-matrix",
    flopsPerSecond: 0.5e9,
    multiply(a: Matrix, b: Matrix, { transA = false, transB = false, into }: ProductForm = {}) {
      const left = transA ? reference(a).transpose() : reference(a);
      const right = transB ? reference(b).transpose() : reference(b);
      const { rows, columns } = { rows: left.rows, columns: right.columns };
      const product = left.mmul(right).to1DArray();
      into?.data.set(product);
      return Promise.resolve(into ?? { rows, columns, data: Float32Array.from(product) });
    },
  };
}

function reference(matrix: Matrix): Reference {
  return Reference.from1DArray(matrix.rows, matrix.columns, matrix.data);
}
