/** API keys of an app: create, show once, change, rotate, revoke. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { listProjects, type Project } from "../api/api.ts";
import {
  addKey,
  changeKey,
  type Key,
  listKeys,
  type NewKey,
  revokeKey,
  rotateKey,
} from "../api/apps_api.ts";
import { useLoad } from "../api/load.ts";
import { useSubmit } from "../api/submit.ts";
import { text as app } from "./app_words.ts";
import { text as apps } from "./apps_words.ts";
import { AskDialog, OverlapField } from "./ask_dialog.tsx";
import { DeleteByName } from "../ui/delete_by_name.tsx";
import { KeyRuleFields, RULE_FIELDS, rulesOf } from "./key_rules.tsx";
import { PageSnippet } from "./page_snippet.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { Secret } from "../ui/secret.tsx";

const text = app.keys;

export function AppKeys({ appId, onChanged }: { appId: string; onChanged: () => void }) {
  const { value, problem, reload } = useLoad((signal) => listKeys(appId, signal), appId);
  const projects = useLoad((signal) => listProjects(signal).catch(() => []), appId).value.value;
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
      <h2 id="keys">{text.title}</h2>
      <ProblemNote problem={problem.value} retry={reload} />
      {made.value?.api_key && (
        <Made
          made={made.value}
          onDone={() => made.value = null}
        />
      )}
      {value.value && live.length === 0 && <p class="note warn">{text.none}</p>}
      {live.length > 0 && projects && (
        <ul class="plain card rows">
          {live.map((key) => (
            <KeyRow
              key={JSON.stringify(key)}
              {...{ appId, projects }}
              keyRow={key}
              onChanged={changed}
              onMade={show}
            />
          ))}
        </ul>
      )}
      {ended.length > 0 && (
        <details>
          <summary class="small">{text.ended(ended.length)}</summary>
          <ul class="plain stack tight">
            {ended.map((key) => (
              <li key={key.key_id} class="small">
                <span class="mono">{key.key_prefix}…{key.key_last_four}</span> {key.name},{" "}
                {text.endedAt(key.revoked_at, key.expires_at)}
              </li>
            ))}
          </ul>
        </details>
      )}
      {projects && <NewKeyForm appId={appId} projects={projects} onMade={show} />}
    </section>
  );
}

function isLive({ revoked_at, expires_at }: Key): boolean {
  return !revoked_at && (!expires_at || Date.parse(expires_at) > Date.now());
}

interface KeyRowProps {
  appId: string;
  projects: Project[];
  keyRow: Key;
  onChanged: () => void;
  onMade: (key: NewKey) => void;
}

function KeyRow({ appId, projects, keyRow: key, onChanged, onMade }: KeyRowProps) {
  const rules = [
    text.lastUsed(key.last_used_at),
    key.origins && text.pages(key.origins),
    key.projects ? text.opens(key.projects) : text.opensAll,
    key.kind === "publishable" && key.model && text.givesModel,
    key.rate_limit && text.rate(key.rate_limit),
    key.expires_at && text.ends(key.expires_at),
  ].filter(Boolean);
  return (
    <li>
      <div class="stack tight">
        <div class="row">
          <strong>{key.name}</strong>
          <span class="badge">{text.kind.short[key.kind]}</span>
          <span class="mono muted">{key.key_prefix}…{key.key_last_four}</span>
        </div>
        <p class="muted small break">{rules.join(" · ")}</p>
        {key.warnings.map((warning) => <p key={warning} class="note warn small">{warning}</p>)}
      </div>
      <div class="row">
        <AskDialog
          button={text.edit.button}
          of={key.name}
          title={text.edit.title(key.name)}
          act={text.edit.act}
          fields={RULE_FIELDS}
          onAct={async (_, data) => {
            await changeKey(appId, key.key_id, rulesOf(data, key));
            onChanged();
          }}
        >
          {(problem) => (
            <>
              <p class="muted">{text.edit.explanation}</p>
              <KeyRuleFields projects={projects} problem={problem} present={key} />
            </>
          )}
        </AskDialog>
        <AskDialog
          button={text.rotate.button}
          of={key.name}
          title={text.rotate.title(key.name)}
          act={text.rotate.act}
          onAct={async ({ seconds }) => onMade(await rotateKey(appId, key.key_id, Number(seconds)))}
        >
          <p>{text.rotate.explanation}</p>
          <OverlapField what={text.rotate.old(key.key_last_four)} />
        </AskDialog>
        <DeleteByName
          verb={text.revoke.verb}
          noun={text.revoke.noun}
          name={key.name}
          consequence={text.revoke.consequence}
          onDelete={async () => {
            await revokeKey(appId, key.key_id);
            onChanged();
          }}
        />
      </div>
    </li>
  );
}

function Made({ made, onDone }: { made: NewKey; onDone: () => void }) {
  const { name, api_key, kind, projects } = made;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [api_key]);
  return (
    <section class="card stack secrets" aria-labelledby="made">
      <h3 id="made" ref={heading} tabIndex={-1}>{text.made(name)}</h3>
      <p class="note warn">{apps.registered.copyKey}</p>
      <Secret label={apps.key.label} value={api_key ?? ""} hint={apps.key.hint[kind]} />
      {kind === "publishable" && api_key && <PageSnippet apiKey={api_key} projects={projects} />}
      <div>
        <button type="button" class="button quiet" onClick={onDone}>
          {apps.registered.done}
        </button>
      </div>
    </section>
  );
}

interface NewKeyFormProps {
  appId: string;
  projects: Project[];
  onMade: (key: NewKey) => void;
}

function NewKeyForm({ appId, projects, onMade }: NewKeyFormProps) {
  /** Number of keys created; as the form's key, it resets the fields after each. */
  const made = useSignal(0);
  const { busy, problem, run } = useSubmit();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const rules = rulesOf(new FormData(event.currentTarget as HTMLFormElement));
    run(async () => {
      onMade(await addKey(appId, rules));
      made.value++;
    });
  };
  return (
    <details class="card more">
      <summary>{text.another}</summary>
      <form class="stack form spaced" onSubmit={onSubmit}>
        <KeyRuleFields key={made.value} projects={projects} problem={problem.value} />
        <ProblemNote problem={problem.value} fields={RULE_FIELDS} />
        <div>
          <button type="submit" class="button" disabled={busy.value}>{text.make}</button>
        </div>
      </form>
    </details>
  );
}
