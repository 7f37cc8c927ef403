import { useLocation, useRoute } from "preact-iso";
import { projectDetails } from "../api/api.ts";
import { CompareVersions } from "./compare_versions.tsx";
import { ConfirmDialog } from "../ui/confirm_dialog.tsx";
import { OverTime } from "../report/over_time.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { ProjectFrame } from "../ui/project_frame.tsx";
import { Verdict } from "../report/verdict.tsx";
import { useLoad } from "../api/load.ts";
import { listVersions, promote, rollBack, type Version } from "../api/project_api.ts";
import { text } from "./versions_words.ts";
import { text as verdicts } from "../report/verdict_words.ts";
import { algorithmName } from "../ui/training_words.ts";
import { ago, dateTime, percent, score } from "../ui/words.ts";

const { columns } = text;

/** Versions of a project's model: champion, metrics, promotion and rollback. */
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
            {text.nothingYet} <a href={`/projects/${id}`}>{text.seeHowItStands}</a>
          </p>
        )
        : !versions.problem.value && <p class="muted" role="status">{text.reading}</p>}
    </ProjectFrame>
  );
}

interface HistoryProps {
  id: string;
  versions: Version[];
  reload: () => void;
}

function History({ id, versions, reload }: HistoryProps) {
  const { query, path, route } = useLocation();
  const champion = versions.find(({ champion }) => champion)?.version;
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
  const areSeveral = versions.length > 1;
  return (
    <div class="stack wide">
      <div class="row between">
        <p class="muted">
          {champion ? text.serves(champion) : text.none} {areSeveral ? text.choose : text.onlyOne}
        </p>
        {areSeveral && (
          <ConfirmDialog
            action={text.rollBack.action}
            title={text.rollBack.title}
            onConfirm={async () => {
              await rollBack(id);
              reload();
            }}
          >
            <p>{text.rollBack.explanation(champion)}</p>
            {versions.some(({ champion, history_gap }) => !champion && history_gap) && (
              <p class="note warn">{text.rollBack.historyGap}</p>
            )}
          </ConfirmDialog>
        )}
      </div>
      <div class="scroll">
        <table class="cards-when-narrow">
          <thead>
            <tr>
              {areSeveral && (
                <th scope="col">
                  <span class="visually-hidden">{columns.compare}</span>
                </th>
              )}
              <th scope="col">{columns.version}</th>
              <th scope="col">{columns.trained}</th>
              <th scope="col" class="number">{columns.found}</th>
              <th scope="col" class="number">{columns.ndcg}</th>
              <th scope="col" class="number">{columns.coverage}</th>
              <th scope="col">{columns.verdict}</th>
              <th scope="col">
                <span class="visually-hidden">{columns.actions}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map((version) => (
              <VersionRow
                key={version.version}
                {...{ id, version, champion, reload }}
                isChosen={chosen.includes(version.version)}
                onToggle={areSeveral ? () => toggle(version.version) : undefined}
              />
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

interface VersionRowProps {
  id: string;
  version: Version;
  champion: string | undefined;
  isChosen: boolean;
  /** Absent where there is no other version to compare with. */
  onToggle?: () => void;
  reload: () => void;
}

function VersionRow({ id, version: row, champion, isChosen, onToggle, reload }: VersionRowProps) {
  const { version, created_at, metrics, algorithm, verdict, history_gap } = row;
  const serves = row.champion;
  return (
    <tr>
      {onToggle && (
        <td>
          <label class="check">
            <input type="checkbox" checked={isChosen} onChange={onToggle} />
            <span class="when-narrow">{columns.compare}</span>
            <span class="visually-hidden">{text.ofVersion(version)}</span>
          </label>
        </td>
      )}
      <th scope="row" class="name">
        <span class="row">
          <a href={`/projects/${id}/report?version=${version}`}>{text.version(version)}</a>
          {serves && <span class="badge good">{text.servesBadge}</span>}
          {history_gap && (
            <span class="badge" title={text.historyGapExplanation}>{text.historyGap}</span>
          )}
        </span>
        <span class="small muted plain-weight block">{algorithm && algorithmName(algorithm)}</span>
      </th>
      <td data-label={columns.trained}>
        <time dateTime={created_at} title={dateTime(created_at)}>{ago(created_at)}</time>
      </td>
      <td class="number" data-label={columns.found}>{shareOf(metrics.recall_10)}</td>
      <td class="number" data-label={columns.ndcg}>
        {metrics.ndcg_10 === undefined ? text.notMeasured : score(metrics.ndcg_10)}
      </td>
      <td class="number" data-label={columns.coverage}>{shareOf(metrics.coverage_10)}</td>
      <td data-label={columns.verdict}>{verdict ? <Verdict of={verdict} /> : text.notKnown}</td>
      <td class="actions">
        {!serves && (
          <ConfirmDialog
            action={text.promote.action}
            of={text.promote.of(version)}
            title={text.promote.title(version)}
            onConfirm={async () => {
              await promote(id, version);
              reload();
            }}
          >
            <p>{text.promote.explanation(champion)}</p>
            {history_gap && <p class="note warn">{text.historyGapExplanation}</p>}
            {verdict === "refused" && <p class="note warn">{verdicts.refused.explanation}</p>}
          </ConfirmDialog>
        )}
      </td>
    </tr>
  );
}

function shareOf(value: number | undefined): string {
  return value === undefined ? text.notMeasured : percent(value);
}
