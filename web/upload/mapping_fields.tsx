/** Form fields of a column mapping, one a key, with the reason for the proposal. */
import { useId } from "preact/hooks";
import { mappingChoices, mappingKeys } from "../../functions/recommender/files/mapping.ts";
import { choose, type Draft, faultsOf, reasonFor } from "./draft.ts";
import { text } from "./import_words.ts";

interface MappingFieldsProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
  showFaults: boolean;
  /** Error that the service returned for a key. */
  faultOf: (key: string, name: string) => string | undefined;
}

export function MappingFields({ draft, onChange, showFaults, faultOf }: MappingFieldsProps) {
  const faults = faultsOf(draft);
  return (
    <div class="mapping">
      {mappingKeys[draft.kind].map((key) => {
        const fault = (showFaults ? faults[key] : undefined) ?? faultOf(key, text.keys[key]);
        const field = { draft, name: key, fault, onChange };
        return key === "feature_col"
          ? <Features key={key} {...field} />
          : <ColumnChoice key={key} {...field} />;
      })}
      {CHOICES.filter((key) => matters(draft, key)).map((key) => (
        <FormChoice key={key} draft={draft} name={key} onChange={onChange} />
      ))}
    </div>
  );
}

const CHOICES = Object.keys(mappingChoices) as (keyof typeof mappingChoices)[];

/** Whether the mapping has a column that the format choice applies to. */
function matters({ kind, head, chosen }: Draft, key: keyof typeof mappingChoices): boolean {
  if (kind === "CONTENT") {
    if (key === "no_rating" || key === "best_rating") return false;
    const taken = [...chosen.item_id, ...chosen.item_title];
    return head.columns.some((column) => !taken.includes(column));
  }
  return chosen[key === "date_order" ? "timestamp" : "rating"].length > 0;
}

/** Select for a number or date format, used where the file is ambiguous. */
function FormChoice(
  { draft, name, onChange }: Omit<MappingFieldProps, "name"> & {
    name: keyof typeof mappingChoices;
  },
) {
  const id = useId();
  const { label, open, hint, values } = text.choices[name];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={draft.chosen[name]?.[0] ?? ""}
        aria-describedby={`${id}-about`}
        onChange={({ currentTarget: { value } }) =>
          onChange(choose(draft, name, value === "" ? [] : [value]))}
      >
        <option value="">{open}</option>
        {mappingChoices[name].map((value) => (
          <option key={value} value={value}>{values[value]}</option>
        ))}
      </select>
      <span id={`${id}-about`} class="hint">{hint}</span>
    </div>
  );
}

interface MappingFieldProps {
  draft: Draft;
  /** Key of the mapping. */
  name: string;
  fault?: string;
  onChange: (draft: Draft) => void;
}

function ColumnChoice({ draft, name, fault, onChange }: MappingFieldProps) {
  const id = useId();
  const [chosen = ""] = draft.chosen[name];
  const reason = reasonFor(draft, name);
  return (
    <div class="field">
      <label for={id}>{text.keys[name]}</label>
      <select
        id={id}
        value={chosen}
        aria-invalid={fault ? "true" : undefined}
        aria-describedby={`${id}-about`}
        onChange={({ currentTarget: { value } }) =>
          onChange(choose(draft, name, value === "" ? [] : [value]))}
      >
        <option value="">{text.nothing(draft.kind, name)}</option>
        {draft.head.columns.map((column) => <option key={column} value={column}>{column}</option>)}
      </select>
      <span id={`${id}-about`} class={fault ? "fault" : "hint"}>
        {fault ?? (reason && text.proposed(reason))}
      </span>
    </div>
  );
}

/** Checkboxes for the feature columns; an item may have several. */
function Features({ draft, name, fault, onChange }: MappingFieldProps) {
  const id = useId();
  const chosen = draft.chosen[name];
  const taken = [...draft.chosen.item_id, ...draft.chosen.item_title];
  const free = draft.head.columns.filter((column) => !taken.includes(column));
  return (
    <fieldset class="field features" aria-describedby={`${id}-about`}>
      <legend>{text.keys[name]}</legend>
      {free.length === 0 && <span class="hint">{text.noFeatures}</span>}
      <div class="row">
        {free.map((column) => (
          <label key={column} class="check">
            <input
              type="checkbox"
              checked={chosen.includes(column)}
              onChange={({ currentTarget: { checked } }) =>
                onChange(choose(
                  draft,
                  name,
                  draft.head.columns.filter((other) =>
                    other === column ? checked : chosen.includes(other)
                  ),
                ))}
            />
            <span class="break">{column}</span>
          </label>
        ))}
      </div>
      <span id={`${id}-about`} class={fault ? "fault" : "hint"}>
        {fault ?? text.features}
      </span>
    </fieldset>
  );
}
