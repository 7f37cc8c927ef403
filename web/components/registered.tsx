/** A new app's secrets, shown this once. */
import { useEffect, useRef } from "preact/hooks";
import type { RegisteredApp } from "../api.ts";
import { Secret } from "./secret.tsx";

interface RegisteredProps {
  app: RegisteredApp;
  /** Called when the reader has put the secrets away. */
  onDone: () => void;
}

export function Registered({ app, onDone }: RegisteredProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [app]);
  return (
    <section class="card stack secrets" aria-labelledby="registered">
      <h2 id="registered" ref={heading} tabIndex={-1}>{app.app_name} is registered</h2>
      <p class="note warn">
        {app.webhook_secret
          ? "Copy both secrets now: they are not shown again."
          : "Copy the key now: only its fingerprint is kept, so it cannot be shown again."}
      </p>
      {app.api_key && (
        <Secret
          label="API key"
          value={app.api_key}
          hint="Send it as the header x-api-key. Whoever has it gets recommendations in your name."
        />
      )}
      {app.webhook_secret && (
        <Secret
          label="Webhook secret"
          value={app.webhook_secret}
          hint="Your endpoint verifies signatures with it, as the Standard Webhooks say."
        />
      )}
      <div>
        <button type="button" class="button quiet" onClick={onDone}>I have copied it</button>
      </div>
    </section>
  );
}
