/** Line chart over a common x axis, with the values under the pointer. */
import { useSignal } from "@preact/signals";
import { Canvas, Legend } from "./figure.tsx";
import { pathOf, scaled, ticksTo } from "./scale.ts";

export interface Line {
  name: string;
  /** Colour class of charts.css: "model", "popular", "random" or "breadth". */
  tone: string;
  /** Ascending in x; y ≥ 0. */
  points: [x: number, y: number][];
  /** 95 % confidence intervals at the same xs. */
  band?: { low: number; high: number }[];
}

interface LineChartProps {
  lines: Line[];
  /** Label of the x axis. */
  axis: string;
  /** Ticks of the x axis. */
  marks: number[];
  show: (y: number) => string;
  /** Formats an x value. */
  showX?: (x: number) => string;
  label: string;
  height?: number;
}

const LEFT = 44;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 40;

export function LineChart(
  { lines, axis, marks, show, showX = String, label, height = 260 }: LineChartProps,
) {
  const over = useSignal<number | null>(null);
  const xs = lines[0].points.map(([x]) => x);
  const ticks = ticksTo(Math.max(
    ...lines.flatMap(({ points, band = [] }) => [
      ...points.map(([, y]) => y),
      ...band.map(({ high }) => high),
    ]),
  ));
  const y = scaled([0, ticks.at(-1)!], [height - BOTTOM, TOP]);
  return (
    <>
      <Legend names={lines} />
      <Canvas height={height} label={label}>
        {(width) => {
          const x = scaled([xs[0], xs.at(-1)!], [LEFT, width - RIGHT]);
          const nearest = (px: number) =>
            xs.reduce((best, value) =>
              Math.abs(x(value) - px) < Math.abs(x(best) - px) ? value : best
            );
          const at = over.value;
          return (
            <g
              onPointerMove={(event) => {
                const { left } = event.currentTarget.ownerSVGElement!.getBoundingClientRect();
                over.value = nearest(event.clientX - left);
              }}
              onPointerLeave={() => over.value = null}
            >
              <rect width={width} height={height} class="ground" />
              {ticks.map((tick) => (
                <g key={tick}>
                  <line class="grid" x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
                  <text class="tick" x={LEFT - 8} y={y(tick)} dy="0.32em" text-anchor="end">
                    {show(tick)}
                  </text>
                </g>
              ))}
              {marks.map((mark) => (
                <text
                  key={mark}
                  class="tick"
                  x={x(mark)}
                  y={height - BOTTOM + 18}
                  text-anchor={mark === xs.at(-1) ? "end" : mark === xs[0] ? "start" : "middle"}
                >
                  {showX(mark)}
                </text>
              ))}
              <text class="axis" x={(LEFT + width - RIGHT) / 2} y={height - 4} text-anchor="middle">
                {axis}
              </text>
              {at !== null && (
                <line class="cursor" x1={x(at)} x2={x(at)} y1={TOP} y2={height - BOTTOM} />
              )}
              {lines.map(({ name, tone, points, band }) => (
                <g key={name} class={`tone-${tone}`}>
                  {band && (
                    <polygon
                      class="band"
                      points={[
                        ...band.map(({ high }, i) => `${x(points[i][0])},${y(high)}`),
                        ...band.map(({ low }, i) => `${x(points[i][0])},${y(low)}`).toReversed(),
                      ].join(" ")}
                    />
                  )}
                  <path d={pathOf(points.map(([px, py]) => [x(px), y(py)]))} />
                  {points.length <= 12 &&
                    points.map(([px, py]) => <circle key={px} cx={x(px)} cy={y(py)} r="3.5" />)}
                  {points.filter(([px]) => px === at).map(([px, py]) => (
                    <circle key="at" cx={x(px)} cy={y(py)} r="4.5" />
                  ))}
                </g>
              ))}
            </g>
          );
        }}
      </Canvas>
      <p class="small readout" aria-hidden="true">
        {over.value === null ? "\u00a0" : [
          `${axis} ${showX(over.value)}`,
          ...lines.map(({ name, points }) => {
            const [, value] = points.find(([px]) => px === over.value) ?? [];
            return value === undefined ? "" : `${name} ${show(value)}`;
          }).filter(Boolean),
        ].join(" · ")}
      </p>
    </>
  );
}
