/** Charts of the metrics on the test set. */
import { BarChart } from "../ui/charts/bar_chart.tsx";
import { Figure } from "../ui/charts/figure.tsx";
import { LineChart } from "../ui/charts/line_chart.tsx";
import type { CurvePoint, Metrics, Report, Test } from "../api/report.ts";
import { text } from "./report_words.ts";
import { count, percent, score } from "../ui/words.ts";

/** List lengths in the table. */
const LENGTHS = [1, 3, 5, 10, 20, 30, 40, 50];

/** Recall@k of the model and of the popularity and random baselines. */
export function Recall({ test: { curve, baseline_curves, metrics, popularity } }: { test: Test }) {
  if (!curve) return null;
  const lines = [
    lineOf(text.model, "model", curve),
    ...(baseline_curves
      ? [
        lineOf(text.popular, "popular", baseline_curves.popularity),
        lineOf(text.random, "random", baseline_curves.random),
      ]
      : []),
  ];
  const intervals = curve.flatMap(({ recall_interval }) => recall_interval ?? []);
  const band = intervals.length === curve.length ? intervals : undefined;
  const rows = LENGTHS.flatMap((length) => {
    const at = curve.findIndex(({ k }) => k === length);
    if (at < 0) return [];
    return [[
      length,
      ...lines.map(({ points }) => percent(points[at]?.[1] ?? 0)),
      ...(band ? [text.between(percent(band[at].low), percent(band[at].high))] : []),
    ]];
  });
  return (
    <Figure
      title={text.recall.title}
      explanation={band
        ? `${text.recall.explanation} ${text.recall.band}`
        : text.recall.explanation}
      table={{
        head: [
          text.recall.head,
          ...lines.map(({ name }) => name),
          ...(band ? [text.interval] : []),
        ],
        rows,
      }}
    >
      <LineChart
        lines={[{ ...lines[0], band }, ...lines.slice(1)]}
        axis={text.recall.axis}
        marks={[1, 10, 20, 30, 40, 50]}
        show={percent}
        label={text.recall.label(metrics.recall, popularity.recall)}
        height={330}
      />
    </Figure>
  );
}

function lineOf(name: string, tone: string, curve: CurvePoint[]) {
  return { name, tone, points: curve.map(({ k, recall }): [number, number] => [k, recall]) };
}

/** NDCG with its confidence interval. */
export function Order({ test }: { test: Test }) {
  const { metrics, popularity, recent_popularity, random, ndcg_interval } = test;
  const bars = [
    { name: text.model, tone: "model", interval: ndcg_interval, ...metrics },
    { name: text.popular, tone: "popular", ...popularity },
    ...(recent_popularity
      ? [{ name: text.recentlyPopular, tone: "popular", ...recent_popularity }]
      : []),
    { name: text.random, tone: "random", ...random },
  ].map(({ name, tone, ndcg, discounted_ndcg, ...rest }) => ({
    ...{ name, tone, value: ndcg, discounted: discounted_ndcg },
    interval: "interval" in rest ? rest.interval : undefined,
  }));
  const [low, high] = ndcg_interval ? [score(ndcg_interval.low), score(ndcg_interval.high)] : [];
  return (
    <Figure
      title={text.order.title}
      explanation={low
        ? text.order.explanation + text.order.certainty(low, high!)
        : text.order.explanation}
      table={{
        head: ["", text.ndcg, text.interval, text.order.discounted],
        rows: bars.map(({ name, value, interval, discounted }) => [
          name,
          score(value),
          interval ? text.between(low!, high!) : "",
          discounted === undefined ? "" : score(discounted),
        ]),
      }}
    >
      <BarChart bars={bars} show={score} label={text.order.label(bars)} />
    </Figure>
  );
}

/** Catalogue coverage and the share of long-tail items. */
export function Breadth({ test: { metrics, popularity, random } }: { test: Test }) {
  const compared = [
    { name: text.model, tone: "model", figures: metrics },
    { name: text.popular, tone: "popular", figures: popularity },
    { name: text.random, tone: "random", figures: random },
  ];
  const bars = (what: string, of: (figures: Metrics) => number) =>
    compared.map(({ name, tone, figures }) => ({
      name: text.breadth.of(what, name),
      tone,
      value: of(figures),
    }));
  const all = [
    ...bars(text.breadth.shown, ({ coverage }) => coverage),
    ...bars(text.breadth.tail, ({ long_tail = 0 }) => long_tail),
  ];
  return (
    <Figure
      title={text.breadth.title}
      explanation={text.breadth.explanation}
      table={{
        head: ["", text.breadth.shown, text.breadth.tail],
        rows: compared.map(({ name, figures: { coverage, long_tail = 0 } }) => [
          name,
          percent(coverage),
          percent(long_tail),
        ]),
      }}
    >
      <BarChart
        bars={all}
        show={percent}
        most={1}
        label={all.map(({ name, value }) => `${name} ${percent(value)}`).join(", ")}
      />
    </Figure>
  );
}

/** Recall by the length of the user's history. */
export function Segments({ test: { segments = [], metrics } }: { test: Test }) {
  const { names } = text.segments;
  const evaluated = segments.filter(({ users }) => users > 0);
  if (evaluated.length === 0) return null;
  const none = segments.filter(({ users }) => users === 0).map(({ name }) => names[name]);
  return (
    <Figure
      title={text.segments.title}
      explanation={text.segments.explanation(metrics.recall) +
        (none.length > 0 ? text.segments.none(none) : "")}
      table={{
        head: text.segments.head,
        rows: segments.map(({ name, users, recall, ndcg }) => [
          names[name],
          count(users),
          users > 0 ? percent(recall) : "",
          users > 0 ? score(ndcg) : "",
        ]),
      }}
    >
      <BarChart
        bars={evaluated.map(({ name, users, recall }) => ({
          name: text.segments.bar(names[name], users),
          tone: "model",
          value: recall,
        }))}
        show={percent}
        label={evaluated.map(({ name, recall }) => `${names[name]} ${percent(recall)}`).join(", ")}
      />
    </Figure>
  );
}

