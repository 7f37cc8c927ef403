/** Small random matrices for tests, the same in every run. */
import type { SparseRows } from "../functions/recommender/model/model.ts";
import { seededRandom } from "../functions/recommender/model/seeded_random.ts";
import { rowCount, RowsBuilder } from "../worker-trainer/linalg/sparse_rows.ts";

/** Returns a random matrix: entries with probability `density`, in (−1, 1), or in (0, 1). */
export function randomRows(
  { rows, width, density, signed = true, seed = 1 }: {
    rows: number;
    width: number;
    density: number;
    signed?: boolean;
    seed?: number;
  },
): SparseRows {
  const random = seededRandom(seed);
  const built = new RowsBuilder(rows);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < width; c++) {
      if (random() < density) built.add(c, signed ? 2 * random() - 1 : random());
    }
    built.endRow();
  }
  return built.build();
}

/** Returns a full matrix as a sparse one. */
export function rowsOf(matrix: number[][]): SparseRows {
  const built = new RowsBuilder(matrix.length);
  for (const row of matrix) {
    row.forEach((value, column) => value !== 0 && built.add(column, value));
    built.endRow();
  }
  return built.build();
}

/** Returns a sparse matrix in full. */
export function full(matrix: SparseRows, width: number): number[][] {
  return Array.from({ length: rowCount(matrix) }, (_, r) => {
    const row = new Array<number>(width).fill(0);
    for (let e = matrix.offsets[r]; e < matrix.offsets[r + 1]; e++) {
      row[matrix.columns[e]] = matrix.values[e];
    }
    return row;
  });
}
