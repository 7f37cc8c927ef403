/** One file of a new project: where it is dropped, then what it holds and what its columns mean. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { FileKind } from "../../functions/recommender/csv/mapping.ts";
import type { Draft } from "../csv/draft.ts";
import type { ApiProblem } from "../problem.ts";
import { bytes, count } from "../words.ts";
import { FirstRows } from "./first_rows.tsx";
import { MappingFields } from "./mapping_fields.tsx";

interface FileCardProps {
  kind: FileKind;
  draft?: Draft;
  /** Why the file cannot be used. */
  refused?: string;
  /** The name of the file that is being read. */
  reading?: string;
  /** Said where no file is chosen and one is needed. */
  missing?: string;
  showFaults: boolean;
  /** What the service said of the last try. */
  problem: ApiProblem | null;
  onFiles: (files: File[]) => void;
  onChange: (draft: Draft) => void;
  onHeader: (draft: Draft, header: boolean) => void;
  onRemove: () => void;
}

const WORDS: Record<FileKind, { title: string; label: string; hint: string; field: string }> = {
  CONTENT: {
    title: "Items",
    label: "Items file",
    hint: "One row an item: an id, a title, and what describes it, such as genres.",
    field: "content",
  },
  INTERACTION: {
    title: "Interactions",
    label: "Interactions file",
    hint: "One row an event: who, which item, and where you have it a rating and a time.",
    field: "interaction",
  },
};

export function FileCard(props: FileCardProps) {
  const { kind, draft, problem, onHeader, onRemove } = props;
  const heading = useId();
  const { title, label, field } = WORDS[kind];
  const refused = problem?.at(`${field}_file`, label);
  return (
    <section class="card stack" aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {!draft ? <Drop {...props} /> : (
        <>
          <div class="row between file-head">
            <p>
              <strong class="break">{draft.file.name}</strong>{" "}
              <span class="muted small">{bytes(draft.file.size)}, {readAs(draft)}</span>
            </p>
            <button type="button" class="button bare small" onClick={onRemove}>
              Choose another<span class="visually-hidden">for {title.toLowerCase()}</span>
            </button>
          </div>
          {refused && <p class="fault" role="alert">{refused}</p>}
          <FirstRows head={draft.head} of={draft.file.name} />
          <label class="check">
            <input
              type="checkbox"
              checked={draft.head.dialect.header}
              onChange={(event) => onHeader(draft, event.currentTarget.checked)}
            />
            The first line holds the column names
          </label>
          <MappingFields
            draft={draft}
            onChange={props.onChange}
            showFaults={props.showFaults}
            faultOf={(key, name) => problem?.at(`${field}_schema_json/${key}`, name)}
          />
          {problem?.errors.some(({ pointer }) => pointer === `/${field}_schema_json`) && (
            <p class="fault" role="alert">{problem.at(`${field}_schema_json`, "The mapping")}</p>
          )}
        </>
      )}
    </section>
  );
}

function Drop({ kind, refused, reading, missing, onFiles }: FileCardProps) {
  const id = useId();
  const isOver = useSignal(false);
  const { label, hint } = WORDS[kind];
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
        accept=".csv,.tsv,.txt,.dat,.gz,text/csv,text/tab-separated-values,application/gzip"
        multiple
        aria-describedby={`${id}-hint`}
        aria-invalid={refused || missing ? "true" : undefined}
        onChange={(event) => onFiles([...event.currentTarget.files ?? []])}
      />
      <span class="muted small">Choose it, or drop it here.</span>
      <span role="status" class="small">{reading && `Reading ${reading}…`}</span>
      {refused && <p class="fault" role="alert">{refused}</p>}
    </div>
  );
}

const DELIMITERS: Record<string, string> = {
  ",": "commas",
  "\t": "tabs",
  ";": "semicolons",
  "|": "bars",
};

/** How the file was read, for people. */
function readAs({ head: { dialect, gzip, columns } }: Draft): string {
  const columnsWords = columns.length === 1
    ? "one column"
    : `${count(columns.length)} columns by ${DELIMITERS[dialect.delimiter]}`;
  return `${columnsWords}, ${dialect.encoding.toUpperCase()}${gzip ? ", packed by gzip" : ""}`;
}
