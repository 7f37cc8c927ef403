import { useLocation, useRoute } from "preact-iso";
import { projectDetails } from "../api.ts";
import { BarChart } from "../charts/bar_chart.tsx";
import { Figure } from "../charts/figure.tsx";
import { LineChart } from "../charts/line_chart.tsx";
import { Candidates } from "../components/candidates.tsx";
import { Filterable } from "../components/filterable.tsx";
import { ProblemNote } from "../components/problem_note.tsx";
import { ProjectFrame } from "../components/project_frame.tsx";
import { useLoad } from "../load.ts";
import { versionReport } from "../project_api.ts";
import { qualityInWords, type Report as Evaluation, reportOf, type Test } from "../report.ts";
import { algorithmWords } from "../training_words.ts";
import { count, counted, percent } from "../words.ts";

/** How good a version is, in words and in drawings; the one that serves by default. */
export function Report() {
  const { params: { id } } = useRoute();
  const { query: { version } } = useLocation();
  const { value, problem, reload } = useLoad((signal) => projectDetails(id, signal), id);
  const project = value.value;
  const shown = version ?? project?.mlflow_model_version ?? undefined;
  return (
    <ProjectFrame id={id} project={project} problem={problem.value} retry={reload}>
      {project && (shown
        ? (
          <VersionReport
            key={shown}
            id={id}
            version={shown}
            champion={project.mlflow_model_version}
          />
        )
        : (
          <p>
            There is nothing to report yet: the first training is not done.{" "}
            <a href={`/projects/${id}`}>See how it stands</a>.
          </p>
        ))}
    </ProjectFrame>
  );
}

interface VersionReportProps {
  id: string;
  version: string;
  champion: string | null;
}

function VersionReport({ id, version, champion }: VersionReportProps) {
  const { value, problem, reload } = useLoad((signal) => versionReport(id, version, signal));
  if (!value.value) {
    return problem.value
      ? <ProblemNote problem={problem.value} retry={reload} />
      : <p class="muted" role="status">Reading the report…</p>;
  }
  const report = reportOf(value.value);
  if (!report) return <p>This version's report is of a format that this page does not know.</p>;
  const { data, chosen, warnings, gate, test, content, candidates, filters } = report;
  const sentence = qualityInWords(report);
  return (
    <div class="stack wide">
      <section class="stack tight" aria-label="In words">
        <p class="muted small">
          Version {version}, {version === champion ? "which serves now" : (
            <>
              while version {champion} serves. <a href={`/projects/${id}/report`}>See that one</a>
            </>
          )}
        </p>
        <p class="lead">{sentence}</p>
        <p class="muted">
          Made by {algorithmWords(chosen.algorithm)} from {counted(data.items, "item")}
          {data.users > 0 &&
            `, ${counted(data.users, "user")} and ${counted(data.interactions, "interaction")}`}.
        </p>
        {gate && <p class={gate.verdict === "refused" ? "note warn" : "note"}>{gate.reason}</p>}
        {warnings.filter((warning) => warning !== sentence).map((warning) => (
          <p key={warning} class="note warn">{warning}</p>
        ))}
      </section>
      <div class="figures">
        {test && <Recall test={test} />}
        {test && <Certainty test={test} />}
        {test && <Breadth test={test} />}
        {test && <Segments test={test} />}
        {test && <Diversity test={test} />}
        {content && content.examples.length > 0 && <Examples content={content} />}
        {filters && <Filterable filters={filters} />}
        <Candidates candidates={candidates} chosen={chosen} />
      </div>
    </div>
  );
}

function Recall({ test: { curve, baseline_curves, metrics, popularity } }: { test: Test }) {
  if (!curve) return null;
  const lines = [
    { name: "This model", tone: "model", curve },
    ...(baseline_curves
      ? [
        { name: "Popular items", tone: "popular", curve: baseline_curves.popularity },
        { name: "Random", tone: "random", curve: baseline_curves.random },
      ]
      : []),
  ].map(({ name, tone, curve }) => ({
    name,
    tone,
    points: curve.map(({ k, recall }): [number, number] => [k, recall]),
  }));
  const rows = curve.filter(({ k }) => [1, 3, 5, 10, 20, 30, 40, 50].includes(k)).map(({ k }) => [
    k,
    ...lines.map(({ points }) => percent(points.find(([x]) => x === k)?.[1] ?? 0)),
  ]);
  return (
    <Figure
      title="Found, by length of list"
      says="The share of what people chose next that is in the list. The longer the list, the more."
      table={{ head: ["Length", ...lines.map(({ name }) => name)], rows }}
    >
      <LineChart
        lines={lines}
        axis="Length of the list"
        marks={[1, 10, 20, 30, 40, 50]}
        show={percent}
        label={`Recall by length of list. In lists of ten this model finds ${
          percent(metrics.recall)
        }, popular items ${percent(popularity.recall)}.`}
      />
    </Figure>
  );
}

const POINTS = new Intl.NumberFormat("en", { minimumFractionDigits: 3, maximumFractionDigits: 3 });

