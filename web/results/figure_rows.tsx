/** Table of results, a row for each placement or version. */
import { useId } from "preact/hooks";
import type { Results } from "../api/project_api.ts";
import { count } from "../ui/words.ts";
import { share, text } from "./results_words.ts";

interface FigureRowsProps {
  title: string;
  /** Heading of the first column. */
  head: string;
  /** Sentence with the times in which events count. */
  windows: string;
  rows: (Results["total"] & { name: string })[];
}

const { columns } = text;

export function FigureRows({ title, head, windows, rows }: FigureRowsProps) {
  const id = useId();
  return (
    <section class="card stack tight" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p class="muted small">{windows}</p>
      <div class="scroll flat" tabIndex={0} role="region" aria-label={text.table(title)}>
        <table>
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{head}</th>
              <th scope="col" class="number">{columns.lists}</th>
              <th scope="col" class="number">{columns.through}</th>
              <th scope="col" class="number">{columns.impressions}</th>
              <th scope="col" class="number">{columns.clicks}</th>
              <th scope="col" class="number">{columns.conversions}</th>
              <th scope="col" class="number">{columns.revenue}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row">{row.name}</th>
                <td class="number">{count(row.lists)}</td>
                <td class="number">{share(row.click_through)}</td>
                <td class="number">{count(row.impressions)}</td>
                <td class="number">{count(row.clicks)}</td>
                <td class="number">{count(row.conversions)}</td>
                <td class="number">{count(row.revenue)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
