import { useLocation, useRoute } from "preact-iso";
import { deleteApp, type Delivery, listApps, listDeliveries } from "../api.ts";
import { DeleteByName } from "../components/delete_by_name.tsx";
import { Page } from "../components/page.tsx";
import { ProblemNote } from "../components/problem_note.tsx";
import { WebhookForm } from "../components/webhook_form.tsx";
import { useLoad } from "../load.ts";
import { counted, dateTime } from "../words.ts";

/** An app: its key, where it is called back, and what was sent there. */
export function AppPage() {
  const { params: { id } } = useRoute();
  const { route } = useLocation();
  const { value, problem, reload } = useLoad(async (signal) => {
    const [apps, deliveries] = await Promise.all([listApps(signal), listDeliveries(id, signal)]);
    return { app: apps.find(({ app_id }) => app_id === id), deliveries };
  }, id);
  const app = value.value?.app;
  const deliveries = value.value?.deliveries ?? [];
  if (!app) {
    const isMissing = value.value !== undefined || problem.value?.status === 404;
    return (
      <Page title={isMissing ? "There is no such app" : "App"}>
        {problem.value
          ? <ProblemNote problem={problem.value} retry={isMissing ? undefined : reload} />
          : !isMissing && <p class="muted" role="status">Reading the app…</p>}
        <p>
          <a href="/apps">All apps</a>
        </p>
      </Page>
    );
  }
  return (
    <Page
      title={app.app_name}
      actions={<button type="button" class="button quiet small" onClick={reload}>Refresh</button>}
    >
      <div class="stack wide">
        <ProblemNote problem={problem.value} retry={reload} />
        <section class="card">
          <dl class="facts">
            <dt>Key</dt>
            <dd class="mono">{app.key_prefix}…{app.key_last_four}</dd>
            <dt>Registered</dt>
            <dd>{dateTime(app.created_at)}</dd>
            <dt>Last used</dt>
            <dd>{app.last_used_at ? dateTime(app.last_used_at) : "never"}</dd>
          </dl>
        </section>
        <WebhookForm key={app.app_id} app={app} onChanged={reload} />
        <section class="stack" aria-labelledby="deliveries">
          <h2 id="deliveries">Deliveries</h2>
          {deliveries.length === 0
            ? (
              <p class="muted">
                {app.webhook_url
                  ? "Nothing was sent yet. The first recommendation by this app's key will be."
                  : "This app has no webhook URL, so nothing is sent."}
              </p>
            )
            : (
              <ul class="plain stack">
                {deliveries.map((delivery) => (
                  <DeliveryCard key={delivery.webhook_id} delivery={delivery} />
                ))}
              </ul>
            )}
        </section>
        <div>
          <DeleteByName
            noun="app"
            name={app.app_name}
            consequence="Its key stops working at once, and its count and its deliveries go for good."
            onDelete={async () => {
              await deleteApp(id);
              route("/apps");
            }}
          />
        </div>
      </div>
    </Page>
  );
}

const DELIVERY = {
  PENDING: { tone: "busy", word: "Waiting" },
  DELIVERED: { tone: "good", word: "Delivered" },
  FAILED: { tone: "bad", word: "Failed" },
};

function DeliveryCard({ delivery }: { delivery: Delivery }) {
  const { tone, word } = DELIVERY[delivery.status];
  const { attempts } = delivery;
  return (
    <li class="card stack tight">
      <div class="row between">
        <div class="row">
          <span class={`badge ${tone}`}>{word}</span>
          <strong>{delivery.type}</strong>
        </div>
        <time class="muted small" dateTime={delivery.created_at}>
          {dateTime(delivery.created_at)}
        </time>
      </div>
      <p class="muted small">
        <span class="mono">{delivery.webhook_id}</span>
        {delivery.next_attempt_at && `, next attempt ${dateTime(delivery.next_attempt_at)}`}
      </p>
      {attempts.length > 0 && (
        <details>
          <summary class="small">{counted(attempts.length, "attempt")}</summary>
          <ol class="stack tight">
            {attempts.map(({ attempt, status_code, duration_ms, error, response }) => (
              <li key={attempt} class="small">
                {status_code ? `Answered ${status_code}` : error ?? "No answer"} after {duration_ms}
                {" "}
                ms
                {response && <pre class="excerpt" tabIndex={0}>{response}</pre>}
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}