function Certainty({ test: { metrics, popularity, random, ndcg_interval } }: { test: Test }) {
  const bars = [
    { name: "This model", tone: "model", value: metrics.ndcg, interval: ndcg_interval },
    { name: "Popular items", tone: "popular", value: popularity.ndcg },
    { name: "Random", tone: "random", value: random.ndcg },
  ];
  const between = ndcg_interval &&
    `${POINTS.format(ndcg_interval.low)} to ${POINTS.format(ndcg_interval.high)}`;
  return (
    <Figure
      title="Put in the right order"
      says={
        <>
          NDCG of the first ten: 1 is every find in the first places.
          {between && ` With 95 % certainty the model's is from ${between}.`}
        </>
      }
      table={{
        head: ["", "NDCG", "95 % interval"],
        rows: bars.map(({ name, value, interval }) => [
          name,
          POINTS.format(value),
          interval ? between! : "",
        ]),
      }}
    >
      <BarChart
        bars={bars}
        show={(value) => POINTS.format(value)}
        label={`NDCG: ${
          bars.map(({ name, value }) => `${name} ${POINTS.format(value)}`).join(", ")
        }`}
      />
    </Figure>
  );
}

function Breadth({ test: { metrics, popularity, random } }: { test: Test }) {
  const bars = [
    { name: "Catalogue shown, this model", tone: "model", value: metrics.coverage },
    { name: "Catalogue shown, popular items", tone: "popular", value: popularity.coverage },
    { name: "Long tail, this model", tone: "model", value: metrics.long_tail ?? 0 },
    { name: "Long tail, random", tone: "random", value: random.long_tail ?? 0 },
  ];
  return (
    <Figure
      title="How much of the catalogue is seen"
      says="Which share of the items is in anybody's first ten, and how much of the lists is none of the most popular fifth: the long tail."
      table={{
        head: ["", "Catalogue shown", "Long tail"],
        rows: [
          ["This model", metrics],
          ["Popular items", popularity],
          ["Random", random],
        ].map(([name, figures]) => {
          const { coverage, long_tail = 0 } = figures as typeof metrics;
          return [name as string, percent(coverage), percent(long_tail)];
        }),
      }}
    >
      <BarChart
        bars={bars}
        show={percent}
        most={1}
        label={bars.map(({ name, value }) => `${name} ${percent(value)}`).join(", ")}
      />
    </Figure>
  );
}

const SEGMENT_WORDS = {
  new: "New, up to 5 items",
  light: "Light, up to 20 items",
  heavy: "Heavy, more than 20",
};

function Segments({ test: { segments = [], metrics } }: { test: Test }) {
  const judged = segments.filter(({ users }) => users > 0);
  if (judged.length === 0) return null;
  const none = segments.filter(({ users }) => users === 0);
  return (
    <Figure
      title="For whom it works"
      says={
        <>
          What is found in the first ten, by how much people had before. All together{" "}
          {percent(metrics.recall)}.
          {none.length > 0 &&
            ` Of the ${
              none.map(({ name }) => name).join(" and the ")
            } users there are none to judge by.`}
        </>
      }
      table={{
        head: ["Users", "How many", "Found", "NDCG"],
        rows: segments.map(({ name, users, recall, ndcg }) => [
          SEGMENT_WORDS[name],
          count(users),
          users > 0 ? percent(recall) : "",
          users > 0 ? POINTS.format(ndcg) : "",
        ]),
      }}
    >
      <BarChart
        bars={judged.map(({ name, users, recall }) => ({
          name: `${SEGMENT_WORDS[name]} · ${counted(users, "user")}`,
          tone: "model",
          value: recall,
        }))}
        show={percent}
        label={judged.map(({ name, recall }) => `${SEGMENT_WORDS[name]} ${percent(recall)}`)
          .join(", ")}
      />
    </Figure>
  );
}

function Diversity({ test: { diversity = [] } }: { test: Test }) {
  if (diversity.length < 2) return null;
  const line = (name: string, tone: string, of: "recall" | "coverage") => ({
    name,
    tone,
    points: diversity.map(({ diversity, metrics }): [number, number] => [diversity, metrics[of]]),
  });
  const [least, most] = [diversity[0].metrics, diversity.at(-1)!.metrics];
  return (
    <Figure
      title="What diversity costs and brings"
      says={`Asked for all the variety there is, lists find ${percent(most.recall)} instead of ${
        percent(least.recall)
      } and show ${percent(most.coverage)} of the catalogue instead of ${percent(least.coverage)}.`}
      table={{
        head: ["Diversity", "Found", "Catalogue shown", "Long tail"],
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
          line("Found", "model", "recall"),
          line("Catalogue shown", "breadth", "coverage"),
        ]}
        axis="Diversity"
        marks={diversity.map(({ diversity }) => diversity)}
        show={percent}
        label={`Recall falls from ${percent(least.recall)} to ${percent(most.recall)}.`}
        height={230}
      />
    </Figure>
  );
}

function Examples({ content }: { content: NonNullable<Evaluation["content"]> }) {
  return (
    <section class="card stack tight" aria-labelledby="examples">
      <h2 id="examples">Examples of what is alike</h2>
      <dl class="facts stacked">
        {content.examples.map(({ title, neighbours }) => (
          <div key={title} class="fact">
            <dt>{title}</dt>
            <dd>{neighbours.join(", ") || "nothing alike"}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
