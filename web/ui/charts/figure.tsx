/** Frame of a chart: heading, summary sentence, and the numbers as a table. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import "../../styles/charts.css";
import { text } from "../controls_words.ts";

/** Table of the plotted numbers; the first column is the row header. */
export interface FigureTable {
  head: string[];
  rows: (string | number)[][];
}

interface FigureProps {
  title: string;
  /** Controls next to the title, such as the choice of a period. */
  beside?: ComponentChildren;
  /** Summary of the chart in a sentence. */
  explanation: ComponentChildren;
  table: FigureTable;
  children: ComponentChildren;
}

export function Figure({ title, beside, explanation, table, children }: FigureProps) {
  const id = useId();
  return (
    <section class="card stack tight figure" aria-labelledby={id}>
      <div class="row between">
        <h2 id={id}>{title}</h2>
        {beside}
      </div>
      <p class="muted small">{explanation}</p>
      {children}
      {table.rows.length > 0 && (
        <details>
          <summary class="small">{text.figure.numbers}</summary>
          <Numbers title={title} table={table} />
        </details>
      )}
    </section>
  );
}

function Numbers({ title, table: { head, rows } }: { title: string; table: FigureTable }) {
  return (
    <div
      class="scroll sunken numbers"
      tabIndex={0}
      role="region"
      aria-label={text.figure.numbersOf(title)}
    >
      <table>
        <thead>
          <tr>
            {head.map((name, i) => (
              <th key={name} scope="col" class={i > 0 ? "number" : undefined}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, i) => <td key={i} class="number">{cell}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** SVG that takes the width of its container, so that text keeps its size on a phone. */
export function Canvas(
  { height, label, children }: {
    height: number;
    /** Text alternative of the drawing. */
    label: string;
    children: (width: number) => ComponentChildren;
  },
) {
  const place = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => width.value = entry.contentRect.width);
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} class="canvas">
      <svg role="img" aria-label={label} width="100%" height={height}>
        {width.value > 0 && children(width.value)}
      </svg>
    </div>
  );
}

/** Legend: colour and stroke of each series. */
export function Legend({ names }: { names: { name: string; tone: string }[] }) {
  return (
    <ul class="legend plain small" aria-label={text.legend}>
      {names.map(({ name, tone }) => (
        <li key={name}>
          <svg class={`tone-${tone}`} width="22" height="10" aria-hidden="true">
            <line x1="1" y1="5" x2="21" y2="5" />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}
