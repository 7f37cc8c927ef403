/** Quality of a model: a summary sentence and a table of metrics. */
import type { Report } from "../api/report.ts";
import { qualityInWords } from "./quality_in_words.ts";
import { algorithmWords } from "../ui/training_words.ts";
import { text } from "./quality_words.ts";
import { percent } from "../ui/words.ts";

export function Quality({ report }: { report: Report }) {
  const { test, content, warnings, chosen, data, candidates } = report;
  const tried = candidates.filter(({ skipped }) => !skipped).length;
  const sentence = qualityInWords(report);
  return (
    <section class="card stack" aria-labelledby="quality">
      <h2 id="quality">{text.title}</h2>
      <p class="lead">{sentence}</p>
      {warnings.filter((warning) => warning !== sentence).map((warning) => (
        <p key={warning} class="note warn">{warning}</p>
      ))}
      {test && (
        <div class="scroll flat" tabIndex={0} role="region" aria-label={text.figures}>
          <table>
            <caption class="visually-hidden">{text.caption}</caption>
            <thead>
              <tr>
                <th scope="col">{text.columns.what}</th>
                <th scope="col" class="number">{text.columns.model}</th>
                <th scope="col" class="number">{text.columns.popular}</th>
                <th scope="col" class="number">{text.columns.random}</th>
              </tr>
            </thead>
            <tbody>
              {FIGURES.map((key) => (
                <tr key={key}>
                  <th scope="row">{text.rows[key]}</th>
                  <td class="number">{percent(test.metrics[key])}</td>
                  <td class="number">{percent(test.popularity[key])}</td>
                  <td class="number">{percent(test.random[key])}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {content && content.examples.length > 0 && (
        <div class="stack tight">
          <h3>{text.examples}</h3>
          <dl class="facts stacked">
            {content.examples.map(({ title, neighbours }) => (
              <div key={title} class="fact">
                <dt>{title}</dt>
                <dd>{neighbours.join(", ") || text.nothingAlike}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      <p class="muted small">
        {text.madeBy(algorithmWords(chosen.algorithm), {
          ...data,
          tried,
          isFirst: report.search === "first",
        })}
      </p>
    </section>
  );
}

const FIGURES = ["recall", "ndcg", "coverage"] as const;
