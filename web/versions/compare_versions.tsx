/** Two versions side by side with the differences of their metrics. */
import { useLoad } from "../api/load.ts";
import { type Version, versionReport } from "../api/project_api.ts";
import { type Report, reportOf } from "../api/report.ts";
import { count, dateTime, percent, score } from "../ui/words.ts";
import { text as words } from "./versions_words.ts";
import { algorithmName, parametersInWords } from "../ui/training_words.ts";
import { ProblemNote } from "../ui/problem_note.tsx";

const text = words.compare;

interface CompareVersionsProps {
  id: string;
  /** Older version first. */
  versions: [Version, Version];
}

export function CompareVersions({ id, versions }: CompareVersionsProps) {
  const { value, problem, reload } = useLoad((signal) =>
    Promise.all(versions.map(({ version }) => versionReport(id, version, signal)))
  );
  const [a, b] = versions;
  const reports = value.value?.map(reportOf);
  return (
    <section class="card stack tight" aria-labelledby="compare" aria-busy={!reports}>
      <h2 id="compare">{text.title(a.version, b.version)}</h2>
      <ProblemNote problem={problem.value} retry={reload} />
      <div class="scroll flat" tabIndex={0} role="region" aria-label={text.region}>
        <table class="compare">
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">{text.what}</span>
              </th>
              {versions.map(({ version, champion }) => (
                <th key={version} scope="col" class="number">
                  {text.column(version, champion)}
                </th>
              ))}
              <th scope="col" class="number">{text.difference}</th>
            </tr>
          </thead>
          <tbody>
            {FIGURES.map(({ name, of, isShare }) => {
              const [x, y] = [of(a), of(b)];
              return (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {[x, y].map((value, i) => (
                    <td key={i} class="number">
                      {value === undefined
                        ? words.notMeasured
                        : isShare
                        ? percent(value)
                        : score(value)}
                    </td>
                  ))}
                  <Difference
                    by={x === undefined || y === undefined ? undefined : y - x}
                    isShare={isShare}
                  />
                </tr>
              );
            })}
            <Pair
              name={text.algorithm}
              of={({ algorithm }) => algorithm ? algorithmName(algorithm) : ""}
              versions={versions}
            />
            <Pair
              name={text.trained}
              of={({ created_at }) => dateTime(created_at)}
              versions={versions}
            />
            {reports && ROWS.map(({ name, of }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {reports.map((report, i) => (
                  <td key={i} class="number wrap">{report ? of(report) : words.notKnown}</td>
                ))}
                <td />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!reports && !problem.value && <p class="muted small" role="status">{text.reading}</p>}
      <p class="muted small">
        {text.fine}
      </p>
    </section>
  );
}

const FIGURES: { name: string; of: (version: Version) => number | undefined; isShare?: true }[] = [
  { name: words.columns.found, of: ({ metrics }) => metrics.recall_10, isShare: true },
  { name: words.columns.ndcg, of: ({ metrics }) => metrics.ndcg_10 },
  { name: text.mrr, of: ({ metrics }) => metrics.mrr },
  { name: words.columns.coverage, of: ({ metrics }) => metrics.coverage_10, isShare: true },
  { name: text.novelty, of: ({ metrics }) => metrics.novelty },
];

const ROWS: { name: string; of: (report: Report) => string }[] = [
  { name: text.parameters, of: ({ chosen }) => parametersInWords(chosen.parameters) },
  { name: text.items, of: ({ data }) => count(data.items) },
  { name: text.users, of: ({ data }) => count(data.users) },
  { name: text.interactions, of: ({ data }) => count(data.interactions) },
  { name: text.verdict, of: ({ gate }) => gate?.reason ?? text.nothing },
];

/** Shows a difference; one that rounds to zero is shown as no change. */
function Difference({ by, isShare }: { by: number | undefined; isShare?: boolean }) {
  if (by === undefined) return <td />;
  const shown = isShare ? percent(Math.abs(by)) : score(Math.abs(by));
  const isNone = !/[1-9]/.test(shown);
  return (
    <td class={`number ${isNone ? "muted" : by > 0 ? "gain" : "loss"}`}>
      {isNone ? text.same : `${by > 0 ? "+" : "−"}${shown}`}
    </td>
  );
}

function Pair(
  { name, of, versions }: {
    name: string;
    of: (version: Version) => string;
    versions: Version[];
  },
) {
  return (
    <tr>
      <th scope="row">{name}</th>
      {versions.map((version) => <td key={version.version} class="number">{of(version)}</td>)}
      <td />
    </tr>
  );
}
