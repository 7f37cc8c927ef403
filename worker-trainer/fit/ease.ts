import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Dense } from "../linalg/dense.ts";
import { invert } from "../linalg/invert.ts";
import { productCost } from "../linalg/product.ts";
import { rowCount, RowsBuilder, transpose } from "../linalg/sparse_rows.ts";
import { strongestOfRow } from "../linalg/strongest.ts";
import { SymmetricPanels } from "../linalg/symmetric_panels.ts";
import {
  type Algorithm,
  type Cost,
  type FitOptions,
  SPARSE_RATE,
  STREAM_RATE,
} from "./algorithm.ts";
import type { TrainingSet } from "./training_set.ts";

const BLOCK = 256;

/**
 * Each item predicted from all others by ridge regression without a diagonal (EASEᴿ, Steck 2019,
 * arXiv 1905.03375). With G = XᵀX:
 *
 *     P = (G + λI)⁻¹,   W_ij = −P_ij / P_jj for i ≠ j
 *
 * Of two exact ways to it the cheaper is taken: the inverse over the items, or, with fewer users
 * than items, the one over the users by Woodbury's identity. The second never holds items².
 * Parameter: `lambda`.
 */
export const ease: Algorithm = {
  name: "ease",
  recipes: [{ lambda: 300 }, { lambda: 1000 }, { lambda: 100 }],
  cost(set, dense) {
    const [primal, dual] = costs(set, dense);
    return dual.seconds < primal.seconds ? dual : primal;
  },
  fit(set, { lambda }, options) {
    const [primal, dual] = costs(set, options.dense);
    const compact = compactItems(set);
    const form = dual.seconds < primal.seconds ? byUsers : byItems;
    return form(compact, { ...options, lambda: Number(lambda) });
  },
};

/** The interactions of the items that have some; the others' weights are all zero. */
interface CompactSet {
  x: SparseRows;
  xt: SparseRows;
  /** The item that each column stands for, ascending. */
  active: Uint32Array;
  items: number;
  keep: number;
}

interface EaseOptions extends FitOptions {
  lambda: number;
}

/** The inverse over the items: about n³ operations. */
export async function byItems(set: CompactSet, options: EaseOptions): Promise<SparseRows> {
  const { x, xt, active } = set;
  const n = active.length;
  const inverse = await invertGram(xt, x, { ...options, progress: progressTo(options, 0.9) });
  const diagonal = Float64Array.from(active.keys(), (i) => inverse.get(i, i));
  return cutRows(set, (i, row) => {
    inverse.row(i, row);
    for (let j = 0; j < n; j++) row[j] /= -diagonal[j];
  });
}

/**
 * The inverse over the users. With M = (XXᵀ + λI)⁻¹ and H = XᵀMX,
 *
 *     P = (I − H) / λ,   W_ij = H_ij / (1 − H_jj)
 *
 * where row i of H is the sum of the rows of MX of the users who had i.
 */
export async function byUsers(set: CompactSet, options: EaseOptions): Promise<SparseRows> {
  const { x, xt, active } = set;
  const n = active.length;
  const users = rowCount(x);
  const inverse = await invertGram(x, xt, { ...options, progress: progressTo(options, 0.3) });

  const mx = new Float32Array(users * n);
  const row = new Float32Array(users);
  for (let u = 0; u < users; u++) {
    inverse.row(u, row);
    for (let v = 0; v < users; v++) {
      for (let e = x.offsets[v]; e < x.offsets[v + 1]; e++) {
        mx[u * n + x.columns[e]] += row[v] * x.values[e];
      }
    }
  }
  const divisors = new Float64Array(n).fill(1);
  for (let j = 0; j < n; j++) {
    for (let e = xt.offsets[j]; e < xt.offsets[j + 1]; e++) {
      divisors[j] -= xt.values[e] * mx[xt.columns[e] * n + j];
    }
  }
  const progress = progressTo(options, 1);
  const sums = new Float64Array(n);
  return cutRows(set, (i, into) => {
    sumRows(sums, mx, { weights: xt, row: i });
    for (let j = 0; j < n; j++) into[j] = sums[j] / divisors[j];
    if (i % 512 === 0) progress(0.3 + 0.7 * i / n);
  });
}

/**
 * sums = Σ_u w_iu · mx_u over the entries u of row i of `weights`. Four rows at a time, since what
 * this costs is reading and writing `sums`.
 */
