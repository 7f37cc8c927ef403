/** Daily usage of an app: summary, columns, table. */
import { useLocation } from "preact-iso";
import { usageByDay } from "../api/apps_api.ts";
import { ColumnChart } from "../ui/charts/column_chart.tsx";
import { Figure } from "../ui/charts/figure.tsx";
import { useLoad } from "../api/load.ts";
import { text as app } from "./app_words.ts";
import { count, dayOfYear } from "../ui/words.ts";
import { ProblemNote } from "../ui/problem_note.tsx";

const text = app.usage;

/** Selectable periods, in days. */
const SPANS = [7, 30, 90];

export function UsageChart({ appId }: { appId: string }) {
  const { path, query } = useLocation();
  const span = SPANS.find((days) => String(days) === query.days) ?? 30;
  const { value, problem, reload } = useLoad(
    (signal) => usageByDay(appId, span, signal),
    `${appId} ${span}`,
  );
  const days = value.value?.map(({ day, usage_count }) => ({
    name: dayOfYear(day),
    value: usage_count,
  }));
  const total = days?.reduce((sum, { value }) => sum + value, 0) ?? 0;
  const most = days?.reduce((a, b) => b.value > a.value ? b : a);
  const words = total > 0
    ? text.inWords(total, span, { day: most!.name, count: most!.value })
    : text.none(span);
  return (
    <Figure
      title={text.title}
      beside={
        <nav class="segments" aria-label={text.span}>
          {SPANS.map((days) => (
            <a
              key={days}
              href={`${path}?days=${days}`}
              aria-current={days === span ? "true" : undefined}
            >
              {text.days(days)}
            </a>
          ))}
        </nav>
      }
      explanation={days ? words : ""}
      table={{
        head: text.head,
        rows: (days ?? []).toReversed().map(({ name, value }) => [name, count(value)]),
      }}
    >
      <ProblemNote problem={problem.value} retry={reload} />
      {days && <ColumnChart columns={days} label={words} />}
    </Figure>
  );
}
