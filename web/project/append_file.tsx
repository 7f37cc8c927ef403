/** Adds interactions to a project: file, preview, mapping and check as in a new project. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { mappedColumns, mappingChoices } from "../../functions/recommender/files/mapping.ts";
import type { GivenDialect } from "../../functions/recommender/files/dialect/choose_dialect.ts";
import { type Draft, draftOf, faultsOf, mappedFileOf, restore } from "../upload/draft.ts";
import { ask } from "../upload/reader.ts";
import { useForecast } from "../upload/use_forecast.ts";
import { keepForecast } from "../upload/forecasts.ts";
import type { MappedFile } from "../api/project_api.ts";
import { useSubmit } from "../api/submit.ts";
import { text } from "../upload/import_words.ts";
import { appendInteractions } from "../upload/upload.ts";
import { useUpload } from "../upload/use_upload.ts";
import { FileCheck } from "../upload/file_check.tsx";
import { ACCEPT } from "../upload/file_card.tsx";
import { FirstRows } from "../upload/first_rows.tsx";
import { MappingFields } from "../upload/mapping_fields.tsx";
import { ReadingFields } from "../upload/reading_fields.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { UploadState } from "../upload/upload_state.tsx";

interface AppendFileProps {
  id: string;
  /** First interaction file of the project; its mapping is reused where the columns match. */
  first: MappedFile | null;
  onAdded: () => void;
}

const words = text.append;

export function AppendFile({ id, first, onAdded }: AppendFileProps) {
  const field = useId();
  const draft = useSignal<Draft | undefined>(undefined);
  const added = useSignal("");
  const tried = useSignal(false);
  const reading = useSubmit();
  const check = useForecast(draft.value);
  const sending = useUpload();
  const { busy, problem, run } = useSubmit();

  const choose = (file: File, given?: GivenDialect) =>
    reading.run(async () => {
      added.value = "";
      tried.value = false;
      const dialect = given && draft.value?.head.dialect;
      const head = await ask("head", { file, dialect, given });
      const found = draftOf("INTERACTION", file, head);
      draft.value = first
        ? restore(found, within(first.mapping, head.columns), words.asBefore(first.file_name))
        : found;
    });
  const send = () => {
    tried.value = true;
    const chosen = draft.value;
    if (!chosen || Object.keys(faultsOf(chosen)).length > 0) return;
    run(async () => {
      await sending.during((options) => appendInteractions(id, mappedFileOf(chosen), options));
      const of = { project: Number(id), file_name: chosen.file.name, bytes: chosen.file.size };
      const counted = check.value?.phase === "done" && check.value.forecast;
      if (counted) keepForecast(of, counted, { knowsItems: false });
      added.value = chosen.file.name;
      draft.value = undefined;
      onAdded();
    });
  };
  const missing = draft.value && first ? missingOf(first.mapping, draft.value.head.columns) : [];
  return (
    <div class="stack tight" aria-busy={busy.value}>
      {!draft.value && (
        <div class="drop">
          <label for={field} class="strong">{words.title}</label>
          <span class="muted small" id={`${field}-hint`}>{words.hint}</span>
          <input
            id={field}
            type="file"
            accept={ACCEPT}
            aria-describedby={`${field}-hint`}
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) choose(file);
              currentTarget.value = "";
            }}
          />
        </div>
      )}
      <ProblemNote problem={reading.problem.value} />
      {draft.value && (
        <div class="stack sub">
          <div class="row between">
            <strong class="break">{draft.value.file.name}</strong>
            <button
              type="button"
              class="button bare small"
              disabled={busy.value}
              onClick={() => draft.value = undefined}
            >
              {words.another}
            </button>
          </div>
          {missing.length > 0 && <p class="note warn">{words.columnMissing(missing)}</p>}
          <div class="file-body">
            <div class="stack">
              <FirstRows draft={draft.value} />
              <ReadingFields
                draft={draft.value}
                onRead={(given) => choose(draft.value!.file, given)}
              />
            </div>
            <div class="stack">
              <MappingFields
                draft={draft.value}
                onChange={(changed) => draft.value = changed}
                showFaults={tried.value || missing.length > 0}
                faultOf={(key, name) => problem.value?.at(`interaction_schema_json/${key}`, name)}
              />
            </div>
            <div class="stack tight">
              <FileCheck draft={draft.value} state={check.value} />
            </div>
          </div>
          <ProblemNote problem={problem.value} />
          {busy.value
            ? sending.state.value && (
              <UploadState state={sending.state.value} onStop={sending.stop} />
            )
            : (
              <div>
                <button type="button" class="button" onClick={send}>{words.send}</button>
              </div>
            )}
        </div>
      )}
      <p role="status" class={added.value ? "note" : "visually-hidden"}>
        {added.value && words.stored(added.value)}
      </p>
    </div>
  );
}

/** Returns the part of a mapping whose columns exist, with its format choices. */
function within(mapping: MappedFile["mapping"], columns: string[]): MappedFile["mapping"] {
  return Object.fromEntries(
    Object.entries(mapping).filter(([key, column]) =>
      key in mappingChoices || columns.includes(String(column))
    ),
  );
}

function missingOf(mapping: MappedFile["mapping"], columns: string[]): string[] {
  return mappedColumns(mapping).filter((column) => !columns.includes(column));
}
