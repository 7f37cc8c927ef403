/** Linear scales, axis ticks and SVG paths. */

/** Step sizes within a power of ten. */
const STEPS = [1, 2, 2.5, 5, 10];

/**
 * Returns about four round ticks from 0 up to at least `largest`; `[0, 1]` if `largest` is not
 * positive.
 */
export function ticksTo(largest: number): number[] {
  if (!(largest > 0)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(largest / 4));
  const step = STEPS.map((step) => step * power).find((step) => step * 4.2 >= largest) ??
    10 * power;
  const count = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** Returns the linear map from one interval onto another. */
export function scaled(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
): (value: number) => number {
  const span = to - from || 1;
  return (value) => start + (value - from) / span * (end - start);
}

/** Returns the SVG path through the points. */
export function pathOf(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join(
    "",
  );
}
