import { useLocation, useRoute } from "preact-iso";
import { projectDetails } from "../api.ts";
import { Figure } from "../charts/figure.tsx";
import { LineChart } from "../charts/line_chart.tsx";
import { CompareVersions, SCORE } from "../components/compare_versions.tsx";
import { ConfirmDialog } from "../components/confirm_dialog.tsx";
import { ProblemNote } from "../components/problem_note.tsx";
import { ProjectFrame } from "../components/project_frame.tsx";
import { useLoad } from "../load.ts";
import { listVersions, promote, rollBack, type Version } from "../project_api.ts";
import { algorithmWords } from "../training_words.ts";
import { ago, dateTime, percent } from "../words.ts";

/** All versions of a project's model: which serves, how good each is, and the way back. */
export function Versions() {
  const { params: { id } } = useRoute();
  const project = useLoad((signal) => projectDetails(id, signal), id);
  const versions = useLoad((signal) => listVersions(id, signal), id);
  const reload = () => {
    project.reload();
    versions.reload();
  };
  const list = versions.value.value;
  return (
    <ProjectFrame
      id={id}
      project={project.value.value}
      problem={project.problem.value}
      retry={project.reload}
    >
      <ProblemNote problem={versions.problem.value} retry={versions.reload} />
      {list
        ? list.length > 0 ? <History id={id} versions={list} reload={reload} /> : (
          <p>
            There are no versions yet: the first training is not done.{" "}
            <a href={`/projects/${id}`}>See how it stands</a>.
          </p>
        )
        : !versions.problem.value && <p class="muted" role="status">Reading the versions…</p>}
    </ProjectFrame>
  );
}

const VERDICTS = {
  first: { words: "The first", says: "There was nothing to compare it with." },
  accepted: { words: "Accepted", says: "It was no worse than the version before." },
  refused: { words: "Refused", says: "It was worse than what served, which went on serving." },
  ungated: { words: "Not compared", says: "It could not be compared with the version before." },
};

interface HistoryProps {
  id: string;
  versions: Version[];
  reload: () => void;
}

