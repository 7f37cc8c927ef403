/** Form fields of an API key: name, kind, expiry, rate limit. */
import { useId } from "preact/hooks";
import type { Project } from "../api/api.ts";
import type { Key, KeyRules } from "../api/apps_api.ts";
import type { ApiProblem } from "../api/problem.ts";
import { text as app } from "./app_words.ts";
import { Field } from "../ui/field.tsx";
import { KeyKindFields, PLACE_FIELDS, placeOf } from "./key_kind_fields.tsx";

const text = app.keys;
const DAY_MS = 86_400_000;
/** Option that keeps the present expiry. */
const AS_IT_IS = "same";

/** Fields that show their own errors. */
export const RULE_FIELDS = ["name", "rate_limit", ...PLACE_FIELDS];

interface KeyRuleFieldsProps {
  projects: Project[];
  problem: ApiProblem | null;
  /** Key being edited; absent for a new one. */
  present?: Key;
}

export function KeyRuleFields({ projects, problem, present }: KeyRuleFieldsProps) {
  const expiry = useId();
  return (
    <>
      <Field
        label={text.name}
        name="name"
        required
        maxLength={100}
        autocomplete="off"
        defaultValue={present?.name}
        hint={text.nameHint}
        fault={problem?.at("name", text.name)}
      />
      <KeyKindFields projects={projects} problem={problem} present={present} />
      <div class="field">
        <label for={expiry}>{text.expiry}</label>
        <select id={expiry} name="days" defaultValue={present?.expires_at ? AS_IT_IS : "0"}>
          {present?.expires_at && (
            <option value={AS_IT_IS}>{text.asItIs(present.expires_at)}</option>
          )}
          {Object.entries(text.expiries).map(([days, words]) => (
            <option key={days} value={days}>{words}</option>
          ))}
        </select>
      </div>
      <Field
        label={text.rateLimit}
        name="rate_limit"
        type="number"
        min="1"
        max="1000000"
        defaultValue={present?.rate_limit ?? ""}
        hint={text.rateHint}
        fault={problem?.at("rate_limit", text.rateFault)}
      />
    </>
  );
}

/** Reads the key's settings from the form. */
export function rulesOf(data: FormData, present?: Key): KeyRules {
  const days = data.get("days");
  return {
    name: String(data.get("name")).trim(),
    ...placeOf(data),
    rate_limit: Number(data.get("rate_limit")) || null,
    expires_at: days === AS_IT_IS
      ? present?.expires_at ?? null
      : Number(days) > 0
      ? new Date(Date.now() + Number(days) * DAY_MS).toISOString()
      : null,
  };
}
