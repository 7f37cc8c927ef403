/** Webhook endpoints of an app: URL, events, secret, test, replay. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import {
  addEndpoint,
  changeEndpoint,
  deleteEndpoint,
  type Endpoint,
  listEndpoints,
  replay,
  rotateSecret,
  sendTest,
} from "../api/apps_api.ts";
import { useLoad } from "../api/load.ts";
import { useSubmit } from "../api/submit.ts";
import { text as app } from "./app_words.ts";
import { text as apps } from "./apps_words.ts";
import { AskDialog, OverlapField } from "./ask_dialog.tsx";
import { DeleteByName } from "../ui/delete_by_name.tsx";
import { ENDPOINT_FIELDS, EndpointFields, endpointOf } from "./endpoint_rules.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { Secret } from "../ui/secret.tsx";
import { VerifySignature } from "./signature_samples.tsx";

const text = app.endpoints;

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
      <h2 id="endpoints">{text.title}</h2>
      <p class="muted">
        {text.explanation}
      </p>
      <ProblemNote problem={problem.value} retry={reload} />
      {secret.value && (
        <div class="card stack secrets" role="status">
          <p class="note warn">{text.copySecret}</p>
          <Secret
            label={text.secretOf(secret.value.url)}
            value={secret.value.secret}
            hint={apps.secret.hint}
          />
          <div>
            <button type="button" class="button quiet" onClick={() => secret.value = null}>
              {apps.registered.done}
            </button>
          </div>
        </div>
      )}
      <ul class="plain stack">
        {(value.value ?? []).map((endpoint) => (
          <EndpointCard
            key={[endpoint.endpoint_id, endpoint.url, endpoint.events].join()}
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
  const message = useSignal("");
  const isOff = disabled_at !== null;
  return (
    <li class="card stack tight">
      <div class="row">
        <span class={`badge ${isOff || failing_since ? "bad" : "good"}`}>
          {isOff ? text.off : failing_since ? text.failing : text.on}
        </span>
        <strong class="break">{url}</strong>
      </div>
      {isOff && (
        <p class="note bad">
          {text.switchedOff(disabled_reason, disabled_at)}
        </p>
      )}
      <p class="muted small">
        {text.wants(events)}
        {!isOff && failing_since && text.failingSince(failing_since)}
        {endpoint.previous_secret_until && text.oldSecret(endpoint.previous_secret_until)}
      </p>
      <div class="row">
        {!isOff && (
          <button
            type="button"
            class="button quiet small"
            disabled={busy.value}
            onClick={() =>
              run(async () => {
                message.value = "";
                await sendTest(appId, endpoint_id);
                message.value = text.testSent;
              })}
          >
            {text.test}
          </button>
        )}
        {!isOff && (
          <AskDialog
            button={text.replay.button}
            title={text.replay.title}
            act={text.replay.act}
            onAct={async ({ days }) => {
              const since = new Date(Date.now() - Number(days) * 86_400_000);
              const number = await replay(appId, endpoint_id, since);
              message.value = number === 0 ? text.replay.nothing : text.replay.onTheWay(number);
            }}
          >
            <div class="field">
              <label for={`since-${endpoint_id}`}>{text.replay.label}</label>
              <select id={`since-${endpoint_id}`} name="days">
                {Object.entries(text.replay.spans).map(([days, words]) => (
                  <option key={days} value={days}>{words}</option>
                ))}
              </select>
            </div>
          </AskDialog>
        )}
        <AskDialog
          button={text.edit.button}
          of={url}
          title={text.edit.title}
          act={text.edit.act}
          fields={ENDPOINT_FIELDS}
          onAct={async (_, data) => {
            await changeEndpoint(appId, endpoint_id, endpointOf(data));
            onChanged();
          }}
        >
          {(problem) => <EndpointFields problem={problem} present={endpoint} />}
        </AskDialog>
        <AskDialog
          button={text.rotate.button}
          title={text.rotate.title}
          act={text.rotate.act}
          onAct={async ({ seconds }) =>
            onSecret(await rotateSecret(appId, endpoint_id, Number(seconds)))}
        >
          <p>{text.rotate.explanation}</p>
          <OverlapField what={text.rotate.old} />
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
          {isOff ? text.switchOn : text.switchOff}
        </button>
        <DeleteByName
          noun={text.delete.noun}
          name={new URL(url).host}
          consequence={text.delete.consequence}
          onDelete={async () => {
            await deleteEndpoint(appId, endpoint_id);
            onChanged();
          }}
        />
      </div>
      <span role="status" class="muted small">{message.value}</span>
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
    const endpoint = endpointOf(new FormData(form.current!));
    run(async () => {
      onAdded(await addEndpoint(appId, endpoint));
      form.current?.reset();
    });
  };
  return (
    <details class="card more" open={isFirst}>
      <summary>{isFirst ? text.first : text.another}</summary>
      <form ref={form} class="stack form spaced" onSubmit={onSubmit}>
        <EndpointFields problem={problem.value} />
        <ProblemNote problem={problem.value} fields={ENDPOINT_FIELDS} />
        <div>
          <button type="submit" class="button" disabled={busy.value}>{text.add}</button>
        </div>
      </form>
    </details>
  );
}
