/** Where an app is called back: endpoints with their secrets and events, tested and replayed. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import {
  addEndpoint,
  changeEndpoint,
  deleteEndpoint,
  type Endpoint,
  type EventName,
  EVENTS,
  listEndpoints,
  replay,
  rotateSecret,
  sendTest,
} from "../apps_api.ts";
import { useLoad } from "../load.ts";
import { useSubmit } from "../submit.ts";
import { dateTime } from "../words.ts";
import { AskDialog, OverlapField } from "./ask_dialog.tsx";
import { DeleteByName } from "./delete_by_name.tsx";
import { Field } from "./field.tsx";
import { ProblemNote } from "./problem_note.tsx";
import { Secret } from "./secret.tsx";
import { VerifySignature } from "./verify_signature.tsx";

export function AppEndpoints({ appId, onChanged }: { appId: string; onChanged: () => void }) {
  const { value, problem, reload } = useLoad((signal) => listEndpoints(appId, signal), appId);
  const secret = useSignal<{ url: string; secret: string } | null>(null);
  const changed = () => {
    reload();
    onChanged();
  };
  const show = (endpoint: { url: string; secret: string | null }) => {
    if (endpoint.secret) secret.value = { url: endpoint.url, secret: endpoint.secret };
    changed();
  };
  return (
    <section class="stack" aria-labelledby="endpoints">
      <h2 id="endpoints">Endpoints</h2>
      <p class="muted">
        Each event is POSTed, signed, to every endpoint that wants it, and again for three days
        where it fails. Events may come twice and in any order: webhook-id is the same in each
        repeat.
      </p>
      <ProblemNote problem={problem.value} retry={reload} />
      {secret.value && (
        <div class="card stack secrets" role="status">
          <p class="note warn">Copy the secret now: it is not shown again.</p>
          <Secret
            label={`Secret of ${secret.value.url}`}
            value={secret.value.secret}
            hint="Your endpoint verifies signatures with it, as the Standard Webhooks say."
          />
          <div>
            <button type="button" class="button quiet" onClick={() => secret.value = null}>
              I have copied it
            </button>
          </div>
        </div>
      )}
      <ul class="plain stack">
        {(value.value ?? []).map((endpoint) => (
          <EndpointCard
            key={endpoint.endpoint_id}
            appId={appId}
            endpoint={endpoint}
            onChanged={changed}
            onSecret={show}
          />
        ))}
      </ul>
      <NewEndpointForm appId={appId} isFirst={value.value?.length === 0} onAdded={show} />
      <VerifySignature />
    </section>
  );
}

interface EndpointCardProps {
  appId: string;
  endpoint: Endpoint;
  onChanged: () => void;
  onSecret: (endpoint: { url: string; secret: string | null }) => void;
}

function EndpointCard({ appId, endpoint, onChanged, onSecret }: EndpointCardProps) {
  const { endpoint_id, url, events, disabled_at, disabled_reason, failing_since } = endpoint;
  const { busy, problem, run } = useSubmit();
  const said = useSignal("");
  const isOff = disabled_at !== null;
  return (
    <li class="card stack tight">
      <div class="row">
        <span class={`badge ${isOff || failing_since ? "bad" : "good"}`}>
          {isOff ? "Off" : failing_since ? "Failing" : "On"}
        </span>
        <strong class="break">{url}</strong>
      </div>
      {isOff && (
        <p class="note bad">
          {disabled_reason} Switched off{" "}
          {dateTime(disabled_at)}: nothing is sent to it until you switch it on.
        </p>
      )}
      <p class="muted small">
        {events ? `Wants ${events.join(", ")}` : "Wants all events"}
        {!isOff && failing_since &&
          `, has failed since ${
            dateTime(failing_since)
          }: after five days of that it is switched off`}
        {endpoint.previous_secret_until &&
          `, the secret before signs too until ${dateTime(endpoint.previous_secret_until)}`}
      </p>
      <div class="row">
        {!isOff && (
          <button
            type="button"
            class="button quiet small"
            disabled={busy.value}
            onClick={() =>
              run(async () => {
                said.value = "";
                await sendTest(appId, endpoint_id);
                said.value = "A test is on its way: see Deliveries.";
              })}
          >
            Send a test
          </button>
        )}
        {!isOff && (
          <AskDialog
            button="Replay failures"
            title="Send again what failed?"
            act="Send again"
            onAct={async ({ days }) => {
              const since = new Date(Date.now() - Number(days) * 86_400_000);
              const number = await replay(appId, endpoint_id, since);
              said.value = number === 0
                ? "Nothing failed in that time."
                : `${number} on the way: see Deliveries.`;
            }}
          >
            <div class="field">
              <label for={`since-${endpoint_id}`}>Everything that failed</label>
              <select id={`since-${endpoint_id}`} name="days">
                <option value="1">in the last day</option>
                <option value="3">in the last 3 days</option>
                <option value="7">in the last 7 days</option>
              </select>
            </div>
          </AskDialog>
        )}
        <AskDialog
          button="Rotate secret"
          title="Rotate the secret?"
          act="Make the new secret"
          onAct={async ({ seconds }) =>
            onSecret(await rotateSecret(appId, endpoint_id, Number(seconds)))}
        >
          <p>The new secret is shown once. As long as the old one goes on, both sign.</p>
          <OverlapField what="The old secret" />
        </AskDialog>
        <button
          type="button"
          class="button quiet small"
          disabled={busy.value}
          onClick={() =>
            run(async () => {
              await changeEndpoint(appId, endpoint_id, { enabled: isOff });
              onChanged();
            })}
        >
          {isOff ? "Switch on" : "Switch off"}
        </button>
        <DeleteByName
          noun="endpoint"
          name={new URL(url).host}
          consequence="Nothing is sent there any more, and what waits for it has failed."
          onDelete={async () => {
            await deleteEndpoint(appId, endpoint_id);
            onChanged();
          }}
        />
      </div>
      <span role="status" class="muted small">{said.value}</span>
      <ProblemNote problem={problem.value} />
    </li>
  );
}

interface NewEndpointFormProps {
  appId: string;
  isFirst: boolean;
  onAdded: (endpoint: { url: string; secret: string | null }) => void;
}

function NewEndpointForm({ appId, isFirst, onAdded }: NewEndpointFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const { busy, problem, run } = useSubmit();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(form.current!);
    const events = data.getAll("event") as EventName[];
    run(async () => {
      const url = String(data.get("url")).trim();
      onAdded(await addEndpoint(appId, { url, events: events.length > 0 ? events : null }));
      form.current?.reset();
    });
  };
  return (
    <details class="card" open={isFirst}>
      <summary>{isFirst ? "Add an endpoint" : "Add another endpoint"}</summary>
      <form ref={form} class="stack form spaced" onSubmit={onSubmit}>
        <Field
          label="URL"
          name="url"
          type="url"
          required
          autocomplete="off"
          placeholder="https://"
          fault={problem.value?.at("url", "URL")}
        />
        <fieldset class="plain-set">
          <legend>Only these events</legend>
          <span class="hint muted small">None chosen: all of them.</span>
          {Object.entries(EVENTS).map(([name, when]) => (
            <label key={name} class="check">
              <input type="checkbox" name="event" value={name} />
              <span>
                <span class="mono">{name}</span> <span class="muted small">{when}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <ProblemNote problem={problem.value} fields={["url"]} />
        <div>
          <button type="submit" class="button" disabled={busy.value}>Add endpoint</button>
        </div>
      </form>
    </details>
  );
}
