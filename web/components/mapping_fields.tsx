/** Which column says what: one choice a key, with why it was proposed. */
import { useId } from "preact/hooks";
import { type FileKind, mappingKeys } from "../../functions/recommender/csv/mapping.ts";
import { choose, type Draft, faultsOf, reasonFor } from "../csv/draft.ts";

interface MappingFieldsProps {
  draft: Draft;
  onChange: (draft: Draft) => void;
  showFaults: boolean;
  /** What the service said of a key. */
  faultOf: (key: string, name: string) => string | undefined;
}

const LABELS: Record<string, string> = {
  item_id: "Item id",
  item_title: "Item title",
  feature_col: "Features",
  user_id: "User id",
  rating: "Rating",
  timestamp: "Time",
  event_type: "Kind of event",
};

const NOTHING: Record<FileKind, Record<string, string>> = {
  CONTENT: { item_id: "None: the title stands for it", item_title: "None: the id is shown" },
  INTERACTION: {
    item_id: "None: items are found by title",
    item_title: "None: items are found by id",
    rating: "None: each row counts alike",
    timestamp: "None: the file's order counts",
    event_type: "None: one kind of event",
  },
};

export function MappingFields({ draft, onChange, showFaults, faultOf }: MappingFieldsProps) {
  const faults = faultsOf(draft);
  return (
    <div class="mapping">
      {mappingKeys[draft.kind].map((key) => {
        const fault = (showFaults ? faults[key] : undefined) ?? faultOf(key, LABELS[key]);
        const field = { draft, name: key, fault, onChange };
        return key === "feature_col"
          ? <Features key={key} {...field} />
          : <ColumnChoice key={key} {...field} />;
      })}
    </div>
  );
}

interface MappingFieldProps {
  draft: Draft;
  /** The key of the mapping. */
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
      <label for={id}>{LABELS[name]}</label>
      <select
        id={id}
        value={chosen}
        aria-invalid={fault ? "true" : undefined}
        aria-describedby={`${id}-about`}
        onChange={({ currentTarget: { value } }) =>
          onChange(choose(draft, name, value === "" ? [] : [value]))}
      >
        <option value="">{NOTHING[draft.kind][name] ?? "Choose a column"}</option>
        {draft.head.columns.map((column) => <option key={column} value={column}>{column}</option>)}
      </select>
      <span id={`${id}-about`} class={fault ? "fault" : "hint"}>
        {fault ?? (reason && `Proposed: ${reason}.`)}
      </span>
    </div>
  );
}

/** Features may be several: what describes an item, taken together. */
function Features({ draft, name, fault, onChange }: MappingFieldProps) {
  const id = useId();
  const chosen = draft.chosen[name];
  const taken = [...draft.chosen.item_id, ...draft.chosen.item_title];
  const free = draft.head.columns.filter((column) => !taken.includes(column));
  return (
    <fieldset class="field features" aria-describedby={`${id}-about`}>
      <legend>{LABELS[name]}</legend>
      {free.length === 0 && <span class="hint">No column is left for them.</span>}
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
        {fault ?? "Items that share words in these columns are alike."}
      </span>
    </fieldset>
  );
}
