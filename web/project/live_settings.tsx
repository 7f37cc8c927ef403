/** Settings of live events: retention, when they queue a training, trending items and results. */
import { useSignal } from "@preact/signals";
import { changeSettings, type Settings } from "../api/project_api.ts";
import { fieldsOf, numberOf, useSubmit } from "../api/submit.ts";
import { Field } from "../ui/field.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { text as settingsText } from "./settings_words.ts";

const text = settingsText.live;

const FIELDS = [
  "keep_events",
  "trending_half_life",
  "click_window_hours",
  "purchase_window_hours",
] as const;

/** Numbers of `retrain_when`, which also has an interval. */
const RETRAIN_COUNTS = ["events", "new_items"] as const;

export function LiveSettings({ id, settings }: { id: string; settings: Settings }) {
  const saved = useSignal(false);
  const { busy, problem, run } = useSubmit();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = fieldsOf(event.currentTarget as HTMLFormElement);
    saved.value = false;
    run(async () => {
      await changeSettings(id, {
        ...Object.fromEntries(FIELDS.map((name) => [name, numberOf(fields[name])])),
        retrain_when: retrainWhen(fields),
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
      <div class="mapping">
        {RETRAIN_COUNTS.map((name) => (
          <Field
            key={name}
            {...text.fields[name]}
            name={name}
            type="number"
            defaultValue={settings.retrain_when?.[name] ?? ""}
            fault={problem.value?.at(`retrain_when/${name}`, text.fields[name].label)}
          />
        ))}
        <Field
          {...text.fields.every}
          name="every"
          defaultValue={settings.retrain_when?.every ?? ""}
          fault={problem.value?.at("retrain_when/every", text.fields.every.label)}
        />
        {FIELDS.map((name) => (
          <Field
            key={name}
            {...text.fields[name]}
            name={name}
            type="number"
            step={name === "trending_half_life" ? "any" : 1}
            defaultValue={settings[name] ?? ""}
            fault={problem.value?.at(name, text.fields[name].label)}
          />
        ))}
      </div>
      <ProblemNote problem={problem.value} fields={[...FIELDS, "retrain_when"]} />
      <div class="row">
        <button type="submit" class="button" disabled={busy.value}>{text.save}</button>
        <span role="status" class="muted">{saved.value && text.saved}</span>
      </div>
    </form>
  );
}

/** Returns the setting without the fields left empty; null if all are. */
function retrainWhen(fields: Record<string, string>): Settings["retrain_when"] {
  const { events, new_items, every } = fields;
  if (!events && !new_items && !every) return null;
  return {
    ...(events && { events: Number(events) }),
    ...(new_items && { new_items: Number(new_items) }),
    ...(every && { every }),
  };
}
