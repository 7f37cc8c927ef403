import type { SparseRows } from "../../functions/recommender/model/model.ts";
import type { Catalogue } from "../dataset/dataset.ts";
import { rowDot } from "../linalg/sparse_rows.ts";
import type { TermWeighting } from "../content/term_weights.ts";
import { fieldMatrices, type TextParameters } from "./tfidf.ts";

/** Maximum number of items learned from, and neighbours of each. */
const ITEMS = 2000;
const NEIGHBOURS = 10;
/** Sweeps of coordinate descent: few suffice for a handful of fields. */
const SWEEPS = 50;
/** Minimum number of pairs. */
const FEWEST = 200;

/**
 * Learns the weight of each field of a catalogue from interactions, by non-negative least squares:
 * the fields' cosines of two items predict whether they are neighbours by interactions (1) or drawn
 * by popularity (0). The better fit of both term weightings is returned.
 *
 * @param nearest item-to-item rows from interactions.
 * @param random returns numbers in [0, 1).
 * @returns undefined if there are too few pairs, or no field is predictive.
 */
export function learnFieldWeights(
  catalogue: Catalogue,
  nearest: SparseRows,
  random: () => number,
): TextParameters | undefined {
  const pairs = pairsOf(nearest, random);
  if (pairs.length < FEWEST) return undefined;
  const models = (["tfidf", "bm25"] as const).map((weighting) =>
    fitWeights(catalogue, pairs, weighting)
  );
  const [best] = models.sort((a, b) => a.error - b.error);
  const top = Math.max(...best.weights);
  if (!(top > 0)) return undefined;
  return {
    weighting: best.weighting,
    weights: best.weights.map((weight) => Math.round(1000 * weight / top) / 1000),
  };
}

interface Pair {
  a: number;
  b: number;
  near: 0 | 1;
}

/** Returns pairs of items: each with its strongest neighbours, and with as many random items. */
function pairsOf({ offsets, columns, values }: SparseRows, random: () => number): Pair[] {
  const items = Uint32Array.from(offsets.subarray(1).keys())
    .filter((i) => offsets[i + 1] > offsets[i]);
  const step = Math.max(1, items.length / ITEMS);
  const pairs: Pair[] = [];
  for (let p = 0; p < items.length; p += step) {
    const a = items[Math.floor(p)];
    const row = Array.from({ length: offsets[a + 1] - offsets[a] }, (_, e) => offsets[a] + e)
      .sort((e, f) => values[f] - values[e] || e - f).slice(0, NEIGHBOURS);
    for (const entry of row) {
      pairs.push({ a, b: columns[entry], near: 1 });
      pairs.push({ a, b: columns[Math.floor(random() * columns.length)], near: 0 });
    }
  }
  return pairs.filter(({ a, b }) => a !== b);
}

/** min Σ (y − Σ_f w_f · s_f − c)² over w ≥ 0, by coordinate descent on the centred sums. */
function fitWeights(
  catalogue: Catalogue,
  pairs: Pair[],
  weighting: TermWeighting,
): TextParameters & { error: number } {
  const columns = fieldMatrices(catalogue, weighting)
    .map(({ rows }) => centred(Float64Array.from(pairs, ({ a, b }) => rowDot(rows, a, b))));
  const target = centred(Float64Array.from(pairs, ({ near }) => near));
  const gram = columns.map((f) => columns.map((g) => dot(f, g)));
  const right = columns.map((f) => dot(f, target));
  const weights = columns.map(() => 0);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let f = 0; f < weights.length; f++) {
      if (!(gram[f][f] > 0)) continue;
      const rest = weights.reduce((sum, w, g) => g === f ? sum : sum + w * gram[f][g], 0);
      weights[f] = Math.max(0, (right[f] - rest) / gram[f][f]);
    }
  }
  const explained = weights.reduce((sum, w, f) => sum + w * right[f], 0);
  return { weighting, weights, error: dot(target, target) - explained };
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < a.length; p++) sum += a[p] * b[p];
  return sum;
}
