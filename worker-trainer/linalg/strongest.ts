/** The strongest entries of a row: what is left of a dense result when it is cut for serving. */

/**
 * Moves the indices of the `k` entries of largest |value| to the front of `indices`, ascending, and
 * gives how many there are: fewer than `k` when fewer are not zero. Equal strength goes to the
 * smaller index, so that the answer does not depend on the order of `indices`.
 *
 * Linear in `count`: the float32 bits of |value| order like unsigned integers, and the k-th largest
 * of those is found digit by digit.
 * @param indices the candidates; `count` of them, all different.
 * @param values by index; read as float32.
 */
export function strongest(
  indices: Uint32Array,
  values: Float32Array,
  { count, k }: { count: number; k: number },
): number {
  let kept = 0;
  for (let c = 0; c < count; c++) {
    const index = indices[c];
    if (values[index] !== 0) indices[kept++] = index;
  }
  if (kept > k) kept = cut(indices, values, { count: kept, k });
  indices.subarray(0, kept).sort();
  return kept;
}

function cut(
  indices: Uint32Array,
  values: Float32Array,
  { count, k }: { count: number; k: number },
): number {
  if (k <= 0) return 0;
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const { threshold, above } = kthLargest(indices, bits, { count, k });
  const ties: number[] = [];
  let kept = 0;
  for (let c = 0; c < count; c++) {
    const index = indices[c];
    const strength = bits[index] & SIGNLESS;
    if (strength > threshold) indices[kept++] = index;
    else if (strength === threshold) ties.push(index);
  }
  if (ties.length > k - above) ties.sort((a, b) => a - b);
  for (let t = 0; kept < k; t++) indices[kept++] = ties[t];
  return kept;
}

const SIGNLESS = 0x7fffffff;
/** Digits of |value|'s 31 bits from the top: 11, 10 and 10 bits. */
const DIGITS = [{ shift: 20, size: 2048 }, { shift: 10, size: 1024 }, { shift: 0, size: 1024 }];
const histogram = new Uint32Array(2048);

/** The k-th largest strength and how many are above it. */
function kthLargest(
  indices: Uint32Array,
  bits: Uint32Array,
  { count, k }: { count: number; k: number },
): { threshold: number; above: number } {
  let threshold = 0;
  let fixed = 0; // the bits of `threshold` that are known
  let above = 0;
  for (const { shift, size } of DIGITS) {
    histogram.fill(0, 0, size);
    for (let c = 0; c < count; c++) {
      const strength = bits[indices[c]] & SIGNLESS;
      if ((strength & fixed) === threshold) histogram[strength >>> shift & size - 1]++;
    }
    let digit = size - 1;
    while (above + histogram[digit] < k) above += histogram[digit--];
    threshold |= digit << shift;
    fixed |= size - 1 << shift;
  }
  return { threshold, above };
}