/** Recall, coverage and long-tail share by the diversity parameter. */
export function Diversity({ test: { diversity = [] } }: { test: Test }) {
  if (diversity.length < 2) return null;
  const line = (name: string, tone: string, of: "recall" | "coverage") => ({
    name,
    tone,
    points: diversity.map(({ diversity, metrics }): [number, number] => [diversity, metrics[of]]),
  });
  const [least, most] = [diversity[0].metrics, diversity.at(-1)!.metrics];
  return (
    <Figure
      title={text.diversity.title}
      explanation={text.diversity.explanation(least, most)}
      table={{
        head: [
          text.diversity.axis,
          text.diversity.found,
          text.breadth.shown,
          text.breadth.tail,
        ],
        rows: diversity.map(({ diversity, metrics }) => [
          diversity,
          percent(metrics.recall),
          percent(metrics.coverage),
          percent(metrics.long_tail ?? 0),
        ]),
      }}
    >
      <LineChart
        lines={[
          line(text.diversity.found, "model", "recall"),
          line(text.breadth.shown, "breadth", "coverage"),
        ]}
        axis={text.diversity.axis}
        marks={diversity.map(({ diversity }) => diversity)}
        show={percent}
        label={text.diversity.label(least.recall, most.recall)}
        height={276}
      />
    </Figure>
  );
}

/** Hit rate of the next item, with and without knowing the order. */
export function NextItem({ next }: { next: NonNullable<Report["next_item"]> }) {
  const compared = [
    { name: text.model, tone: "model", figures: next, interval: next.hit_rate_interval },
    ...(next.unordered
      ? [{ name: text.next.unordered, tone: "random", figures: next.unordered }]
      : []),
    { name: text.popular, tone: "popular", figures: next.popularity },
  ].map(({ figures: { hit_rate, ndcg }, ...rest }) => ({
    interval: undefined,
    ...rest,
    hit_rate,
    ndcg,
  }));
  return (
    <Figure
      title={text.next.title}
      explanation={text.next.explanation(next.users)}
      table={{
        head: [...text.next.head, text.interval],
        rows: compared.map(({ name, hit_rate, ndcg, interval }) => [
          name,
          percent(hit_rate),
          score(ndcg),
          interval ? text.between(percent(interval.low), percent(interval.high)) : "",
        ]),
      }}
    >
      <BarChart
        bars={compared.map(({ name, tone, hit_rate, interval }) => ({
          name,
          tone,
          value: hit_rate,
          interval,
        }))}
        show={percent}
        label={compared.map(({ name, hit_rate }) => `${name} ${percent(hit_rate)}`).join(", ")}
      />
    </Figure>
  );
}

/** NDCG of the selected configuration on the split of the other kind, beside that of the report. */
export function OtherSplit({ test, split }: { test: Test; split: NonNullable<Report["split"]> }) {
  const { kind = "user", other } = split;
  if (!other) return null;
  const { kinds, popular } = text.split;
  const rows = [
    {
      kind,
      users: split.test_users,
      ndcg: test.metrics.ndcg,
      interval: test.ndcg_interval,
      popularity: test.popularity.ndcg,
    },
    {
      kind: other.kind,
      users: other.test_users,
      ndcg: other.ndcg,
      interval: other.ndcg_interval,
      popularity: other.popularity_ndcg,
    },
  ];
  return (
    <Figure
      title={text.split.title}
      explanation={text.split.explanation(rows[1].users)}
      table={{
        head: text.split.head,
        rows: rows.map(({ kind, users, ndcg, interval, popularity }) => [
          kinds[kind],
          count(users),
          score(ndcg),
          text.between(score(interval.low), score(interval.high)),
          score(popularity),
        ]),
      }}
    >
      <BarChart
        bars={rows.flatMap(({ kind, ndcg, interval, popularity }) => [
          { name: kinds[kind], tone: "model", value: ndcg, interval },
          { name: popular(kinds[kind]), tone: "popular", value: popularity },
        ])}
        show={score}
        label={rows.map(({ kind, ndcg }) => `${kinds[kind]} ${score(ndcg)}`).join(", ")}
      />
    </Figure>
  );
}

/** Metrics on cold items: items without interactions in training. */
export function ColdItems({ cold }: { cold: NonNullable<Report["cold_items"]> }) {
  const compared = [
    { name: text.model, tone: "model", ...cold },
    { name: text.cold.content, tone: "random", ...cold.content },
    { name: text.popular, tone: "popular", ...cold.popularity },
  ];
  return (
    <Figure
      title={text.cold.title}
      explanation={text.cold.explanation(cold.items, cold.users)}
      table={{
        head: text.cold.head,
        rows: compared.map(({ name, recall, ndcg }) => [name, percent(recall), score(ndcg)]),
      }}
    >
      <BarChart
        bars={compared.map(({ name, tone, recall }) => ({ name, tone, value: recall }))}
        show={percent}
        label={compared.map(({ name, recall }) => `${name} ${percent(recall)}`).join(", ")}
      />
    </Figure>
  );
}
