/** Recommendations, best first, with what was answered from where something was not known. */
import type { Answer } from "../api.ts";
import { counted } from "../words.ts";

export function Ranked({ answer }: { answer: Answer }) {
  const { recommendations, fallback_reason, model_version, stale } = answer;
  return (
    <section class="card stack tight" aria-labelledby="ranked">
      <h2 id="ranked">Recommendations</h2>
      <p class="small muted" role="status">
        {counted(recommendations.length, "item")}, by version {model_version} of the model
        {stale && ", the newest that could be reached"}.
      </p>
      {fallback_reason && <p class="note">{fallback_reason}</p>}
      <ol class="ranked" aria-label="Recommendations">
        {recommendations.map(({ item_id, item_title, score, fallback }) => (
          <li key={item_id}>
            <span class="title">{item_title}</span>
            <span class="score" title={`Score ${score}`}>
              <span class="visually-hidden">score</span> {shown(score)}
            </span>
            {fallback && <span class="why">Nothing speaks for it but its popularity.</span>}
          </li>
        ))}
      </ol>
      {recommendations.length === 0 && <p>No item is left to recommend.</p>}
    </section>
  );
}

/** Three digits that count, written out, so that the numbers of a list stand one under the other. */
const SCORE = new Intl.NumberFormat("en", {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
  useGrouping: false,
});

function shown(score: number): string {
  return score === 0 ? "0" : SCORE.format(score);
}
