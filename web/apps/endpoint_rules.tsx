/** Form fields of a webhook endpoint: URL and event types. */
import type { Endpoint, EventType } from "../api/apps_api.ts";
import type { ApiProblem } from "../api/problem.ts";
import { text as app } from "./app_words.ts";
import { Field } from "../ui/field.tsx";

const text = app.endpoints;

/** Event types that an endpoint can subscribe to. */
export const EVENTS = Object.keys(app.events) as EventType[];

/** Fields that show their own errors. */
export const ENDPOINT_FIELDS = ["url"];

interface EndpointFieldsProps {
  problem: ApiProblem | null;
  /** Endpoint being edited; absent for a new one. */
  present?: Endpoint;
}

export function EndpointFields({ problem, present }: EndpointFieldsProps) {
  const chosen: readonly string[] = present?.events ?? [];
  return (
    <>
      <Field
        label={text.url}
        name="url"
        type="url"
        required
        autocomplete="off"
        placeholder={text.urlExample}
        defaultValue={present?.url}
        fault={problem?.at("url", text.url)}
      />
      <fieldset class="plain-set">
        <legend>{text.events}</legend>
        <span class="hint muted small">{text.eventsHint}</span>
        {EVENTS.map((name) => (
          <label key={name} class="check">
            <input
              type="checkbox"
              name="event"
              value={name}
              defaultChecked={chosen.includes(name)}
            />
            <span>
              <span class="mono">{name}</span> <span class="muted small">{app.events[name]}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </>
  );
}

/** Reads the endpoint from the form; no event selected means all. */
export function endpointOf(data: FormData): { url: string; events: EventType[] | null } {
  const events = data.getAll("event") as EventType[];
  return { url: String(data.get("url")).trim(), events: events.length > 0 ? events : null };
}
