/** Card of one file of a new project: drop zone, then columns, mapping and check. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { GivenDialect } from "../../functions/recommender/files/dialect/choose_dialect.ts";
import type { FileKind } from "../../functions/recommender/files/mapping.ts";
import type { Draft } from "./draft.ts";
import type { ForecastState } from "./use_forecast.ts";
import type { ApiProblem } from "../api/problem.ts";
import { text } from "./import_words.ts";
import { bytes } from "../ui/words.ts";
import { FileCheck } from "./file_check.tsx";
import { FirstRows } from "./first_rows.tsx";
import { MappingFields } from "./mapping_fields.tsx";
import { ReadingFields } from "./reading_fields.tsx";

interface FileCardProps {
  kind: FileKind;
  draft?: Draft;
  check: ForecastState | null;
  /** Reason why the file cannot be used. */
  refused?: string;
  /** Name of the file being read. */
  reading?: string;
  /** Message where a required file is missing. */
  missing?: string;
  showFaults: boolean;
  /** Error of the last submission. */
  problem: ApiProblem | null;
  onFiles: (files: File[]) => void;
  onChange: (draft: Draft) => void;
  onRead: (draft: Draft, given: GivenDialect) => void;
  /** Moves the file to the other card. */
  onSwap: () => void;
  onRemove: () => void;
}

/** Names of the file kinds in the API. */
const FIELDS: Record<FileKind, string> = { CONTENT: "content", INTERACTION: "interaction" };

export function FileCard(props: FileCardProps) {
  const { kind, draft, check, problem, onRead, onSwap, onRemove } = props;
  const heading = useId();
  const { title, label, instead } = text.files[kind];
  const field = FIELDS[kind];
  const refused = problem?.at(`${field}_file`, label);
  return (
    <section class="card stack" aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {!draft ? <Drop {...props} /> : (
        <>
          <div class="row between">
            <p>
              <strong class="break">{draft.file.name}</strong>{" "}
              <span class="muted small">{bytes(draft.file.size)}, {readAs(draft)}</span>
            </p>
            <div class="row file-actions">
              <button type="button" class="button bare small" onClick={onSwap}>{instead}</button>
              <button type="button" class="button bare small" onClick={onRemove}>
                {text.chooseAnother}
                <span class="visually-hidden">{text.chooseAnotherFor(kind)}</span>
              </button>
            </div>
          </div>
          {refused && <p class="fault" role="alert">{refused}</p>}
          <div class="file-body">
            <div class="stack">
              <FirstRows draft={draft} />
              <ReadingFields draft={draft} onRead={(given) => onRead(draft, given)} />
            </div>
            <div class="stack">
              <MappingFields
                draft={draft}
                onChange={props.onChange}
                showFaults={props.showFaults}
                faultOf={(key, name) => problem?.at(`${field}_schema_json/${key}`, name)}
              />
              {problem?.errors.some(({ pointer }) => pointer === `/${field}_schema_json`) && (
                <p class="fault" role="alert">
                  {problem.at(`${field}_schema_json`, text.theMapping)}
                </p>
              )}
            </div>
            <div class="stack tight">
              <h3>{text.check.title}</h3>
              <FileCheck draft={draft} state={check} />
            </div>
          </div>
        </>
      )}
    </section>
  );
}

/** Extensions and media types of files that are read, also gzipped. */
export const ACCEPT =
  ".csv,.tsv,.txt,.dat,.json,.jsonl,.ndjson,.parquet,.xlsx,.gz,text/csv,text/tab-separated-values,application/gzip";

function Drop({ kind, refused, reading, missing, onFiles }: FileCardProps) {
  const id = useId();
  const isOver = useSignal(false);
  const { label, hint } = text.files[kind];
  return (
    <div
      class={isOver.value ? "drop over" : "drop"}
      onDragOver={(event) => {
        event.preventDefault();
        isOver.value = true;
      }}
      onDragLeave={() => isOver.value = false}
      onDrop={(event) => {
        event.preventDefault();
        isOver.value = false;
        onFiles([...event.dataTransfer?.files ?? []]);
      }}
    >
      <label for={id} class="strong">{label}</label>
      <span class="muted small" id={`${id}-hint`}>{hint}</span>
      <input
        id={id}
        type="file"
        accept={ACCEPT}
        multiple
        aria-describedby={`${id}-hint`}
        aria-invalid={refused || missing ? "true" : undefined}
        onChange={(event) => onFiles([...event.currentTarget.files ?? []])}
      />
      <span class="muted small">{text.drop}</span>
      <span role="status" class="small">{reading && text.reading(reading)}</span>
      {refused && <p class="fault" role="alert">{refused}</p>}
    </div>
  );
}

/** Returns how the file was parsed: columns, delimiter, encoding, compression. */
function readAs({ head: { dialect, gzip, columns } }: Draft): string {
  return text.readAs({ columns: columns.length, dialect, gzip });
}
