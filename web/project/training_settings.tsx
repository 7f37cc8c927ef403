/** Training settings of a project: event weights, retraining schedule, time and memory limits. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { changeSettings, type Settings } from "../api/project_api.ts";
import { fieldsOf, numberOf, useSubmit } from "../api/submit.ts";
import { text as settingsText } from "./settings_words.ts";

const text = settingsText.training;
import { Field } from "../ui/field.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";

export function TrainingSettings({ id, settings }: { id: string; settings: Settings }) {
  const [schedule, search] = [useId(), useId()];
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
        liked_from: numberOf(fields.liked_from),
        retrain_every: numberOf(fields.retrain_every),
        search: fields.search === "first" ? "first" : null,
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
      <h2>{text.title}</h2>
      <p class="muted small">{text.explanation}</p>
      <fieldset class="field features">
        <legend>{text.weights}</legend>
        <span class="hint">
          {text.weightsHint}
        </span>
        <div class="stack tight">
          {weights.value.map(({ type, weight }, index) => (
            <div key={index} class="weight-row">
              <input
                type="text"
                aria-label={text.kind(index + 1)}
                placeholder={text.kindExample}
                autocomplete="off"
                value={type}
                onInput={(event) => setRow(index, { type: event.currentTarget.value })}
              />
              <input
                type="number"
                aria-label={text.weight(index + 1)}
                step="any"
                placeholder="5"
                value={weight}
                onInput={(event) => setRow(index, { weight: event.currentTarget.value })}
              />
              <button
                type="button"
                class="button bare small"
                aria-label={text.removeKind(type, index + 1)}
                onClick={() => weights.value = weights.value.filter((_, i) => i !== index)}
              >
                {text.remove}
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
            {text.add}
          </button>
        </div>
        {problem.value?.at("event_weights", text.weightsFault) && (
          <span class="fault">{problem.value.at("event_weights", text.weightsFault)}</span>
        )}
      </fieldset>
      <div class="mapping">
        <Field
          label={text.likedFrom}
          name="liked_from"
          type="number"
          step="any"
          placeholder={text.likedFromExample}
          defaultValue={settings.liked_from ?? ""}
          hint={text.likedFromHint}
          fault={problem.value?.at("liked_from", text.likedFrom)}
        />
        <div class="field">
          <label for={schedule}>{text.schedule}</label>
          <select id={schedule} name="retrain_every" defaultValue={hours}>
            {Object.entries(text.schedules).map(([value, name]) => (
              <option key={value} value={value} selected={value === hours}>{name}</option>
            ))}
            {!(hours in text.schedules) && (
              <option value={hours} selected>{text.every(hours)}</option>
            )}
          </select>
          <span class="hint">{text.scheduleHint}</span>
        </div>
        <div class="field">
          <label for={search}>{text.search}</label>
          <select id={search} name="search">
            {Object.entries(text.searches).map(([value, name]) => (
              <option
                key={value}
                value={value}
                selected={value === (settings.search === "first" ? "first" : "")}
              >
                {name}
              </option>
            ))}
          </select>
          <span class="hint">{text.searchHint}</span>
          {problem.value?.at("search", text.search) && (
            <span class="fault">{problem.value.at("search", text.search)}</span>
          )}
        </div>
        <Field
          label={text.budget}
          name="budget_seconds"
          type="number"
          min={10}
          placeholder="600"
          defaultValue={settings.budget_seconds ?? ""}
          hint={text.budgetHint}
          fault={problem.value?.at("budget_seconds", text.budgetFault)}
        />
        <Field
          label={text.memory}
          name="memory_limit"
          autocomplete="off"
          placeholder={text.memoryExample}
          defaultValue={settings.memory_limit === null ? "" : String(settings.memory_limit)}
          hint={text.memoryHint(settings.memory_limit)}
          fault={problem.value?.at("memory_limit", text.memory)}
        />
      </div>
      <ProblemNote
        problem={problem.value}
        fields={["event_weights", "liked_from", "search", "budget_seconds", "memory_limit"]}
      />
      <div class="row">
        <button type="submit" class="button" disabled={busy.value}>{text.save}</button>
        <span role="status" class="muted">{saved.value && text.saved}</span>
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

/**
 * Returns the weights by event type, without unnamed rows; null, meaning the defaults, if none is
 * left.
 */
function weightsOf(rows: WeightRow[]): Record<string, number> | null {
  const named = rows.filter(({ type }) => type.trim() !== "");
  if (named.length === 0) return null;
  return Object.fromEntries(named.map(({ type, weight }) => [type.trim(), Number(weight)]));
}