function sumRows(
  sums: Float64Array,
  mx: Float32Array,
  { weights, row }: { weights: SparseRows; row: number },
): void {
  const { offsets, columns, values } = weights;
  const n = sums.length;
  sums.fill(0);
  let e = offsets[row];
  for (; e + 4 <= offsets[row + 1]; e += 4) {
    const [a, b, c, d] = [
      columns[e] * n,
      columns[e + 1] * n,
      columns[e + 2] * n,
      columns[e + 3] * n,
    ];
    const [p, q, r, s] = [values[e], values[e + 1], values[e + 2], values[e + 3]];
    for (let j = 0; j < n; j++) {
      sums[j] += p * mx[a + j] + q * mx[b + j] + r * mx[c + j] + s * mx[d + j];
    }
  }
  for (; e < offsets[row + 1]; e++) {
    const a = columns[e] * n;
    for (let j = 0; j < n; j++) sums[j] += values[e] * mx[a + j];
  }
}

/** (A·B + λI)⁻¹ for B = Aᵀ. */
function invertGram(a: SparseRows, b: SparseRows, options: EaseOptions): Promise<SymmetricPanels> {
  const n = rowCount(a);
  const gram = new SymmetricPanels(n, BLOCK);
  const sums = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    sums[i] = options.lambda;
    for (let e = a.offsets[i]; e < a.offsets[i + 1]; e++) {
      const u = a.columns[e];
      for (let f = b.offsets[u]; f < b.offsets[u + 1]; f++) {
        sums[b.columns[f]] += a.values[e] * b.values[f];
      }
    }
    for (let j = 0; j <= i; j++) {
      if (sums[j] !== 0) gram.set(i, j, sums[j]);
    }
    sums.fill(0);
  }
  return invert(gram, options);
}

/** The strongest entries of each dense row that `fill` gives, at their places in the catalogue. */
function cutRows(
  { active, items, keep }: CompactSet,
  fill: (row: number, into: Float32Array) => void,
): SparseRows {
  const n = active.length;
  const built = new RowsBuilder(items, Math.max(1, Math.min(n * keep, 1 << 22)));
  const row = new Float32Array(n);
  const indices = new Uint32Array(n);
  for (let i = 0, next = 0; i < items; i++) {
    if (active[next] === i) {
      fill(next, row);
      row[next] = 0;
      const kept = strongestOfRow(indices, row, { count: n, k: keep });
      for (let t = 0; t < kept; t++) built.add(active[indices[t]], row[indices[t]]);
      next++;
    }
    built.endRow();
  }
  return built.build();
}

/** The set without the items that nobody had. */
export function compactItems({ x, xt, items, users, keep }: TrainingSet): CompactSet {
  const active = Uint32Array.from(xt.offsets.subarray(0, items).keys())
    .filter((i) => xt.offsets[i + 1] > xt.offsets[i]);
  const place = new Uint32Array(items);
  active.forEach((item, p) => place[item] = p);
  const compact = {
    offsets: x.offsets,
    columns: x.columns.map((item) => place[item]),
    values: x.values,
  };
  const transposed = transpose(compact, active.length);
  // Transposed twice, columns ascend: sums then run along memory.
  return { x: transpose(transposed, users), xt: transposed, active, items, keep };
}

/** What the two forms cost: by items, by users. */
function costs({ x, xt, users, items, keep }: TrainingSet, dense: Dense): [Cost, Cost] {
  const entries = x.columns.length;
  let active = 0;
  for (let i = 0; i < items; i++) if (xt.offsets[i + 1] > xt.offsets[i]) active++;
  const result = 8 * items * Math.min(keep, items);
  const cut = 8 * active * active / STREAM_RATE;
  const primal = {
    seconds: active ** 3 / dense.flopsPerSecond + productCost(xt, x) / SPARSE_RATE + cut,
    bytes: 2 * SymmetricPanels.bytes(active, BLOCK) + result,
  };
  const dual = {
    seconds: users ** 3 / dense.flopsPerSecond + productCost(x, xt) / SPARSE_RATE +
      entries * users / SPARSE_RATE + entries * active / STREAM_RATE + cut,
    bytes: 2 * SymmetricPanels.bytes(users, BLOCK) + 4 * users * active + result,
  };
  return [primal, dual];
}

function progressTo({ progress }: FitOptions, end: number): (share: number) => void {
  return (share) => progress?.(share * end);
}
