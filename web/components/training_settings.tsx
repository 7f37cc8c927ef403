/** What an owner may set about the trainings of a project. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { changeSettings, type Settings } from "../project_api.ts";
import { fieldsOf, useSubmit } from "../submit.ts";
import { bytes } from "../words.ts";
import { Field } from "./field.tsx";
import { ProblemNote } from "./problem_note.tsx";

const SCHEDULES = [
  { hours: "", name: "Only when I ask" },
  { hours: "1", name: "Every hour" },
  { hours: "24", name: "Every day" },
  { hours: "168", name: "Every week" },
];

/** What the trainer does where nothing is set. */
const DEFAULTS = "view 1, cart 3, purchase 5";

export function TrainingSettings({ id, settings }: { id: string; settings: Settings }) {
  const schedule = useId();
  const weights = useSignal(weightRowsOf(settings));
  const saved = useSignal(false);
  const { busy, problem, run } = useSubmit();
  const hours = String(settings.retrain_every ?? "");
  const setRow = (index: number, row: Partial<WeightRow>) => {
    saved.value = false;
    weights.value = weights.value.map((old, i) => i === index ? { ...old, ...row } : old);
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = fieldsOf(event.currentTarget as HTMLFormElement);
    saved.value = false;
    run(async () => {
      await changeSettings(id, {
        event_weights: weightsOf(weights.value),
        retrain_every: numberOf(fields.retrain_every),
        budget_seconds: numberOf(fields.budget_seconds),
        memory_limit: /^\d+$/.test(fields.memory_limit)
          ? Number(fields.memory_limit)
          : fields.memory_limit || null,
      });
      saved.value = true;
    });
  };
  return (
    <form
      class="card stack"
      onSubmit={onSubmit}
      onInput={() => saved.value = false}
      noValidate
    >
      <h2>Training</h2>
      <p class="muted small">All of this counts from the next training on.</p>
      <fieldset class="field features">
        <legend>What an event weighs</legend>
        <span class="hint">
          Where a column says the kind of event. Kinds that are not named here weigh as usual:{" "}
          {DEFAULTS}.
        </span>
        <div class="stack tight">
          {weights.value.map(({ type, weight }, index) => (
            <div key={index} class="weight-row">
              <input
                type="text"
                aria-label={`Kind of event ${index + 1}`}
                placeholder="purchase"
                autocomplete="off"
                value={type}
                onInput={(event) => setRow(index, { type: event.currentTarget.value })}
              />
              <input
                type="number"
                aria-label={`Weight ${index + 1}`}
                min="0"
                step="any"
                placeholder="5"
                value={weight}
                onInput={(event) => setRow(index, { weight: event.currentTarget.value })}
              />
              <button
                type="button"
                class="button bare small"
                aria-label={`Remove ${type || `row ${index + 1}`}`}
                onClick={() => weights.value = weights.value.filter((_, i) => i !== index)}
              >
                Remove
              </button>
            </div>
          ))}
        </div>
        <div>
          <button
            type="button"
            class="button quiet small"
            onClick={() => weights.value = [...weights.value, { type: "", weight: "" }]}
          >
            Add a kind of event
          </button>
        </div>
        {problem.value?.at("event_weights", "The weights") && (
          <span class="fault">{problem.value.at("event_weights", "The weights")}</span>
        )}
      </fieldset>
      <div class="mapping">
        <div class="field">
          <label for={schedule}>Train again</label>
          <select id={schedule} name="retrain_every" defaultValue={hours}>
            {SCHEDULES.map(({ hours: value, name }) => (
              <option key={value} value={value} selected={value === hours}>{name}</option>
            ))}
            {!SCHEDULES.some(({ hours: value }) => value === hours) && (
              <option value={hours} selected>Every {hours} hours</option>
            )}
          </select>
          <span class="hint">Counted from the end of the training before.</span>
        </div>
        <Field
          label="Time to search, in seconds"
          name="budget_seconds"
          type="number"
          min={10}
          placeholder="600"
          defaultValue={settings.budget_seconds ?? ""}
          hint="More tries more; 600 where empty."
          fault={problem.value?.at("budget_seconds", "The time")}
        />
        <Field
          label="Memory"
          name="memory_limit"
          autocomplete="off"
          placeholder="2GB"
          defaultValue={settings.memory_limit === null ? "" : String(settings.memory_limit)}
          hint={settings.memory_limit === null
            ? "Such as 2GB; half of the machine's where empty."
            : `That is ${bytes(settings.memory_limit)}; half of the machine's where empty.`}
          fault={problem.value?.at("memory_limit", "Memory")}
        />
      </div>
      <ProblemNote
        problem={problem.value}
        fields={["event_weights", "budget_seconds", "memory_limit"]}
      />
      <div class="row">
        <button type="submit" class="button" disabled={busy.value}>Save</button>
        <span role="status" class="muted">{saved.value && "Saved, for the next training."}</span>
      </div>
    </form>
  );
}

interface WeightRow {
  type: string;
  weight: string;
}

function weightRowsOf({ event_weights }: Settings): WeightRow[] {
  return Object.entries(event_weights ?? {}).map(([type, weight]) => ({
    type,
    weight: String(weight),
  }));
}

/** Null where none is named, which means the usual ones; a row without a kind is no row. */
function weightsOf(rows: WeightRow[]): Record<string, number> | null {
  const named = rows.filter(({ type }) => type.trim() !== "");
  if (named.length === 0) return null;
  return Object.fromEntries(named.map(({ type, weight }) => [type.trim(), Number(weight)]));
}

function numberOf(text: string): number | null {
  return text === "" ? null : Number(text);
}
