/**
 * The natural logarithm by + − × ÷ alone, so that every reader of the artifact computes the same
 * bits; languages differ in the last bit of theirs. Method and constants are those of fdlibm's
 * `e_log.c` (Sun Microsystems, 1993); the error is below one unit in the last place.
 */

const SQRT_2 = 1.4142135623730951;
/** ln 2 as the sum of two numbers, of which multiples of the first are exact. */
const [LN2_HIGH, LN2_LOW] = [6.93147180369123816490e-1, 1.90821492927058770002e-10];
const [L1, L2, L3, L4, L5, L6, L7] = [
  6.666666666666735130e-1,
  3.999999999940941908e-1,
  2.857142874366239149e-1,
  2.222219843214978396e-1,
  1.818357216161805012e-1,
  1.531383769920937332e-1,
  1.479819860511658591e-1,
];

/** Returns ln x for x ≥ 1. */
export function ln(x: number): number {
  if (x === Infinity) return x;
  let k = 0;
  let m = x;
  for (; m > SQRT_2; k++) m /= 2;
  const f = m - 1;
  const s = f / (2 + f);
  const z = s * s;
  const r = z * (L1 + z * (L2 + z * (L3 + z * (L4 + z * (L5 + z * (L6 + z * L7))))));
  const half = f * f / 2;
  return k * LN2_HIGH + (f - (half - (s * (half + r) + k * LN2_LOW)));
}

/** Returns ln(1 + x) for x ≥ 0, precise for small x too (W. Kahan). */
export function ln1p(x: number): number {
  const u = 1 + x;
  if (u === 1 || u === Infinity) return x;
  return ln(u) * (x / (u - 1));
}
