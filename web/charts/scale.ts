/** From values to places: the ticks of an axis, and where a value stands on it. */

/** Steps that people count in. */
const STEPS = [1, 2, 2.5, 5, 10];

/**
 * Round values from 0 on that reach over `largest`, about four of them.
 * @returns `[0]` and 1 where there is nothing to show.
 */
export function ticksTo(largest: number): number[] {
  if (!(largest > 0)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(largest / 4));
  const step = STEPS.map((step) => step * power).find((step) => step * 4.2 >= largest) ??
    10 * power;
  const count = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(12)));
}

/** The line from one interval to another. */
export function scaled(
  [from, to]: readonly [number, number],
  [start, end]: readonly [number, number],
): (value: number) => number {
  const span = to - from || 1;
  return (value) => start + (value - from) / span * (end - start);
}

/** The points of a line as an SVG path. */
export function pathOf(points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join(
    "",
  );
}
