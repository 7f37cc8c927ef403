/** What a training tried, what each scored, and what it left out and why. */
import type { Candidate, Parameters, Report } from "../report.ts";
import { algorithmWords } from "../training_words.ts";

const POINTS = new Intl.NumberFormat("en", { minimumFractionDigits: 4, maximumFractionDigits: 4 });

/** More than these are read by few. */
const SHOWN = 8;

interface CandidatesProps {
  candidates: Candidate[];
  chosen: Report["chosen"];
}

export function Candidates({ candidates, chosen }: CandidatesProps) {
  const tried = candidates.filter(({ validation_ndcg }) => validation_ndcg !== undefined)
    .sort((a, b) => b.validation_ndcg! - a.validation_ndcg!);
  const skipped = candidates.filter(({ skipped }) => skipped !== undefined);
  if (tried.length + skipped.length === 0) return null;
  const best = tried[0]?.validation_ndcg ?? 1;
  const rows = (list: Candidate[]) =>
    list.map((candidate) => (
      <tr key={keyOf(candidate)}>
        <th scope="row" class="capital">
          {algorithmWords(candidate.algorithm)}
          {keyOf(candidate) === keyOf(chosen) && <span class="badge good chosen">Chosen</span>}
        </th>
        <td class="small muted wrap">{parametersInWords(candidate.parameters)}</td>
        <td class="number nowrap">
          <progress class="meter" value={candidate.validation_ndcg} max={best} aria-hidden="true" />
          {POINTS.format(candidate.validation_ndcg!)}
        </td>
      </tr>
    ));
  const table = (list: Candidate[], label: string) => (
    <div class="scroll sunken" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">Algorithm</th>
            <th scope="col">Parameters</th>
            <th scope="col" class="number">NDCG</th>
          </tr>
        </thead>
        <tbody>{rows(list)}</tbody>
      </table>
    </div>
  );
  return (
    <section class="card stack tight whole" aria-labelledby="candidates">
      <h2 id="candidates">What was tried</h2>
      <p class="muted small">
        Each learned from one part of the data and was judged by another, NDCG of ten; the best was
        then measured on a third part that it had not seen, and trained on all.
      </p>
      {tried.length > 0 && table(tried.slice(0, SHOWN), "The best scores")}
      {tried.length > SHOWN && (
        <details>
          <summary class="small">{tried.length - SHOWN} more that scored less</summary>
          {table(tried.slice(SHOWN), "The other scores")}
        </details>
      )}
      {skipped.length > 0 && (
        <details open={tried.length === 0}>
          <summary class="small">{skipped.length} left out, and why</summary>
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

function keyOf({ algorithm, parameters = {} }: Pick<Candidate, "algorithm" | "parameters">) {
  return JSON.stringify([algorithm, Object.entries(parameters).sort()]);
}

/** {neighbours: 50} → "neighbours 50". */
export function parametersInWords(parameters: Parameters = {}): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${String(value)}`).join(", ");
}
