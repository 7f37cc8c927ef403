/** A share of trials that succeeded, with its 95 % confidence interval. */
export interface Share {
  rate: number;
  low: number;
  high: number;
}

/** 97.5 % quantile of the normal distribution. */
const Z = 1.959964;

/**
 * Returns the share with its score interval (Wilson, 1927), or null without trials. Successes beyond
 * the trials, which clocks and late events can cause, count as trials.
 */
export function wilson(successes: number, trials: number): Share | null {
  const n = Math.max(successes, trials);
  if (n === 0) return null;
  const rate = successes / n;
  const middle = rate + Z * Z / (2 * n);
  const spread = Z * Math.sqrt(rate * (1 - rate) / n + Z * Z / (4 * n * n));
  const scale = 1 + Z * Z / n;
  return {
    rate,
    low: Math.max(0, (middle - spread) / scale),
    high: Math.min(1, (middle + spread) / scale),
  };
}
