/** Column chart, with the values under the pointer. */
import { useSignal } from "@preact/signals";
import { count } from "../words.ts";
import { Canvas } from "./figure.tsx";
import { scaled, ticksTo } from "./scale.ts";

interface ColumnChartProps {
  columns: { name: string; value: number }[];
  label: string;
  height?: number;
}

const LEFT = 44;
const TOP = 10;
const BOTTOM = 26;
/** Minimum width of a label on the x axis, in pixels. */
const NAME = 72;

export function ColumnChart({ columns, label, height = 220 }: ColumnChartProps) {
  const over = useSignal<number | null>(null);
  const most = Math.max(...columns.map(({ value }) => value));
  const ticks = ticksTo(Math.max(most, 4)).filter(Number.isInteger);
  const y = scaled([0, ticks.at(-1)!], [height - BOTTOM, TOP]);
  return (
    <>
      <Canvas height={height} label={label}>
        {(width) => {
          const step = (width - LEFT) / columns.length;
          const every = Math.ceil(NAME / step);
          return (
            <g
              onPointerMove={(event) => {
                const { left } = event.currentTarget.ownerSVGElement!.getBoundingClientRect();
                const at = Math.floor((event.clientX - left - LEFT) / step);
                over.value = at >= 0 && at < columns.length ? at : null;
              }}
              onPointerLeave={() => over.value = null}
            >
              <rect width={width} height={height} class="ground" />
              {ticks.map((tick) => (
                <g key={tick}>
                  <line class="grid" x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} />
                  <text class="tick" x={LEFT - 8} y={y(tick)} dy="0.32em" text-anchor="end">
                    {count(tick)}
                  </text>
                </g>
              ))}
              {columns.map(({ name, value }, i) => (
                <g key={name} class={`bar tone-model${over.value === i ? " over" : ""}`}>
                  <rect
                    x={LEFT + (i + .14) * step}
                    width={.72 * step}
                    y={value > 0 ? Math.min(y(value), y(0) - 2) : y(0)}
                    height={value > 0 ? Math.max(2, y(0) - y(value)) : 0}
                    rx={Math.min(3, step / 4)}
                  />
                  {(columns.length - 1 - i) % every === 0 && (
                    <text
                      class="tick"
                      x={i === columns.length - 1 ? width : LEFT + (i + .5) * step}
                      y={height - 6}
                      text-anchor={i === columns.length - 1 ? "end" : "middle"}
                    >
                      {name}
                    </text>
                  )}
                </g>
              ))}
            </g>
          );
        }}
      </Canvas>
      <p class="small readout" aria-hidden="true">
        {over.value === null
          ? "\u00a0"
          : `${columns[over.value].name} · ${count(columns[over.value].value)}`}
      </p>
    </>
  );
}
