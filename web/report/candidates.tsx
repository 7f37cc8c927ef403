/** Table of the trials of a training: score, duration, and the reason where one was skipped. */
import type { Candidate, Report, Run } from "../api/report.ts";
import { text as report } from "./report_words.ts";
import { algorithmName, algorithmWords, parametersInWords } from "../ui/training_words.ts";

const text = report.candidates;
const POINTS = new Intl.NumberFormat("en", { minimumFractionDigits: 4, maximumFractionDigits: 4 });

/** Rows shown before the expandable rest. */
const SHOWN = 8;

interface CandidatesProps {
  candidates: Candidate[];
  chosen: Report["chosen"];
  /** Durations of the trials; null if they were not kept. */
  run: Run | null;
}

type Tried = Candidate & { validation_ndcg: number; seconds: number | undefined };

export function Candidates({ candidates, chosen, run }: CandidatesProps) {
  const timed = candidates.map((candidate, i) => ({
    ...candidate,
    seconds: run?.candidates[i]?.seconds,
  }));
  const tried = timed.filter((one): one is Tried => one.validation_ndcg !== undefined)
    .sort((a, b) => b.validation_ndcg - a.validation_ndcg);
  const skipped = candidates.filter(({ skipped }) => skipped !== undefined);
  if (tried.length + skipped.length === 0) return null;
  const table = (list: Tried[], label: string) => (
    <Table {...{ list, label, chosen, isTimed: run !== null }} />
  );
  return (
    <section class="card stack tight" aria-labelledby="candidates">
      <h2 id="candidates">{text.title}</h2>
      <p class="muted small">
        {text.explanation}
        {run && text.took(tried.length, run.seconds)}
      </p>
      {tried.length > 0 && table(tried.slice(0, SHOWN), text.best)}
      {tried.length > SHOWN && (
        <details>
          <summary class="small">{text.more(tried.length - SHOWN)}</summary>
          {table(tried.slice(SHOWN), text.others)}
        </details>
      )}
      {skipped.length > 0 && (
        <details open={tried.length === 0}>
          <summary class="small">{text.skipped(skipped.length)}</summary>
          <dl class="facts stacked small">
            {skipped.map((candidate) => (
              <div key={keyOf(candidate)} class="fact">
                <dt>
                  {algorithmWords(candidate.algorithm)} {parametersInWords(candidate.parameters)}
                </dt>
                <dd>{candidate.skipped}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}

interface TableProps {
  list: Tried[];
  label: string;
  chosen: Report["chosen"];
  isTimed: boolean;
}

function Table({ list, label, chosen, isTimed }: TableProps) {
  const scale = { worst: list.at(-1)!.validation_ndcg, best: list[0].validation_ndcg };
  return (
    <div class="scroll flat" tabIndex={0} role="region" aria-label={label}>
      <table class="cards-when-narrow">
        <thead>
          <tr>
            <th scope="col">{text.algorithm}</th>
            <th scope="col">{text.parameters}</th>
            <th scope="col">{text.score}</th>
            {isTimed && <th scope="col" class="number">{text.seconds}</th>}
          </tr>
        </thead>
        <tbody>
          {list.map((candidate) => (
            <tr key={keyOf(candidate)}>
              <th scope="row" class="name small">
                {algorithmName(candidate.algorithm)}
                {keyOf(candidate) === keyOf(chosen) && (
                  <span class="badge good chosen">{text.chosen}</span>
                )}
              </th>
              <td class="small muted wrap">{parametersInWords(candidate.parameters)}</td>
              <td class="nowrap" data-label={text.score}>
                <Place value={candidate.validation_ndcg} scale={scale} />
                {POINTS.format(candidate.validation_ndcg)}
              </td>
              {isTimed && (
                <td class="number nowrap muted" data-label={text.seconds}>
                  {candidate.seconds !== undefined && text.inSeconds(candidate.seconds)}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Position of a score between the worst and the best of the table. */
function Place(
  { value, scale: { worst, best } }: { value: number; scale: { worst: number; best: number } },
) {
  const at = 4 + 88 * (best > worst ? (value - worst) / (best - worst) : 1);
  return (
    <svg class="place tone-model" width="96" height="10" aria-hidden="true">
      <line x1="4" x2="92" y1="5" y2="5" />
      <circle cx={at} cy="5" r="4" />
    </svg>
  );
}

function keyOf({ algorithm, parameters = {} }: Pick<Candidate, "algorithm" | "parameters">) {
  return JSON.stringify([algorithm, Object.entries(parameters).sort()]);
}
