/** Selects the strongest entries of a row: those of largest absolute value. */
import { kernelsOf } from "./kernels.ts";
import type { RowScratch } from "./row_scratch.ts";

/** Number of candidates, and the maximum number kept. */
export interface Selection {
  count: number;
  k: number;
}

/**
 * Moves the indices of the `k` entries of largest |value| to the front of `indices`, ascending, and
 * returns how many there are: fewer than `k` if fewer are non-zero. Ties go to the smaller index,
 * so the result does not depend on the order of `indices`.
 *
 * Linear in `count`: the float32 bits of |value| order like unsigned integers, and a radix
 * selection finds the k-th largest; few candidates are left after the first digit.
 * @param indices the candidates: `count` distinct indices.
 * @param values by index; read as float32.
 */
export function strongest(
  indices: Uint32Array,
  values: Float32Array,
  { count, k }: Selection,
): number {
  const bits = bitsOf(values);
  const least = count > k ? leastOf(indices, bits, { count, k }) : 0;
  let candidates = 0;
  for (let c = 0; c < count; c++) {
    const strength = bits[indices[c]] & SIGNLESS;
    if (strength >= least && strength !== 0) indices[candidates++] = indices[c];
  }
  const kept = cut(indices, bits, { count: candidates, k, ascending: false });
  indices.subarray(0, kept).sort();
  return kept;
}

/** Returns a strength that at least `k` of the candidates reach. */
function leastOf(indices: Uint32Array, bits: Uint32Array, { count, k }: Selection): number {
  histogram.fill(0);
  for (let c = 0; c < count; c++) histogram[(bits[indices[c]] & SIGNLESS) >>> FIRST.shift]++;
  return firstDigit(k) << FIRST.shift;
}

/**
 * The same for a whole row, whose first `count` values are all candidates. For a long row, a sample
 * estimates a strength that slightly more than `k` values reach, so one pass finds them; if the
 * estimate is too high, all values are counted.
 * @param row its values, and space for `count` indices.
 */
export function strongestOfRow(
  { memory, indices, values }: RowScratch,
  { count, k }: Selection,
): number {
  const bits = bitsOf(values);
  const { above } = kernelsOf(memory);
  const candidatesFrom = (least: number) =>
    above(values.byteOffset, count, Math.max(least, 1) - 1, indices.byteOffset);
  if (count > SAMPLED * STRIDE && count > 4 * k) {
    const guess = leastStrength(bits, { count, k: 1.5 * k / STRIDE + SPARE, stride: STRIDE });
    const candidates = candidatesFrom(guess);
    if (candidates >= k) return cut(indices, bits, { count: candidates, k, ascending: true });
  }
  const candidates = candidatesFrom(leastStrength(bits, { count, k, stride: 1 }));
  return cut(indices, bits, { count: candidates, k, ascending: true });
}

/** Sampling interval in a long row. */
const STRIDE = 16;
/** Minimum size of a sample. */
const SAMPLED = 128;
/** Added to the expected rank in the sample, so that it seldom finds too few candidates. */
const SPARE = 8;

/** Returns a strength that at least `k` of the values reach, of which every `stride`-th is read. */
function leastStrength(
  bits: Uint32Array,
  { count, k, stride }: Selection & { stride: number },
): number {
  histogram.fill(0);
  for (let i = 0; i < count; i += stride) histogram[(bits[i] & SIGNLESS) >>> FIRST.shift]++;
  return firstDigit(k) << FIRST.shift;
}

const SIGNLESS = 0x7fffffff;
/** Digits of |value|'s 31 bits from the top: 11, 10 and 10 bits. */
const DIGITS = [{ shift: 20, size: 2048 }, { shift: 10, size: 1024 }, { shift: 0, size: 1024 }];
const FIRST = DIGITS[0];
const histogram = new Uint32Array(FIRST.size);

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/** Returns the first digit of the k-th largest strength, or 0 if there are fewer. */
function firstDigit(k: number): number {
  let digit = FIRST.size - 1;
  for (let sum = histogram[digit]; sum < k && digit > 0; sum += histogram[digit]) digit--;
  return digit;
}

/** Cuts the candidates to exactly `k`, keeping their order; returns how many there are. */
function cut(
  indices: Uint32Array,
  bits: Uint32Array,
  { count, k, ascending }: Selection & { ascending: boolean },
): number {
  if (count <= k) return count;
  if (k <= 0) return 0;
  const { threshold, above, equal } = kthLargest(indices, bits, { count, k });
  let room = k - above;
  if (equal > room && !ascending) indices.subarray(0, count).sort();
  let kept = 0;
  for (let c = 0; c < count; c++) {
    const index = indices[c];
    const strength = bits[index] & SIGNLESS;
    if (strength > threshold || strength === threshold && room-- > 0) indices[kept++] = index;
  }
  return kept;
}

/** Returns the k-th largest strength, how many are above it, and how many equal it. */
function kthLargest(
  indices: Uint32Array,
  bits: Uint32Array,
  { count, k }: Selection,
): { threshold: number; above: number; equal: number } {
  let threshold = 0;
  let fixed = 0; // mask of the known bits of `threshold`
  let above = 0;
  let equal = 0;
  for (const { shift, size } of DIGITS) {
    histogram.fill(0, 0, size);
    for (let c = 0; c < count; c++) {
      const strength = bits[indices[c]] & SIGNLESS;
      if ((strength & fixed) === threshold) histogram[strength >>> shift & size - 1]++;
    }
    let digit = size - 1;
    while (above + histogram[digit] < k) above += histogram[digit--];
    threshold |= digit << shift;
    equal = histogram[digit];
    fixed |= size - 1 << shift;
  }
  return { threshold, above, equal };
}
