/** Event words of the files, with their rows and weights. */
import type { EventCount } from "../api/report.ts";
import { text as report } from "./report_words.ts";

const text = report.events;

export function Events({ events }: { events: EventCount[] }) {
  return (
    <section class="card stack tight" aria-labelledby="events">
      <h2 id="events">{text.title}</h2>
      <p class="muted small">{text.explanation}</p>
      <dl class="facts stacked">
        {events.map(({ word, rows, weight, by }) => (
          <div key={word} class="fact">
            <dt class="mono">{word}</dt>
            <dd>{text.fact(rows, weight, by)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
