/**
 * The report as files for MLflow and the artifact folder: an HTML page without external resources,
 * and its charts. The dashboard renders the same report itself.
 */
import { html, raw } from "hono/html";
import type { Files } from "../../../functions/recommender/registry/registry.ts";
import type {
  Candidate,
  Metrics,
  NextItem,
  Report,
} from "../../../functions/recommender/report/report.ts";
import { barPlot, linePlot, type Tone } from "./plots.ts";

/** Maximum number of candidates in the chart: the best ones. */
const BEST = 15;

const SEGMENTS = {
  new: "up to 5 items in the history",
  light: "up to 20 items",
  heavy: "more than 20 items",
  newcomers: "without a history",
};

/**
 * Returns `report.html`, `report.json` and `plots/*.svg`.
 * @param about.title heading of the page: the project's name and the training.
 */
export function reportPages(report: Report, { title }: { title: string }): Files {
  const plots = plotsOf(report);
  const files = {
    "report.html": page(report, { title, plots: Object.values(plots) }),
    "report.json": JSON.stringify(report, null, 2) + "\n",
    ...Object.fromEntries(Object.entries(plots).map(([name, svg]) => [`plots/${name}.svg`, svg])),
  };
  const encoder = new TextEncoder();
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, encoder.encode(text)]),
  );
}

/** Returns the SVG charts for which the report has figures, by name. */
function plotsOf({ test, candidates }: Report): Record<string, string> {
  const plots: Record<string, string> = {};
  if (test) {
    const { metrics, popularity, random, ndcg_interval: interval, segments } = test;
    plots.ndcg = barPlot("NDCG@10 on the test part, with its 95 % interval", {
      show: points,
      bars: [
        { name: "This model", value: metrics.ndcg, interval },
        { name: "The most popular items", value: popularity.ndcg, tone: "popular" },
        { name: "Random items", value: random.ndcg, tone: "random" },
      ],
    });
    const curves: [string, Tone, typeof test.curve | undefined][] = [
      ["This model", "model", test.curve],
      ["The most popular items", "popular", test.baseline_curves?.popularity],
      ["Random items", "random", test.baseline_curves?.random],
    ];
    plots.recall = linePlot("Recall by length of list", {
      axis: "Length of the list",
      show: percent,
      lines: curves.flatMap(([name, tone, curve]) =>
        curve
          ? [{ name, tone, points: curve.map(({ k, recall }): [number, number] => [k, recall]) }]
          : []
      ),
    });
    const measured = segments.filter(({ users }) => users > 0);
    if (measured.length > 0) {
      plots.segments = barPlot("NDCG@10 by length of history", {
        show: points,
        bars: measured.map(({ name, users, ndcg }) => ({
          name: `${SEGMENTS[name]} (${users.toLocaleString("en")} users)`,
          value: ndcg,
        })),
      });
    }
  }
  const tried = candidates.filter(({ validation_ndcg }) => validation_ndcg !== undefined)
    .toSorted((a, b) => b.validation_ndcg! - a.validation_ndcg!).slice(0, BEST);
  if (tried.length > 0) {
    plots.candidates = barPlot("Candidates: NDCG@10 on the validation part", {
      show: points,
      bars: tried.map((candidate) => ({
        name: modelLabel(candidate),
        value: candidate.validation_ndcg!,
      })),
    });
  }
  return plots;
}

const STYLES = `
:root { color-scheme: light; font: 16px/1.5 system-ui, sans-serif; color: #1a2323 }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; background: #ffffff }
table { border-collapse: collapse }
td, th { padding: .25rem 1rem .25rem 0; text-align: left; font-variant-numeric: tabular-nums }
svg { max-width: 100%; height: auto; margin: 1rem 0 }
.note { border-left: 4px solid #c77a12; padding: .25rem 1rem }
`;

function page(report: Report, { title, plots }: { title: string; plots: string[] }): string {
  const { chosen, data, split, test, next_item, repeats, gate, warnings, content, candidates } =
    report;
  const skipped = candidates.filter(({ skipped }) => skipped);
  return String(
    html`
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <title>${title}</title>
      <style>${raw(STYLES)}</style>
      <h1>${title}</h1>
      <p>A ${report.model_type} model by ${modelLabel(chosen)}, from ${data.items.toLocaleString(
        "en",
      )} items,
      ${data.users.toLocaleString("en")} users and ${data.interactions.toLocaleString(
        "en",
      )} interactions.
      ${data.liking?.says ?? ""} ${test && split?.says ? split.says : ""}
      </p>
      ${gate ? html`<p class="note">Verdict: ${gate.verdict}. ${gate.reason}</p>` : ""}
      ${warnings.map((warning) => html`<p class="note">${warning}</p>`)}
      ${test &&
        table([
          "",
          "NDCG@10",
          "NDCG@10, popular items discounted",
          "Recall@10",
          "MRR",
          "Catalogue shown",
          "Long tail",
        ], [
          figures("This model", test.metrics),
          figures("The most popular items", test.popularity),
          ...(test.recent_popularity
            ? [figures("The most popular items of the last 7 days", test.recent_popularity)]
            : []),
          figures("Random items", test.random),
        ])}
      ${next_item && html`<p>${nextItemInWords(next_item)}</p>`}
      ${repeats && html`<p>${repeats.says}</p>`}
      ${raw(plots.join("\n"))}
      ${content && content.examples.length > 0 &&
        html`<h2>Neighbours by content</h2>${
          table(
            ["Item", "Similar items"],
            content.examples.map(({ title, neighbours }) => [title, neighbours.join(", ")]),
          )
        }`}
      ${skipped.length > 0 &&
        html`<h2>Skipped candidates</h2>${
          table(
            ["Configuration", "Reason"],
            skipped.map((candidate) => [modelLabel(candidate), candidate.skipped!]),
          )
        }`}
      </html>
    `,
  ).trim() + "\n";
}

function nextItemInWords({ hit_rate, popularity, says }: NextItem): string {
  return `The list of ten contains the next item of ${
    percent(hit_rate)
  } of the users, that of the ` +
    `most popular items ${percent(popularity.hit_rate)}. ${says}`;
}

function table(head: string[], rows: string[][]) {
  return html`<table><tr>${head.map((cell) => html`<th>${cell}</th>`)}</tr>
${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</table>`;
}

function figures(name: string, metrics: Metrics): string[] {
  const { ndcg, discounted_ndcg, recall, mrr, coverage, long_tail } = metrics;
  const discounted = discounted_ndcg === undefined ? "" : points(discounted_ndcg);
  return [
    ...[name, points(ndcg), discounted, percent(recall)],
    ...[points(mrr), percent(coverage), percent(long_tail)],
  ];
}

/** Returns an algorithm and its parameters in one line. */
export function modelLabel({ algorithm, parameters }: Pick<Candidate, "algorithm" | "parameters">) {
  const settings = Object.entries(parameters).map(([name, value]) => `${name} ${value}`).join(", ");
  return settings ? `${algorithm} (${settings})` : algorithm;
}

const points = (value: number) => value.toFixed(4);
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
