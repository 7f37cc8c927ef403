import type { Matrix } from "./dense.ts";

/**
 * The lower half of a symmetric matrix in panels of `block` rows, each stored transposed: panel `p`
 * holds the rows p·b … p·b + b − 1 up to the diagonal block as a ((p + 1)·b) × b matrix, element
 * (column, row within the panel). A run of column blocks of a panel is thus contiguous in memory,
 * and a product over them is one GEMM.
 *
 * The size is rounded up to whole blocks with rows of the identity, which do not affect the rest.
 */
export class SymmetricPanels implements Disposable {
  /** @param panels may be filled by another thread. */
  constructor(
    /** Rows and columns of the matrix, without padding. */
    readonly size: number,
    readonly block: number,
    readonly panels: Float32Array[],
  ) {}

  /** Returns a matrix of zeros, with arrays from `floats`. */
  static zeros(
    size: number,
    block: number,
    floats: (length: number) => Float32Array = (length) => new Float32Array(length),
  ): SymmetricPanels {
    const count = Math.ceil(size / block);
    const panels = Array.from({ length: count }, (_, p) => floats((p + 1) * block * block));
    const zeros = new SymmetricPanels(size, block, panels);
    for (let i = size; i < count * block; i++) zeros.set(i, i, 1);
    return zeros;
  }

  /** Returns the size in bytes of such a matrix. */
  static bytes(size: number, block: number): number {
    const count = Math.ceil(size / block);
    return 4 * block * block * count * (count + 1) / 2;
  }

  /** Frees the memory at once: the garbage collector is slow to free large arrays. */
  [Symbol.dispose](): void {
    for (const panel of this.panels) release(panel);
  }

  /** Returns a copy in memory of its own that is not shared. */
  copy(): SymmetricPanels {
    const { size, block, panels } = this;
    return new SymmetricPanels(size, block, panels.map((panel) => new Float32Array(panel)));
  }

  get(row: number, column: number): number {
    return row >= column ? this.#panel(row)[this.#offset(row, column)] : this.get(column, row);
  }

  /** Sets an element of the lower half: `row` ≥ `column`. */
  set(row: number, column: number, value: number): void {
    const panel = this.#panel(row);
    panel[this.#offset(row, column)] = value;
    // Diagonal blocks are stored in full, so that `row` reads them from one panel.
    if (panel === this.#panel(column)) panel[this.#offset(column, row)] = value;
  }

  /** Returns a view of the column blocks `from` to `to` (exclusive) of a panel, as stored. */
  part(panel: number, from: number, to: number): Matrix {
    const area = this.block * this.block;
    return {
      rows: (to - from) * this.block,
      columns: this.block,
      data: this.panels[panel].subarray(from * area, to * area),
    };
  }

  /** Copies row `row` of the full matrix into `into`, length `size`. */
  row(row: number, into: Float32Array): void {
    const { block, size, panels } = this;
    const own = Math.floor(row / block);
    const within = row % block;
    const left = Math.min((own + 1) * block, size);
    for (let c = 0; c < left; c++) into[c] = panels[own][c * block + within];
    for (let p = own + 1; p < panels.length; p++) {
      const end = Math.min((p + 1) * block, size) - p * block;
      into.set(panels[p].subarray(row * block, row * block + end), p * block);
    }
  }

  #panel(row: number): Float32Array {
    return this.panels[Math.floor(row / this.block)];
  }

  #offset(row: number, column: number): number {
    return column * this.block + row % this.block;
  }
}

/** Frees an array's memory unless it is shared; the array is empty afterwards. */
export function release({ buffer }: Float32Array): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
