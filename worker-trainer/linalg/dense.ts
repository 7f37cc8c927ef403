/** Dense matrix products behind one small interface: all else of dense algebra is written in terms of it. */

/** A matrix stored row after row: element (r, c) is `data[r · columns + c]`. */
export interface Matrix {
  rows: number;
  columns: number;
  /** Length rows · columns. */
  data: Float32Array;
}

/** Zeros where a dense engine may read and write them: in memory that is not shared. */
export function plainMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float32Array(rows * columns) };
}

/** The rows `from` up to, but not including, `to`, in the same memory. */
export function rowsOf({ columns, data }: Matrix, from: number, to: number): Matrix {
  return { rows: to - from, columns, data: data.subarray(from * columns, to * columns) };
}

/** Which factors are taken transposed, and where the product goes. */
export interface ProductForm {
  transA?: boolean;
  transB?: boolean;
  /** Where the product goes, in memory that is not shared; a new matrix where absent. */
  into?: Matrix;
}

/** What can multiply matrices. */
export interface Dense {
  name: "onnxruntime" | "ml-matrix";
  /** Floating point operations a second, a fixed figure to estimate costs by. */
  flopsPerSecond: number;
  /** op(A)·op(B). The same call gives the same bytes on one machine. */
  multiply(a: Matrix, b: Matrix, form?: ProductForm): Promise<Matrix>;
}
