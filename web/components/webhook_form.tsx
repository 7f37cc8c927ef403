/** Where an app is called back: set, changed or taken away. */
import { useSignal } from "@preact/signals";
import { type App, changeWebhook } from "../api.ts";
import { fieldsOf, useSubmit } from "../submit.ts";
import { Field } from "./field.tsx";
import { ProblemNote } from "./problem_note.tsx";
import { Secret } from "./secret.tsx";

interface WebhookFormProps {
  app: App;
  onChanged: () => void;
}

export function WebhookForm({ app, onChanged }: WebhookFormProps) {
  const { busy, problem, run } = useSubmit();
  const secret = useSignal<string | null>(null);
  const said = useSignal("");
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const { webhook_url } = fieldsOf(event.currentTarget as HTMLFormElement);
    said.value = "";
    run(async () => {
      const changed = await changeWebhook(app.app_id, webhook_url || null);
      secret.value = changed.webhook_secret;
      said.value = changed.webhook_url ? "Saved." : "Saved: nothing is sent any more.";
      onChanged();
    });
  };
  return (
    <section class="card stack" aria-labelledby="webhook">
      <h2 id="webhook">Webhook</h2>
      {secret.value && (
        <>
          <p class="note warn">Copy the secret now: it is not shown again.</p>
          <Secret
            label="Webhook secret"
            value={secret.value}
            hint="Your endpoint verifies signatures with it, as the Standard Webhooks say."
          />
        </>
      )}
      <form class="stack form" onSubmit={onSubmit}>
        <Field
          label="Webhook URL"
          name="webhook_url"
          type="url"
          autocomplete="off"
          placeholder="https://"
          defaultValue={app.webhook_url ?? ""}
          hint="Each answer is sent there too, signed. Leave it empty to send nothing."
          fault={problem.value?.at("webhook_url", "Webhook URL")}
        />
        <ProblemNote problem={problem.value} fields={["webhook_url"]} />
        <div class="row">
          <button type="submit" class="button quiet" disabled={busy.value}>Save</button>
          <span role="status" class="muted">{said.value}</span>
        </div>
      </form>
    </section>
  );
}
