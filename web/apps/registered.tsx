/** Secrets of a new app, shown once. */
import { useEffect, useRef } from "preact/hooks";
import type { RegisteredApp } from "../api/api.ts";
import { text as apps } from "./apps_words.ts";
import { PageSnippet } from "./page_snippet.tsx";
import { Secret } from "../ui/secret.tsx";

const text = apps.registered;

interface RegisteredProps {
  app: RegisteredApp;
  /** Called when the user dismisses the secrets. */
  onDone: () => void;
}

export function Registered({ app, onDone }: RegisteredProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [app]);
  return (
    <section class="card stack secrets" aria-labelledby="registered">
      <h2 id="registered" ref={heading} tabIndex={-1}>{text.title(app.app_name)}</h2>
      <p class="note warn">
        {app.webhook_secret ? text.copyBoth : text.copyKey}
      </p>
      {app.api_key && (
        <Secret label={apps.key.label} value={app.api_key} hint={apps.key.hint[app.kind]} />
      )}
      {app.api_key && app.kind === "publishable" && (
        <PageSnippet apiKey={app.api_key} projects={app.projects} />
      )}
      {app.warnings.map((warning) => <p key={warning} class="note warn">{warning}</p>)}
      {app.webhook_secret && (
        <Secret label={apps.secret.label} value={app.webhook_secret} hint={apps.secret.hint} />
      )}
      <div>
        <button type="button" class="button quiet" onClick={onDone}>{text.done}</button>
      </div>
    </section>
  );
}
