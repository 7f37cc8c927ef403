/** Two versions side by side, and what the newer gained or lost. */
import { useLoad } from "../load.ts";
import { type Version, versionReport } from "../project_api.ts";
import { type Report, reportOf } from "../report.ts";
import { algorithmWords } from "../training_words.ts";
import { count, dateTime, percent } from "../words.ts";
import { parametersInWords } from "./candidates.tsx";
import { ProblemNote } from "./problem_note.tsx";

/** NDCG and its like. */
export const SCORE = new Intl.NumberFormat("en", {
  minimumFractionDigits: 3,
  maximumFractionDigits: 3,
});

interface CompareVersionsProps {
  id: string;
  /** The older first. */
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
      <h2 id="compare">Version {a.version} beside version {b.version}</h2>
      <ProblemNote problem={problem.value} retry={reload} />
      <div class="scroll sunken" tabIndex={0} role="region" aria-label="Comparison">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="visually-hidden">What</span>
              </th>
              {versions.map(({ version, champion }) => (
                <th key={version} scope="col" class="number">
                  Version {version}
                  {champion && ", serves"}
                </th>
              ))}
              <th scope="col" class="number">Difference</th>
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
                        ? "not measured"
                        : isShare
                        ? percent(value)
                        : SCORE.format(value)}
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
              name="Algorithm"
              of={({ algorithm }) => algorithm ? algorithmWords(algorithm) : ""}
              versions={versions}
            />
            <Pair
              name="Trained"
              of={({ created_at }) => dateTime(created_at)}
              versions={versions}
            />
            {reports && ROWS.map(({ name, of }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {reports.map((report, i) => (
                  <td key={i} class="number wrap">{report ? of(report) : "not known"}</td>
                ))}
                <td />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!reports && !problem.value && <p class="muted small" role="status">Reading the reports…</p>}
      <p class="muted small">
        Figures of trainings with other data are not strictly comparable; the verdict is, for there
        both were measured on the same.
      </p>
    </section>
  );
}

const FIGURES: { name: string; of: (version: Version) => number | undefined; isShare?: true }[] = [
  { name: "Found in ten", of: ({ metrics }) => metrics.recall_10, isShare: true },
  { name: "NDCG", of: ({ metrics }) => metrics.ndcg_10 },
  { name: "First hit (MRR)", of: ({ metrics }) => metrics.mrr },
  { name: "Catalogue shown", of: ({ metrics }) => metrics.coverage_10, isShare: true },
  { name: "Novelty, in bits", of: ({ metrics }) => metrics.novelty },
];

const ROWS: { name: string; of: (report: Report) => string }[] = [
  { name: "Parameters", of: ({ chosen }) => parametersInWords(chosen.parameters) },
  { name: "Items", of: ({ data }) => count(data.items) },
  { name: "Users", of: ({ data }) => count(data.users) },
  { name: "Interactions", of: ({ data }) => count(data.interactions) },
  { name: "Verdict", of: ({ gate }) => gate?.reason ?? "nothing to compare with" },
];

/** A change too small to be shown is none. */
function Difference({ by, isShare }: { by: number | undefined; isShare?: boolean }) {
  if (by === undefined) return <td />;
  const shown = isShare ? percent(Math.abs(by)) : SCORE.format(Math.abs(by));
  const isNone = !/[1-9]/.test(shown);
  return (
    <td class={`number ${isNone ? "muted" : by > 0 ? "gain" : "loss"}`}>
      {isNone ? "the same" : `${by > 0 ? "+" : "−"}${shown}`}
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
