/** Dense matrix products: the interface on which all other dense algebra is built. */

/** A row-major matrix: element (r, c) is `data[r · columns + c]`. */
export interface Matrix {
  rows: number;
  columns: number;
  /** Length rows × columns. */
  data: Float32Array;
}

/** Returns a matrix of zeros in unshared memory, which dense engines can read and write. */
export function plainMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float32Array(rows * columns) };
}

/** Returns a view of the rows `from` (inclusive) to `to` (exclusive). */
export function rowSlice({ columns, data }: Matrix, from: number, to: number): Matrix {
  return { rows: to - from, columns, data: data.subarray(from * columns, to * columns) };
}

/** Transposition of the factors, and the destination. */
export interface ProductForm {
  transA?: boolean;
  transB?: boolean;
  /** Destination, in memory that is not shared; a new matrix if absent. */
  into?: Matrix;
}

/** A dense engine. */
export interface Dense {
  name: "onnxruntime" | "ml-matrix";
  /** Floating-point operations per second: a fixed figure for cost estimates. */
  flopsPerSecond: number;
  /** Returns op(A)·op(B). The same call returns the same bytes on one machine. */
  multiply(a: Matrix, b: Matrix, form?: ProductForm): Promise<Matrix>;
}
