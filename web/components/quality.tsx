/** How good a model is: in words, then in figures. */
import type { Report } from "../report.ts";
import { qualityInWords } from "../report.ts";
import { algorithmWords } from "../training_words.ts";
import { count, percent } from "../words.ts";

export function Quality({ report }: { report: Report }) {
  const { test, content, warnings, chosen, data, candidates } = report;
  const tried = candidates.filter(({ skipped }) => !skipped).length;
  const sentence = qualityInWords(report);
  return (
    <section class="card stack" aria-labelledby="quality">
      <h2 id="quality">Quality</h2>
      <p class="lead">{sentence}</p>
      {warnings.filter((warning) => warning !== sentence).map((warning) => (
        <p key={warning} class="note warn">{warning}</p>
      ))}
      {test && (
        <div class="scroll sunken" tabIndex={0} role="region" aria-label="Figures">
          <table>
            <caption class="visually-hidden">Lists of ten, compared</caption>
            <thead>
              <tr>
                <th scope="col">In lists of ten</th>
                <th scope="col" class="number">This model</th>
                <th scope="col" class="number">Popular items</th>
                <th scope="col" class="number">Random</th>
              </tr>
            </thead>
            <tbody>
              {FIGURES.map(({ key, name }) => (
                <tr key={key}>
                  <th scope="row">{name}</th>
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
          <h3>Examples</h3>
          <dl class="facts stacked">
            {content.examples.map(({ title, neighbours }) => (
              <div key={title} class="fact">
                <dt>{title}</dt>
                <dd>{neighbours.join(", ") || "nothing alike"}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
      <p class="muted small">
        Made by {algorithmWords(chosen.algorithm)}
        {tried > 1 && `, the best of ${tried} that were tried`}, from {count(data.items)} items
        {data.users > 0 &&
          `, ${count(data.users)} users and ${count(data.interactions)} interactions`}.
      </p>
    </section>
  );
}

const FIGURES = [
  { key: "recall", name: "Found of what people chose" },
  { key: "ndcg", name: "The same, first places counting more (NDCG)" },
  { key: "coverage", name: "Share of the catalogue shown to somebody" },
] as const;
