/** Forecast of a file's accepted and rejected rows, before the upload. */
import type { Forecast } from "../../functions/recommender/files/rows/forecast.ts";
import { useSignal } from "@preact/signals";
import { type Draft, mappedFileOf } from "./draft.ts";
import { ask } from "./reader.ts";
import type { ForecastState } from "./use_forecast.ts";
import { useSubmit } from "../api/submit.ts";
import { text } from "./import_words.ts";
import { count } from "../ui/words.ts";
import { ProblemNote } from "../ui/problem_note.tsx";
import { Reasons } from "./reasons.tsx";

interface FileCheckProps {
  draft: Draft;
  /** Null while the mapping has errors. */
  state: ForecastState | null;
}

const words = text.check;

export function FileCheck({ draft, state }: FileCheckProps) {
  if (!state) return <p class="muted small">{words.mappingFirst}</p>;
  switch (state.phase) {
    case "reading":
      return (
        <div class="stack tight">
          <progress aria-label={words.progress} value={state.share} max={1} />
          <div class="row between">
            <span class="small muted">{words.reading(state.share)}</span>
            <button type="button" class="button bare small" onClick={state.stop}>
              {words.stop}
            </button>
          </div>
        </div>
      );
    case "stopped":
      return (
        <div class="row">
          <span class="small muted">{words.stopped}</span>
          <button type="button" class="button bare small" onClick={state.again}>
            {words.again}
          </button>
        </div>
      );
    case "failed":
      return <p class="fault" role="alert">{words.failed(state.why)}</p>;
    case "done":
      return <Counted draft={draft} forecast={state.forecast} />;
  }
}

function Counted({ draft, forecast }: { draft: Draft; forecast: Forecast }) {
  const { kind, rows, used, rejected, duplicates, users, items, unknown_items } = forecast;
  const { estimated } = forecast;
  const about = (name: typeof estimated[number], n: number) =>
    estimated.includes(name) ? words.about(count(n)) : count(n);
  // An estimated number of duplicates below 1 % is within the estimate's error.
  const repeats = estimated.includes("duplicates") && duplicates < .01 * used ? 0 : duplicates;
  const isUseless = used === 0;
  const figures: [name: string, value: string][] = [
    [words.figures.rows, count(rows)],
    ...(kind === "INTERACTION"
      ? [[words.figures.users, about("users", users)] as [string, string]]
      : []),
    [words.figures.items, about("items", items)],
    [words.figures.rejected, count(rejected)],
  ];
  const isMostlyUnknown = unknown_items > .5 * used;
  return (
    <div class="stack tight" role="status">
      <dl class="counts">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {isUseless
        ? <p class="note bad">{rows === 0 ? words.empty : words.none}</p>
        : rejected > 0
        ? <p class="note warn">{words.some(rejected, rows)}</p>
        : <p class="small muted">{words.good}</p>}
      {repeats > 0 && (
        <p class="small muted">{words.repeats[kind](repeats, about("duplicates", repeats))}</p>
      )}
      {unknown_items > 0 && (
        <p class={isMostlyUnknown ? "note warn" : "small muted"}>
          {words.unknown(unknown_items, used)} {isMostlyUnknown && words.unknownMost}
        </p>
      )}
      {forecast.notes?.filter((note) => !draft.head.notes?.includes(note))
        .map((note) => <p key={note} class="note">{note}</p>)}
      {estimated.length > 0 && <p class="small muted">{words.estimated}</p>}
      {rejected > 0 && (
        <>
          <Reasons reasons={forecast.reasons} />
          <Download draft={draft} />
        </>
      )}
    </div>
  );
}

/** Downloads the rejected rows; the file is read again, because they are not kept. */
function Download({ draft }: { draft: Draft }) {
  const { busy, problem, run } = useSubmit();
  const share = useSignal(0);
  const download = () =>
    run(async () => {
      const blob = await ask("rejects", mappedFileOf(draft), {
        onProgress: (read) => share.value = read,
      });
      const url = URL.createObjectURL(blob);
      const link = document.createElement("a");
      link.href = url;
      link.download = words.rejectsFile(draft.file.name);
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    });
  return (
    <div class="stack tight">
      <div>
        <button
          type="button"
          class="button quiet small"
          disabled={busy.value}
          onClick={download}
        >
          {busy.value ? words.downloading : words.download}
        </button>
      </div>
      <ProblemNote problem={problem.value} />
    </div>
  );
}
