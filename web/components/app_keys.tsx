/** An app's keys: made, shown once, rotated, revoked. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { listProjects } from "../api.ts";
import { addKey, type Key, listKeys, type NewKey, revokeKey, rotateKey } from "../apps_api.ts";
import { useLoad } from "../load.ts";
import { useSubmit } from "../submit.ts";
import { ago, counted, dateTime } from "../words.ts";
import { AskDialog, OverlapField } from "./ask_dialog.tsx";
import { DeleteByName } from "./delete_by_name.tsx";
import { Field } from "./field.tsx";
import { ProblemNote } from "./problem_note.tsx";
import { Secret } from "./secret.tsx";

export function AppKeys({ appId, onChanged }: { appId: string; onChanged: () => void }) {
  const { value, problem, reload } = useLoad((signal) => listKeys(appId, signal), appId);
  const made = useSignal<NewKey | null>(null);
  const changed = () => {
    reload();
    onChanged();
  };
  const show = (key: NewKey) => {
    made.value = key;
    changed();
  };
  const keys = value.value ?? [];
  const live = keys.filter(isLive);
  const ended = keys.filter((key) => !isLive(key));
  return (
    <section class="stack" aria-labelledby="keys">
      <h2 id="keys">API keys</h2>
      <ProblemNote problem={problem.value} retry={reload} />
      {made.value?.api_key && (
        <Made
          name={made.value.name}
          api_key={made.value.api_key}
          onDone={() => made.value = null}
        />
      )}
      {value.value && live.length === 0 && (
        <p class="note warn">No key opens anything: the app gets no recommendations.</p>
      )}
      <ul class="plain stack">
        {live.map((key) => (
          <li key={key.key_id} class="card stack tight">
            <KeyFacts keyRow={key} />
            <div class="row">
              <AskDialog
                button="Rotate"
                title={`Rotate ${key.name}?`}
                act="Make the new key"
                onAct={async ({ seconds }) =>
                  show(await rotateKey(appId, key.key_id, Number(seconds)))}
              >
                <p>A new key with the same rules takes its place, and is shown once.</p>
                <OverlapField what={`The old key, …${key.key_last_four},`} />
              </AskDialog>
              <DeleteByName
                verb="Revoke"
                noun="key"
                name={key.name}
                consequence="The next call by it is refused. Whoever uses it needs another key."
                onDelete={async () => {
                  await revokeKey(appId, key.key_id);
                  changed();
                }}
              />
            </div>
          </li>
        ))}
      </ul>
      {ended.length > 0 && (
        <details>
          <summary class="small">{counted(ended.length, "key")} that ended</summary>
          <ul class="plain stack tight">
            {ended.map((key) => (
              <li key={key.key_id} class="small">
                <span class="mono">{key.key_prefix}…{key.key_last_four}</span> {key.name},{" "}
                {key.revoked_at
                  ? `revoked ${dateTime(key.revoked_at)}`
                  : `expired ${dateTime(key.expires_at!)}`}
              </li>
            ))}
          </ul>
        </details>
      )}
      <NewKeyForm appId={appId} onMade={show} />
    </section>
  );
}

function isLive({ revoked_at, expires_at }: Key): boolean {
  return !revoked_at && (!expires_at || Date.parse(expires_at) > Date.now());
}

function KeyFacts({ keyRow: key }: { keyRow: Key }) {
  return (
    <>
      <div class="row between">
        <strong class="name">{key.name}</strong>
        <span class="mono">{key.key_prefix}…{key.key_last_four}</span>
      </div>
      <p class="muted small">
        {[
          key.last_used_at ? `Last used ${ago(key.last_used_at)}` : "Never used",
          key.projects
            ? `opens project ${key.projects.join(", ")} alone`
            : "opens all your projects",
          key.rate_limit && `${counted(key.rate_limit, "call")} a minute`,
          key.expires_at && `ends ${dateTime(key.expires_at)}`,
        ].filter(Boolean).join(", ")}
      </p>
    </>
  );
}

function Made({ name, api_key, onDone }: { name: string; api_key: string; onDone: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [api_key]);
  return (
    <section class="card stack secrets" aria-labelledby="made">
      <h3 id="made" ref={heading} tabIndex={-1}>The new key of {name}</h3>
      <p class="note warn">
        Copy the key now: only its fingerprint is kept, so it cannot be shown again.
      </p>
      <Secret
        label="API key"
        value={api_key}
        hint="Send it as the header x-api-key. Whoever has it gets recommendations in your name."
      />
      <div>
        <button type="button" class="button quiet" onClick={onDone}>I have copied it</button>
      </div>
    </section>
  );
}

const DAY_MS = 86_400_000;

function NewKeyForm({ appId, onMade }: { appId: string; onMade: (key: NewKey) => void }) {
  const form = useRef<HTMLFormElement>(null);
  const { busy, problem, run } = useSubmit();
  const projects = useLoad((signal) => listProjects(signal), appId).value.value ?? [];
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(form.current!);
    const chosen = data.getAll("project").map(Number);
    const days = Number(data.get("days"));
    run(async () => {
      onMade(
        await addKey(appId, {
          name: String(data.get("name")),
          projects: chosen.length > 0 ? chosen : null,
          rate_limit: Number(data.get("rate_limit")) || null,
          expires_at: days > 0 ? new Date(Date.now() + days * DAY_MS).toISOString() : null,
        }),
      );
      form.current?.reset();
    });
  };
  return (
    <details class="card">
      <summary>Make another key</summary>
      <form ref={form} class="stack form spaced" onSubmit={onSubmit}>
        <Field
          label="Name"
          name="name"
          required
          autocomplete="off"
          hint="Where it will be used, such as “Website”."
          fault={problem.value?.at("name", "Name")}
        />
        {projects.length > 0 && (
          <fieldset class="plain-set">
            <legend>Only these projects</legend>
            <span class="hint muted small">None chosen: all, later ones too.</span>
            {projects.map(({ id, project_name }) => (
              <label key={id} class="check">
                <input type="checkbox" name="project" value={String(id)} /> {project_name}
              </label>
            ))}
          </fieldset>
        )}
        <div class="field">
          <label for="key-days">Ends</label>
          <select id="key-days" name="days">
            <option value="0">never</option>
            <option value="7">after 7 days</option>
            <option value="30">after 30 days</option>
            <option value="90">after 90 days</option>
            <option value="365">after a year</option>
          </select>
        </div>
        <Field
          label="Calls a minute, at most"
          name="rate_limit"
          type="number"
          min="1"
          max="1000000"
          hint="Empty: no limit."
          fault={problem.value?.at("rate_limit", "Calls a minute")}
        />
        <ProblemNote problem={problem.value} fields={["name", "rate_limit"]} />
        <div>
          <button type="submit" class="button" disabled={busy.value}>Make key</button>
        </div>
      </form>
    </details>
  );
}
