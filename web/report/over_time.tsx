/** NDCG by version. */
import { Figure } from "../ui/charts/figure.tsx";
import { LineChart } from "../ui/charts/line_chart.tsx";
import type { Version } from "../api/project_api.ts";
import { text as report } from "./report_words.ts";
import { score } from "../ui/words.ts";

const text = report.overTime;

/** Most ticks that fit on the x axis. */
const MARKS = 12;

/** Renders nothing unless two versions have metrics. */
export function OverTime({ versions }: { versions: Version[] }) {
  const measured = versions.filter(({ metrics }) => metrics.ndcg_10 !== undefined).toReversed();
  if (measured.length < 2) return null;
  const line = (name: string, tone: string, key: string) => ({
    name,
    tone,
    points: measured.filter(({ metrics }) => metrics[key] !== undefined)
      .map(({ version, metrics }): [number, number] => [Number(version), metrics[key]]),
  });
  const marked = measured.length <= MARKS ? measured : [measured[0], measured.at(-1)!];
  return (
    <Figure
      title={text.title}
      explanation={text.explanation}
      table={{
        head: text.head,
        rows: measured.map(({ version, metrics }) => [
          version,
          score(metrics.ndcg_10),
          metrics.ndcg_10_popularity === undefined ? "" : score(metrics.ndcg_10_popularity),
        ]),
      }}
    >
      <LineChart
        lines={[
          line(report.model, "model", "ndcg_10"),
          line(report.popular, "popular", "ndcg_10_popularity"),
        ].filter(({ points }) => points.length > 0)}
        axis={text.axis}
        marks={marked.map(({ version }) => Number(version))}
        show={(value) => String(Number(value.toFixed(3)))}
        label={text.label(
          measured.map(({ version, metrics }) => ({ version, ndcg: metrics.ndcg_10 })),
        )}
        height={220}
      />
    </Figure>
  );
}
