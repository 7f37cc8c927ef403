/** Detected settings by which a file is read, and fields to correct them. */
import { useId } from "preact/hooks";
import type { GivenDialect } from "../../functions/recommender/files/dialect/choose_dialect.ts";
import {
  type Comment,
  comments,
  delimiters,
  type Encoding,
  encodings,
  type Quote,
  quotes,
  rareDelimiters,
} from "../../functions/recommender/files/dialect.ts";
import { type Draft, notesOf } from "./draft.ts";
import { text } from "./import_words.ts";

interface ReadingFieldsProps {
  draft: Draft;
  /** Reads the file again with the selected settings. */
  onRead: (given: GivenDialect) => void;
}

const words = text.readings;

export function ReadingFields({ draft, onRead }: ReadingFieldsProps) {
  const { kind, head: { dialect, columns, wide, isKeyless } } = draft;
  const { format = "csv", unpivot, filled } = dialect;
  const isText = format === "csv" || format === "jsonl" || format === "json";
  return (
    <div class="stack tight">
      {notesOf(draft).map((note) => <p key={note} class="note small">{note}</p>)}
      {wide && kind === "INTERACTION" && (
        <div class="note warn stack tight">
          <p>{words.wide(columns.length - 1 - (wide.without?.length ?? 0), wide)}</p>
          <div>
            <button type="button" class="button small" onClick={() => onRead({ unpivot: wide })}>
              {words.unpivot}
            </button>
          </div>
        </div>
      )}
      {isKeyless && kind === "INTERACTION" && <p class="note warn">{words.keyless}</p>}
      {(unpivot || filled) && (
        <div>
          <button
            type="button"
            class="button bare small"
            onClick={() => onRead({ unpivot: null, filled: null })}
          >
            {words.asItIs}
          </button>
        </div>
      )}
      {format !== "parquet" && !unpivot && (
        <Check
          label={text.header}
          checked={dialect.header}
          onChange={(header) => onRead({ header })}
        />
      )}
      {format !== "parquet" && (
        <details>
          <summary class="small">{words.title}</summary>
          <div class="row">
            {format === "csv" && (
              <Choice
                label={words.delimiter}
                value={dialect.delimiter}
                values={[...delimiters, ...rareDelimiters]}
                name={text.delimiter}
                onChange={(delimiter) => onRead({ delimiter })}
              />
            )}
            {isText && (
              <Choice
                label={words.encoding}
                value={dialect.encoding}
                values={encodings}
                name={(encoding) => encoding.toUpperCase()}
                onChange={(encoding) => onRead({ encoding: encoding as Encoding })}
              />
            )}
            {format === "csv" && (
              <>
                <Choice
                  label={words.quote}
                  value={dialect.quote}
                  values={quotes}
                  name={words.quotes}
                  onChange={(quote) => onRead({ quote: quote as Quote })}
                />
                <Choice
                  label={words.comment}
                  value={dialect.comment ?? ""}
                  values={["", ...comments]}
                  name={words.comments}
                  onChange={(comment) => onRead({ comment: comment as Comment || null })}
                />
              </>
            )}
            {(format === "csv" || format === "xlsx") && (
              <LinesBefore
                value={dialect.skip ?? 0}
                onChange={(skip) => onRead({ skip })}
              />
            )}
          </div>
          {format === "csv" && (
            <>
              <Check
                label={words.escape}
                checked={dialect.escape !== undefined}
                onChange={(is) => onRead({ escape: is ? "\\" : null })}
              />
              {dialect.header && (
                <Check
                  label={words.indexed}
                  checked={dialect.indexed ?? false}
                  onChange={(is) => onRead({ indexed: is || null })}
                />
              )}
              <Check
                label={words.exact}
                checked={dialect.exact ?? false}
                onChange={(is) => onRead({ exact: is || null })}
              />
            </>
          )}
        </details>
      )}
    </div>
  );
}

interface CheckProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

function Check({ label, checked, onChange }: CheckProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  values: readonly string[];
  /** Returns the label of a value. */
  name: (value: string) => string;
  onChange: (value: string) => void;
}

function Choice({ label, value, values, name, onChange }: ChoiceProps) {
  const id = useId();
  const all = values.includes(value) ? values : [value, ...values];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {all.map((other) => <option key={other} value={other}>{name(other)}</option>)}
      </select>
    </div>
  );
}

function LinesBefore({ value, onChange }: { value: number; onChange: (skip: number) => void }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{words.skip}</label>
      <input
        id={id}
        type="number"
        min={0}
        max={1000}
        step={1}
        value={value}
        onChange={({ currentTarget: { valueAsNumber } }) =>
          Number.isInteger(valueAsNumber) && valueAsNumber >= 0 && onChange(valueAsNumber)}
      />
    </div>
  );
}