function History({ id, versions, reload }: HistoryProps) {
  const { query, path, route } = useLocation();
  const champion = versions.find(({ champion }) => champion);
  const chosen = (query.compare ?? "").split(",").filter((version) =>
    versions.some((known) => known.version === version)
  );
  const toggle = (version: string) => {
    const next = chosen.includes(version)
      ? chosen.filter((other) => other !== version)
      : [...chosen, version].slice(-2);
    route(next.length > 0 ? `${path}?compare=${next.join(",")}` : path, true);
  };
  const pair = chosen.length === 2
    ? versions.filter(({ version }) => chosen.includes(version)).toReversed()
    : [];
  return (
    <div class="stack wide">
      <div class="row between">
        <p class="muted">
          {champion ? `Version ${champion.version} serves. ` : "No version serves. "}
          {versions.length > 1
            ? "Choose two to compare them."
            : "Each training adds a version; there is nothing to compare it with yet."}
        </p>
        {versions.length > 1 && (
          <ConfirmDialog
            action="Roll back"
            title="Roll back to the version before?"
            onConfirm={async () => {
              await rollBack(id);
              reload();
            }}
          >
            <p>
              The version that served before {champion ? `version ${champion.version}` : "this"}
              {" "}
              serves again at once. Nothing is deleted: you can promote{" "}
              {champion ? `version ${champion.version}` : "any version"} again.
            </p>
          </ConfirmDialog>
        )}
      </div>
      <div class="scroll">
        <table class="cards-when-narrow">
          <thead>
            <tr>
              {versions.length > 1 && (
                <th scope="col">
                  <span class="visually-hidden">Compare</span>
                </th>
              )}
              <th scope="col">Version</th>
              <th scope="col">Trained</th>
              <th scope="col">Found in ten</th>
              <th scope="col">NDCG</th>
              <th scope="col">Catalogue shown</th>
              <th scope="col">Verdict</th>
              <th scope="col">
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map((
              { version, created_at, metrics, algorithm, verdict, champion: serves },
            ) => (
              <tr key={version}>
                {versions.length > 1 && (
                  <td>
                    <label class="check">
                      <input
                        type="checkbox"
                        checked={chosen.includes(version)}
                        onChange={() => toggle(version)}
                      />
                      <span class="when-narrow">Compare</span>
                      <span class="visually-hidden">version {version}</span>
                    </label>
                  </td>
                )}
                <th scope="row" class="name">
                  <span class="row">
                    <a href={`/projects/${id}/report?version=${version}`}>Version {version}</a>
                    {serves && <span class="badge good">Serves</span>}
                  </span>
                  <span class="small muted plain-weight capital block">
                    {algorithm && algorithmWords(algorithm)}
                  </span>
                </th>
                <td data-label="Trained">
                  <time dateTime={created_at} title={dateTime(created_at)}>{ago(created_at)}</time>
                </td>
                <td data-label="Found in ten">{shareOf(metrics.recall_10)}</td>
                <td data-label="NDCG">
                  {metrics.ndcg_10 === undefined ? "not measured" : SCORE.format(metrics.ndcg_10)}
                </td>
                <td data-label="Catalogue shown">{shareOf(metrics.coverage_10)}</td>
                <td data-label="Verdict">
                  {verdict
                    ? <span title={VERDICTS[verdict].says}>{VERDICTS[verdict].words}</span>
                    : "not known"}
                </td>
                <td class="actions">
                  {!serves && (
                    <ConfirmDialog
                      action="Promote"
                      of={`version ${version}`}
                      title={`Let version ${version} serve?`}
                      onConfirm={async () => {
                        await promote(id, version);
                        reload();
                      }}
                    >
                      <p>
                        All answers come from it at once
                        {champion && `, instead of version ${champion.version}`}. Nothing is
                        deleted: you can roll back.
                      </p>
                      {verdict === "refused" && <p class="note warn">{VERDICTS.refused.says}</p>}
                    </ConfirmDialog>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pair.length === 2 && (
        <CompareVersions key={chosen.join()} id={id} versions={[pair[0], pair[1]]} />
      )}
      <OverTime versions={versions} />
    </div>
  );
}

function shareOf(value: number | undefined): string {
  return value === undefined ? "not measured" : percent(value);
}

/** How the quality went from version to version. */
function OverTime({ versions }: { versions: Version[] }) {
  const measured = versions.filter(({ metrics }) => metrics.ndcg_10 !== undefined).toReversed();
  if (measured.length < 2) return null;
  const line = (name: string, tone: string, key: string) => ({
    name,
    tone,
    points: measured.filter(({ metrics }) => metrics[key] !== undefined)
      .map(({ version, metrics }): [number, number] => [Number(version), metrics[key]]),
  });
  return (
    <Figure
      title="Over time"
      says="NDCG of ten, version by version. Each was measured on the data of its day."
      table={{
        head: ["Version", "NDCG", "Popular items"],
        rows: measured.map(({ version, metrics }) => [
          version,
          SCORE.format(metrics.ndcg_10),
          metrics.ndcg_10_popularity === undefined ? "" : SCORE.format(metrics.ndcg_10_popularity),
        ]),
      }}
    >
      <LineChart
        lines={[
          line("This model", "model", "ndcg_10"),
          line("Popular items", "popular", "ndcg_10_popularity"),
        ].filter(({ points }) => points.length > 0)}
        axis="Version"
        marks={measured.length <= 12
          ? measured.map(({ version }) => Number(version))
          : [Number(measured[0].version), Number(measured.at(-1)!.version)]}
        show={(value) => String(Number(value.toFixed(3)))}
        label={`NDCG by version: ${
          measured.map(({ version, metrics }) => `${version} ${SCORE.format(metrics.ndcg_10)}`)
            .join(", ")
        }`}
        height={220}
      />
    </Figure>
  );
}
