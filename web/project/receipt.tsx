/** Receipt of an uploaded file: used and rejected rows, compared with the forecast. */
import type { Receipt as Counted } from "../../functions/recommender/files/rows/receipt.ts";
import type { ProjectFile } from "../api/api.ts";
import { forecastOf, type KeptForecast } from "../upload/forecasts.ts";
import { type Counts, text } from "./receipt_words.ts";
import { bytes, count } from "../ui/words.ts";
import { Reasons } from "../upload/reasons.tsx";

interface ReceiptProps {
  project: number;
  file: ProjectFile;
  /** Whether a training has yet to read the file. */
  isAwaited: boolean;
}

export function Receipt({ project, file, isAwaited }: ReceiptProps) {
  const { file_type, file_name } = file;
  const counts = countsOf(file.receipt);
  const forecast = forecastOf({ project, file_name, bytes: file.bytes });
  return (
    <section class="stack tight" aria-label={text.file[file_type]}>
      <div class="row">
        <h3>{text.title[file_type]}</h3>
        <span class="muted small break">{text.about(file_name, bytes(file.bytes))}</span>
      </div>
      <p>
        {counts ? text.sentence(file_type, counts) : isAwaited ? text.awaited : text.none}
      </p>
      {forecast && !counts && isAwaited && (
        <p class="small muted">{text.compare.before(file_type, forecast)}</p>
      )}
      {forecast && counts && <Comparison forecast={forecast} counts={counts} kind={file_type} />}
      {counts?.notes?.map((note) => <p key={note} class="note">{note}</p>)}
      {counts && counts.rejections.length > 0 && <Rejections counts={counts} />}
      <details>
        <summary class="small">{text.columns}</summary>
        <dl class="facts small">
          {Object.entries(file.mapping).map(([key, column]) => (
            <div key={key} class="fact">
              <dt class="mono">{key}</dt>
              <dd>{[column].flat().join(", ")}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}

function countsOf(receipt: ProjectFile["receipt"]): Counted | null {
  return typeof receipt?.rows === "number" ? receipt as unknown as Counted : null;
}

interface ComparisonProps {
  forecast: KeptForecast;
  counts: Counted;
  kind: ProjectFile["file_type"];
}

/** Forecast of the page next to the counts of the trainer, which are authoritative. */
function Comparison({ forecast, counts, kind }: ComparisonProps) {
  const names = (Object.keys(text.compare.rows) as (keyof Counts)[]).filter((name) => {
    if (kind === "CONTENT") return name !== "users" && name !== "unknown_items";
    return name !== "unknown_items" || forecast.knowsItems;
  });
  const isEstimate = (name: keyof Counts) => (forecast.estimated as string[]).includes(name);
  const differ = names.filter((name) => counts[name] !== forecast[name] && !isEstimate(name));
  return (
    <details open={differ.length > 0}>
      <summary class="small">
        {differ.length > 0 ? text.compare.other(differ.length) : text.compare.same}
      </summary>
      <div class="scroll sunken" tabIndex={0} role="region" aria-label={text.compare.title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{text.compare.what}</th>
              <th scope="col" class="number">{text.compare.forecast}</th>
              <th scope="col" class="number">{text.compare.trainer}</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name} class={differ.includes(name) ? "differs" : undefined}>
                <th scope="row">{text.compare.rows[name]}</th>
                <td class="number">
                  {count(forecast[name])}
                  {isEstimate(name) && <span class="muted">{` ${text.compare.estimated}`}</span>}
                </td>
                <td class="number">{count(counts[name])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

/** Rejected rows shown. */
const SHOWN = 50;

function Rejections({ counts: { rejected, rejections, reasons = [] } }: { counts: Counted }) {
  const shown = rejections.slice(0, SHOWN);
  const words = text.rejections;
  return (
    <details>
      <summary class="small">{words.title}</summary>
      <div class="stack tight">
        {reasons.length > 0 && <Reasons reasons={reasons} />}
        <div class="scroll sunken limited" tabIndex={0} role="region" aria-label={words.rows}>
          <table>
            <thead>
              <tr>
                <th scope="col" class="number">{words.line}</th>
                <th scope="col">{words.reason}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ line, reason }) => (
                <tr key={line}>
                  <td class="number">{count(line)}</td>
                  <td>{reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {rejected > shown.length && <p class="small muted">{words.first(shown.length, rejected)}
        </p>}
      </div>
    </details>
  );
}
