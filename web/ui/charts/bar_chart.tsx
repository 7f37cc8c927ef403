/** Horizontal bar chart: names above the bars, values at their ends. */
import { Canvas } from "./figure.tsx";
import { scaled, ticksTo } from "./scale.ts";

export interface Bar {
  name: string;
  value: number;
  /** Colour class of charts.css. */
  tone: string;
  /** 95 % confidence interval. */
  interval?: { low: number; high: number };
}

interface BarChartProps {
  bars: Bar[];
  show: (value: number) => string;
  label: string;
  /** End of the axis; by default derived from the longest bar. */
  most?: number;
}

const ROW = 46;

export function BarChart({ bars, show, label, most }: BarChartProps) {
  const longest = Math.max(...bars.map(({ value, interval }) => interval?.high ?? value));
  const end = most ?? ticksTo(longest).at(-1)!;
  return (
    <Canvas height={bars.length * ROW} label={label}>
      {(width) => {
        const x = scaled([0, end], [0, width - 64]);
        return bars.map(({ name, value, tone, interval }, i) => (
          <g key={name} transform={`translate(0 ${i * ROW})`} class={`bar tone-${tone}`}>
            <text class="name" x="0" y="15">{name}</text>
            <rect class="groove" x="0" y="22" width={x(end)} height="14" rx="4" />
            <rect x="0" y="22" width={Math.max(x(value), value > 0 ? 2 : 0)} height="14" rx="4" />
            {interval && (
              <g class="interval">
                <line x1={x(interval.low)} x2={x(interval.high)} y1="29" y2="29" />
                <line x1={x(interval.low)} x2={x(interval.low)} y1="24" y2="34" />
                <line x1={x(interval.high)} x2={x(interval.high)} y1="24" y2="34" />
              </g>
            )}
            <text class="value" x={x(end) + 8} y="29" dy="0.35em">{show(value)}</text>
          </g>
        ));
      }}
    </Canvas>
  );
}
