/** List of recommendations: rank changes, scores by source, and reasons. */
import type { Answer, Recommendation } from "../api/project_api.ts";
import { text as trial } from "./trial_words.ts";

const text = trial.answer;

interface RankedProps {
  answer: Answer;
  /** Item ids of the previous list, for rank changes; null if there is none. */
  before: string[] | null;
  /** Button next to each item. */
  action?: { name: string; on: (item: { item_id: string; item_title: string }) => void };
}

export function Ranked({ answer, before, action }: RankedProps) {
  const { recommendations, fallback_reason, model_version, stale } = answer;
  const most = Math.max(...recommendations.map(({ score }) => score), 0);
  const sources = new Set(
    recommendations.flatMap(({ parts = [] }) => parts.map(({ from }) => from)),
  );
  return (
    <section class="card stack tight" aria-labelledby="ranked">
      <h2 id="ranked">{text.title}</h2>
      <p class="small muted" role="status">
        {text.by(recommendations.length, String(model_version), Boolean(stale))}
      </p>
      {fallback_reason && <p class="note">{fallback_reason}</p>}
      {sources.size > 1 && (
        <p class="small muted row">
          <span class="swatch from-history" /> {text.fromHistory}
          <span class="swatch from-item" /> {text.fromItem}
        </p>
      )}
      <ol class="ranked" aria-label={text.title}>
        {recommendations.map((item, place) => {
          const { item_id, item_title, score, fallback } = item;
          return (
            <li key={item_id}>
              <span class="title">
                {item_title}
                <Moved from={before?.indexOf(item_id)} to={place} />
              </span>
              <span class="score" title={text.scoreIs(score)}>
                <span class="visually-hidden">{text.score}</span> {shown(score)}
              </span>
              {score > 0 && most > 0 && <ScoreBar item={item} most={most} />}
              <Why item={item} />
              {fallback && <span class="why">{text.popularOnly}</span>}
              {action && (
                <span class="why">
                  <button
                    type="button"
                    class="button bare small"
                    aria-label={text.actOn(action.name, item_title)}
                    onClick={() => action.on({ item_id, item_title })}
                  >
                    {action.name}
                  </button>
                </span>
              )}
            </li>
          );
        })}
      </ol>
      {recommendations.length === 0 && <p>{text.nothingLeft}</p>}
    </section>
  );
}

/** Change of rank since the previous list; negative `from`: not in it. */
function Moved({ from, to }: { from: number | undefined; to: number }) {
  if (from === undefined || from === to) return null;
  if (from < 0) return <span class="moved">{text.isNew}</span>;
  const by = Math.abs(from - to);
  return (
    <span class="moved">
      <span aria-hidden="true">{from > to ? "↑" : "↓"}{by}</span>
      <span class="visually-hidden">{from > to ? text.up : text.down} {by}</span>
    </span>
  );
}

/** Score relative to the best, split into the contributions of history and item. */
function ScoreBar({ item: { score, parts = [] }, most }: { item: Recommendation; most: number }) {
  const sum = (of: "history" | "item") =>
    parts.filter(({ from }) => from === of).reduce((sum, part) => sum + Math.max(0, part.score), 0);
  const [history, item] = [sum("history"), sum("item")];
  const share = 100 * score / most / (history + item || 1);
  return (
    <svg class="score-bar" width="100%" height="4" aria-hidden="true">
      <rect class="from-history" width={`${(history || (item ? 0 : 1)) * share}%`} height="4" />
      <rect class="from-item" x={`${history * share}%`} width={`${item * share}%`} height="4" />
    </svg>
  );
}

/** Contributions shown before they are summed up. */
const PARTS = 6;

function Why({ item: { reason, parts = [], shared = [] } }: { item: Recommendation }) {
  if (!reason) return null;
  const largest = parts[0]?.score ?? 1;
  const rest = parts.slice(PARTS);
  return (
    <details class="why">
      <summary>{reason.charAt(0).toUpperCase() + reason.slice(1)}</summary>
      <dl class="parts">
        {parts.slice(0, PARTS).map(({ from, item_id, item_title, score }) => (
          <div key={from + item_id} class="fact">
            <dt>{item_title}{from === "item" && text.askedFor}</dt>
            <dd>
              <svg width="72" height="6" aria-hidden="true">
                <rect
                  class={`from-${from}`}
                  width={Math.max(2, 72 * Math.max(0, score) / largest)}
                  height="6"
                  rx="3"
                />
              </svg>{" "}
              {shown(score)}
            </dd>
          </div>
        ))}
        {rest.length > 0 && (
          <div class="fact">
            <dt>{text.more(rest.length)}</dt>
            <dd>{shown(rest.reduce((sum, { score }) => sum + score, 0))}</dd>
          </div>
        )}
      </dl>
      {shared.map(({ column, terms }) => <p key={column}>{text.shared(column, terms)}</p>)}
    </details>
  );
}

/** Three significant digits, so that the numbers of a list align. */
const SCORE = new Intl.NumberFormat("en", {
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
  useGrouping: false,
});

function shown(score: number): string {
  return score === 0 ? "0" : SCORE.format(score);
}
