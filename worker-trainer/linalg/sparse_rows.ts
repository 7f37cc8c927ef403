/**
 * Small operations on sparse matrices in compressed rows; the width is known from the context. What
 * they make is in shared memory, so that threads need no copy of it.
 */
import type { SparseRows } from "../../functions/recommender/model/model.ts";

/** How many rows a matrix has. */
export function rowCount(matrix: SparseRows): number {
  return matrix.offsets.length - 1;
}

/** A matrix of `rows` rows without an entry. */
export function emptyRows(rows: number): SparseRows {
  return { offsets: sharedIntegers(rows + 1), columns: sharedIntegers(0), values: sharedFloats(0) };
}

/** Zeros that all threads see. */
export function sharedIntegers(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(4 * length));
}

/** Zeros that all threads see. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}

/** How many entries each column has. */
export function columnCounts(matrix: SparseRows, width: number): Uint32Array {
  const counts = new Uint32Array(width);
  for (const column of matrix.columns) counts[column]++;
  return counts;
}

/** The transpose of a matrix of `width` columns; columns ascend in it whatever their order was. */
export function transpose(matrix: SparseRows, width: number): SparseRows {
  const offsets = sharedIntegers(width + 1);
  const counts = columnCounts(matrix, width);
  for (let c = 0; c < width; c++) offsets[c + 1] = offsets[c] + counts[c];
  const columns = sharedIntegers(matrix.columns.length);
  const values = sharedFloats(matrix.columns.length);
  const next = offsets.slice(0, width);
  for (let r = 0; r < rowCount(matrix); r++) {
    for (let e = matrix.offsets[r]; e < matrix.offsets[r + 1]; e++) {
      const place = next[matrix.columns[e]]++;
      columns[place] = r;
      values[place] = matrix.values[e];
    }
  }
  return { offsets, columns, values };
}

/** A matrix of the same entries with `value(entry, row, column)` in place of each value. */
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

/**
 * Each row's norm: ‖r‖₁ = Σ|x| or ‖r‖₂ = √Σx², length rows.
 */
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

/** Each row divided by its norm; rows of zeros stay as they are. */
export function normaliseRows(matrix: SparseRows, norm: "l1" | "l2"): SparseRows {
  const norms = rowNorms(matrix, norm);
  return mapEntries(matrix, (value, row) => norms[row] > 0 ? value / norms[row] : 0);
}

/** The product of two rows, whose columns ascend. */
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

/** Writes a matrix row by row, without knowing its size beforehand. */
export class RowsBuilder {
  #offsets: Uint32Array;
  #columns: Uint32Array;
  #values: Float32Array;
  #row = 0;
  #count = 0;

  /** @param capacity entries to make room for; more are taken as they come. */
  constructor(rows: number, capacity = 1024) {
    this.#offsets = sharedIntegers(rows + 1);
    this.#columns = new Uint32Array(capacity);
    this.#values = new Float32Array(capacity);
  }

  /** Adds an entry to the row that is being written. Columns must ascend within a row. */
  add(column: number, value: number): void {
    if (this.#count === this.#columns.length) this.#grow();
    this.#columns[this.#count] = column;
    this.#values[this.#count++] = value;
  }

  /** Adds a whole row: the first `count` of the indices, which ascend, with their values by column. */
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

  /** Ends the row; the next entry belongs to the next row. */
  endRow(): void {
    this.#offsets[++this.#row] = this.#count;
  }

  /** The matrix; rows that were not ended are empty. */
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
