import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import {
  listApps,
  listProjects,
  listUsage,
  type Project,
  registerApp,
  type RegisteredApp,
} from "../api/api.ts";
import { Field } from "../ui/field.tsx";
import { KeyKindFields, PLACE_FIELDS, placeOf } from "./key_kind_fields.tsx";
import { Page } from "../ui/page.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { Registered } from "./registered.tsx";
import { useLoad } from "../api/load.ts";
import { fieldsOf, useSubmit } from "../api/submit.ts";
import { text } from "./apps_words.ts";
import { ago, count, dateTime } from "../ui/words.ts";

const { columns, register } = text;

/** List of the apps, and the form that registers one. */
export function Apps() {
  const { value, problem, reload } = useLoad(async (signal) => {
    const [apps, usage] = await Promise.all([listApps(signal), listUsage(signal)]);
    const counts = new Map(usage.map(({ app_id, usage_count }) => [app_id, usage_count]));
    return apps.map((app) => ({ ...app, usage_count: counts.get(app.app_id) ?? 0 }));
  });
  const projects = useLoad((signal) => listProjects(signal).catch(() => [])).value.value;
  const registered = useSignal<RegisteredApp | null>(null);
  const apps = value.value;
  return (
    <Page title={text.title}>
      <div class="stack wide">
        <p class="muted">
          {text.explanation}
        </p>
        {registered.value && (
          <Registered
            app={registered.value}
            onDone={() => registered.value = null}
          />
        )}
        <ProblemNote problem={problem.value} retry={reload} />
        {!apps && !problem.value && <p class="muted" role="status">{text.reading}</p>}
        {apps && apps.length > 0 && (
          <div class="scroll">
            <table class="cards-when-narrow">
              <thead>
                <tr>
                  <th scope="col">{columns.name}</th>
                  <th scope="col">{columns.key}</th>
                  <th scope="col">{columns.lastUsed}</th>
                  <th scope="col" class="number">{columns.count}</th>
                  <th scope="col">{columns.webhook}</th>
                </tr>
              </thead>
              <tbody>
                {apps.map((app) => (
                  <tr key={app.app_id}>
                    <th scope="row" class="name">
                      <a href={`/apps/${app.app_id}`}>{app.app_name}</a>
                    </th>
                    <td data-label={columns.key}>
                      <span class="mono">{app.key_prefix}…{app.key_last_four}</span>
                    </td>
                    <td data-label={columns.lastUsed}>
                      {app.last_used_at
                        ? (
                          <time dateTime={app.last_used_at} title={dateTime(app.last_used_at)}>
                            {ago(app.last_used_at)}
                          </time>
                        )
                        : text.never}
                    </td>
                    <td data-label={columns.count} class="number">{count(app.usage_count)}</td>
                    <td data-label={columns.webhook} class="break">
                      {app.webhook_url ?? text.none}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {projects && (
          <RegisterApp
            projects={projects}
            isFirst={apps?.length === 0}
            onRegistered={(app) => {
              registered.value = app;
              reload();
            }}
          />
        )}
      </div>
    </Page>
  );
}

interface RegisterAppProps {
  projects: Project[];
  isFirst: boolean;
  onRegistered: (app: RegisteredApp) => void;
}

function RegisterApp({ projects, isFirst, onRegistered }: RegisterAppProps) {
  const form = useRef<HTMLFormElement>(null);
  /** Number of apps registered; as a key, it resets the fields after each. */
  const made = useSignal(0);
  const { busy, problem, run } = useSubmit();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const { app_name, webhook_url } = fieldsOf(form.current!);
    const place = placeOf(new FormData(form.current!));
    run(async () => {
      onRegistered(await registerApp({ app_name, ...(webhook_url && { webhook_url }), ...place }));
      form.current?.reset();
      made.value++;
    });
  };
  return (
    <section class="card stack" aria-labelledby="register">
      <h2 id="register">{isFirst ? register.first : register.another}</h2>
      <form ref={form} class="stack" onSubmit={onSubmit}>
        <div class="mapping">
          <Field
            label={register.name}
            name="app_name"
            required
            autocomplete="off"
            fault={problem.value?.at("app_name", register.name)}
          />
          <Field
            label={register.url}
            name="webhook_url"
            type="url"
            autocomplete="off"
            placeholder={register.urlExample}
            hint={register.urlHint}
            fault={problem.value?.at("webhook_url", register.url)}
          />
        </div>
        <KeyKindFields key={made.value} projects={projects} problem={problem.value} />
        <ProblemNote
          problem={problem.value}
          fields={["app_name", "webhook_url", ...PLACE_FIELDS]}
        />
        <div>
          <button type="submit" class="button" disabled={busy.value}>{register.submit}</button>
        </div>
      </form>
    </section>
  );
}
