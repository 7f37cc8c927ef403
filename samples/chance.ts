import { mulberry32 } from "../functions/recommender/model/seeded_random.ts";

/** Seeded pseudo-random generator; a seed yields the same sequence on every machine. */
export interface Chance {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform integer in [from, to]. */
  whole(from: number, to: number): number;
  /** Approximately standard normal. */
  normal(): number;
  pick<T>(from: readonly T[]): T;
  /** Returns a shuffled copy. */
  shuffle<T>(list: readonly T[]): T[];
  /**
   * Returns `n` distinct indices, drawn without replacement with probability proportional to
   * weight, in the order of the draws (Efraimidis and Spirakis: the largest u^(1/w)).
   */
  sample(weights: ArrayLike<number>, n: number): number[];
}

export function chanceOf(seed: number): Chance {
  const uniform = mulberry32(seed);
  const whole = (from: number, to: number) => from + Math.floor(uniform() * (to - from + 1));
  return {
    uniform,
    whole,
    // Sum of twelve uniforms: avoids logarithm and sine, whose rounding differs between machines.
    normal: () => Array.from({ length: 12 }, uniform).reduce((sum, u) => sum + u, -6),
    pick: (from) => from[whole(0, from.length - 1)],
    shuffle(list) {
      const out = [...list];
      for (let i = out.length - 1; i > 0; i--) {
        const j = whole(0, i);
        [out[i], out[j]] = [out[j], out[i]];
      }
      return out;
    },
    sample: (weights, n) =>
      Array.from(weights, (weight, index) => ({ index, key: Math.log(uniform()) / weight }))
        .sort((a, b) => b.key - a.key || a.index - b.index)
        .slice(0, n)
        .map(({ index }) => index),
  };
}
