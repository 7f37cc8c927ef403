/** Columns that recommendations can be filtered by, and why the others cannot. */
import type { Report } from "../api/report.ts";
import { text as report } from "./report_words.ts";

const text = report.filterable;

export function Filterable({ filters }: { filters: NonNullable<Report["filters"]> }) {
  const { columns, unfilterable } = filters;
  return (
    <section class="card stack tight" aria-labelledby="filterable">
      <h2 id="filterable">{text.title}</h2>
      {columns.length === 0 && <p>{text.none}</p>}
      <dl class="facts stacked">
        {columns.map(({ name, kind }) => (
          <div key={name} class="fact">
            <dt class="mono">{name}</dt>
            <dd>{text.kinds[kind] ?? kind}</dd>
          </div>
        ))}
        {unfilterable.map(({ name, reason }) => (
          <div key={name} class="fact">
            <dt class="mono">{name}</dt>
            <dd class="muted">{text.not(reason)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
