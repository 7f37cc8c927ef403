/**
 * Operations on sparse matrices in compressed sparse rows (CSR); the width is known from the
 * context. Results are in shared memory, so threads need no copy.
 */
import type { SparseRows } from "../../functions/recommender/model/model.ts";

/** Returns the number of rows. */
export function rowCount(matrix: SparseRows): number {
  return matrix.offsets.length - 1;
}

/** Returns a matrix of `rows` rows without entries. */
export function emptyRows(rows: number): SparseRows {
  return { offsets: sharedIntegers(rows + 1), columns: sharedIntegers(0), values: sharedFloats(0) };
}

/** Returns an array of zeros in shared memory. */
export function sharedIntegers(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(4 * length));
}

/** Returns an array of zeros in shared memory. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}

/** Returns the number of entries in each column. */
export function columnCounts(matrix: SparseRows, width: number): Uint32Array {
  const counts = new Uint32Array(width);
  for (const column of matrix.columns) counts[column]++;
  return counts;
}

/** Returns the transpose of a matrix of `width` columns, with ascending columns. */
export function transpose(matrix: SparseRows, width: number): SparseRows {
  const offsets = sharedIntegers(width + 1);
  const counts = columnCounts(matrix, width);
  for (let c = 0; c < width; c++) offsets[c + 1] = offsets[c] + counts[c];
  const columns = sharedIntegers(matrix.columns.length);
  const values = sharedFloats(matrix.columns.length);
  const next = offsets.slice(0, width);
  for (let r = 0; r < rowCount(matrix); r++) {
    for (let e = matrix.offsets[r]; e < matrix.offsets[r + 1]; e++) {
      const position = next[matrix.columns[e]]++;
      columns[position] = r;
      values[position] = matrix.values[e];
    }
  }
  return { offsets, columns, values };
}

/** Returns the matrix with each value replaced by `value(value, row, column)`. */
export function mapEntries(
  matrix: SparseRows,
  value: (value: number, row: number, column: number) => number,
): SparseRows {
  const values = sharedFloats(matrix.values.length);
  for (let r = 0; r < rowCount(matrix); r++) {
    for (let e = matrix.offsets[r]; e < matrix.offsets[r + 1]; e++) {
      values[e] = value(matrix.values[e], r, matrix.columns[e]);
    }
  }
  return { ...matrix, values };
}

/** Returns the norm of each row: ‖r‖₁ = Σ|x| or ‖r‖₂ = √Σx². */
export function rowNorms(matrix: SparseRows, norm: "l1" | "l2"): Float64Array {
  const norms = new Float64Array(rowCount(matrix));
  for (let r = 0; r < norms.length; r++) {
    let sum = 0;
    for (let e = matrix.offsets[r]; e < matrix.offsets[r + 1]; e++) {
      const value = matrix.values[e];
      sum += norm === "l1" ? Math.abs(value) : value * value;
    }
    norms[r] = norm === "l1" ? sum : Math.sqrt(sum);
  }
  return norms;
}

/** Returns the matrix with each row divided by its norm; rows of zeros are unchanged. */
export function normaliseRows(matrix: SparseRows, norm: "l1" | "l2"): SparseRows {
  const norms = rowNorms(matrix, norm);
  return mapEntries(matrix, (value, row) => norms[row] > 0 ? value / norms[row] : 0);
}

/** Returns the dot product of two rows with ascending columns. */
export function rowDot({ offsets, columns, values }: SparseRows, a: number, b: number): number {
  let [e, f] = [offsets[a], offsets[b]];
  let sum = 0;
  while (e < offsets[a + 1] && f < offsets[b + 1]) {
    if (columns[e] === columns[f]) sum += values[e++] * values[f++];
    else if (columns[e] < columns[f]) e++;
    else f++;
  }
  return sum;
}

/** Builds a matrix row by row, without knowing its size in advance. */
export class RowsBuilder {
  #offsets: Uint32Array;
  #columns: Uint32Array;
  #values: Float32Array;
  #row = 0;
  #count = 0;

  /** @param capacity initial capacity in entries; grows as needed. */
  constructor(rows: number, capacity = 1024) {
    this.#offsets = sharedIntegers(rows + 1);
    this.#columns = new Uint32Array(capacity);
    this.#values = new Float32Array(capacity);
  }

  /** Adds an entry to the current row. Columns must ascend within a row. */
  add(column: number, value: number): void {
    if (this.#count === this.#columns.length) this.#grow();
    this.#columns[this.#count] = column;
    this.#values[this.#count++] = value;
  }

  /** Adds a whole row: the first `count` of the ascending `indices`, and `values` by column. */
  addRow(
    { indices, values }: { indices: Uint32Array; values: Float32Array },
    count: number,
  ): void {
    while (this.#count + count > this.#columns.length) this.#grow();
    const from = this.#count;
    const [ownColumns, ownValues] = [this.#columns, this.#values];
    for (let t = 0; t < count; t++) {
      const column = indices[t];
      ownColumns[from + t] = column;
      ownValues[from + t] = values[column];
    }
    this.#count += count;
    this.endRow();
  }

  /** Ends the current row. */
  endRow(): void {
    this.#offsets[++this.#row] = this.#count;
  }

  /** Returns the matrix; rows that were not ended are empty. */
  build(): SparseRows {
    this.#offsets.fill(this.#count, this.#row + 1);
    const columns = sharedIntegers(this.#count);
    const values = sharedFloats(this.#count);
    columns.set(this.#columns.subarray(0, this.#count));
    values.set(this.#values.subarray(0, this.#count));
    return { offsets: this.#offsets, columns, values };
  }

  #grow(): void {
    const columns = new Uint32Array(2 * this.#columns.length);
    const values = new Float32Array(2 * this.#columns.length);
    columns.set(this.#columns);
    values.set(this.#values);
    this.#columns = columns;
    this.#values = values;
  }
}
