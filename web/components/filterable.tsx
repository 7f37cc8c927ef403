/** Which columns answers can be filtered by, and why the others cannot. */
import type { Report } from "../report.ts";

const KINDS: Record<string, string> = {
  number: "numbers, by range",
  date: "dates, by range",
  text: "texts, by value",
  list: "lists, by any of their parts",
};

export function Filterable({ filters }: { filters: NonNullable<Report["filters"]> }) {
  const { columns, unfilterable } = filters;
  return (
    <section class="card stack tight" aria-labelledby="filterable">
      <h2 id="filterable">Columns to filter by</h2>
      {columns.length === 0 && <p>None of the items file's columns can be filtered by.</p>}
      <dl class="facts stacked">
        {columns.map(({ name, kind }) => (
          <div key={name} class="fact">
            <dt class="mono">{name}</dt>
            <dd>{KINDS[kind] ?? kind}</dd>
          </div>
        ))}
        {unfilterable.map(({ name, reason }) => (
          <div key={name} class="fact">
            <dt class="mono">{name}</dt>
            <dd class="muted">Not by this one: {reason}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
