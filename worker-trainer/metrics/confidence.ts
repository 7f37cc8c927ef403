import type { Interval } from "../../functions/recommender/report/report.ts";

const RESAMPLES = 1000;

/**
 * Returns the 95 % percentile interval of a mean by bootstrap over `values` (Efron 1979), with
 * 1,000 resamples.
 * @param random returns numbers in [0, 1); with a seed, the interval is reproducible.
 */
export function confidenceInterval(values: Float64Array, random: () => number): Interval {
  if (values.length === 0) return { low: 0, high: 0 };
  const means = new Float64Array(RESAMPLES);
  for (let s = 0; s < RESAMPLES; s++) {
    let sum = 0;
    for (let d = 0; d < values.length; d++) sum += values[Math.floor(random() * values.length)];
    means[s] = sum / values.length;
  }
  means.sort();
  return { low: means[RESAMPLES * 0.025], high: means[RESAMPLES * 0.975 - 1] };
}

/**
 * Returns the 95 % interval of a mean of shares by its standard error, from the sum and the sum of
 * squares of `count` values. Used for curves of fifty means, where the bootstrap is not worth its
 * cost.
 */
export function meanInterval(sum: number, squares: number, count: number): Interval {
  const mean = sum / count;
  const variance = count > 1 ? Math.max(0, squares - sum * mean) / (count - 1) : 0;
  const margin = 1.96 * Math.sqrt(variance / count);
  return { low: Math.max(0, mean - margin), high: Math.min(1, mean + margin) };
}
