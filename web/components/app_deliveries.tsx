/** What was sent to an app's endpoints: filtered by the URL, each attempt with what was said. */
import { useLocation } from "preact-iso";
import {
  type Delivery,
  type DeliveryQuery,
  EVENTS,
  listDeliveries,
  listEndpoints,
  resend,
} from "../apps_api.ts";
import { useLoad } from "../load.ts";
import { useSubmit } from "../submit.ts";
import { counted, dateTime } from "../words.ts";
import { ProblemNote } from "./problem_note.tsx";

const DELIVERY = {
  PENDING: { tone: "busy", word: "Waiting" },
  DELIVERED: { tone: "good", word: "Delivered" },
  FAILED: { tone: "bad", word: "Failed" },
};

export function AppDeliveries({ appId }: { appId: string }) {
  const { path, query, route } = useLocation();
  const asked = queryOf(query);
  const { value, problem, reload } = useLoad(async (signal) => {
    const [page, endpoints] = await Promise.all([
      listDeliveries(appId, asked, signal),
      listEndpoints(appId, signal),
    ]);
    return { ...page, endpoints };
  }, `${appId} ${JSON.stringify(asked)}`);
  const { deliveries, next, endpoints = [] } = value.value ?? {};
  const urlOf = (changes: DeliveryQuery) => {
    const given = Object.entries({ ...asked, cursor: undefined, ...changes })
      .filter((entry): entry is [string, string] => Boolean(entry[1]));
    return `${path}?${new URLSearchParams([["part", "deliveries"], ...given])}`;
  };
  const choose = (name: keyof DeliveryQuery) => (event: Event) =>
    route(urlOf({ [name]: (event.currentTarget as HTMLSelectElement).value || undefined }));
  const isFiltered = Object.keys(asked).length > 0;
  return (
    <section class="stack" aria-labelledby="deliveries">
      <div class="row between">
        <h2 id="deliveries">Deliveries</h2>
        <button type="button" class="button quiet small" onClick={reload}>Refresh</button>
      </div>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <Choice
          label="Status"
          value={asked.status}
          onChange={choose("status")}
          choices={Object.entries(DELIVERY).map(([status, { word }]) => [status, word])}
        />
        <Choice
          label="Event"
          value={asked.type}
          onChange={choose("type")}
          choices={[...Object.keys(EVENTS), "webhook.test"].map((type) => [type, type])}
        />
        <Choice
          label="Endpoint"
          value={asked.endpoint_id}
          onChange={choose("endpoint_id")}
          choices={endpoints.map(({ endpoint_id, url }) => [endpoint_id, url])}
        />
      </form>
      <ProblemNote problem={problem.value} retry={reload} />
      {!deliveries && !problem.value && <p class="muted" role="status">Reading deliveries…</p>}
      {deliveries?.length === 0 && (
        <p class="muted">
          {isFiltered
            ? "No delivery is like this."
            : endpoints.length > 0
            ? "Nothing was sent yet. The first recommendation by this app's key will be."
            : "This app has no endpoint, so nothing is sent."}
        </p>
      )}
      <ul class="plain stack">
        {deliveries?.map((delivery) => (
          <DeliveryCard
            key={delivery.webhook_id}
            appId={appId}
            delivery={delivery}
            onResent={reload}
          />
        ))}
      </ul>
      {(next || asked.cursor) && (
        <nav class="row" aria-label="Pages of deliveries">
          {asked.cursor && <a href={urlOf({})}>Newest</a>}
          {next && <a href={urlOf({ cursor: next })}>Older</a>}
        </nav>
      )}
      <p class="muted small">Deliveries are kept 30 days, what they said 7.</p>
    </section>
  );
}

function queryOf({ status, type, endpoint_id, cursor }: Record<string, string>): DeliveryQuery {
  const known = status in DELIVERY ? status as Delivery["status"] : undefined;
  const given = { status: known, type, endpoint_id, cursor };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value));
}

interface ChoiceProps {
  label: string;
  value: string | undefined;
  onChange: (event: Event) => void;
  choices: string[][];
}

function Choice({ label, value = "", onChange, choices }: ChoiceProps) {
  const id = `filter-${label.toLowerCase()}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={onChange}>
        <option value="">any</option>
        {choices.map(([choice, words]) => <option key={choice} value={choice}>{words}</option>)}
      </select>
    </div>
  );
}

interface DeliveryCardProps {
  appId: string;
  delivery: Delivery;
  onResent: () => void;
}

function DeliveryCard({ appId, delivery, onResent }: DeliveryCardProps) {
  const { tone, word } = DELIVERY[delivery.status];
  const { attempts, webhook_id, body } = delivery;
  const { busy, problem, run } = useSubmit();
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
      <p class="muted small break">
        <span class="mono">{webhook_id}</span>
        {delivery.next_attempt_at && `, next attempt ${dateTime(delivery.next_attempt_at)}`}
      </p>
      <details>
        <summary class="small">{counted(attempts.length, "attempt")}, and what was sent</summary>
        <div class="stack tight">
          {body === null
            ? <p class="muted small">What was sent is no longer kept.</p>
            : <Excerpt label="Sent" text={body} />}
          <ol class="stack tight attempts">
            {attempts.map((attempt) => (
              <li key={attempt.attempt} class="small stack tight">
                <span>
                  {attempt.status_code
                    ? `Answered ${attempt.status_code}`
                    : attempt.error ?? "No answer"} after {attempt.duration_ms} ms,{" "}
                  {dateTime(attempt.started_at)}
                </span>
                <Excerpt
                  label="Request"
                  text={[`POST ${attempt.url}`, ...linesOf(attempt.request_headers)].join("\n")}
                />
                {attempt.status_code !== null && (
                  <Excerpt
                    label="Answer"
                    text={[
                      ...linesOf(attempt.response_headers ?? {}),
                      "",
                      attempt.response ?? "(no longer kept)",
                    ].join("\n").trim() || "(nothing)"}
                  />
                )}
              </li>
            ))}
          </ol>
        </div>
      </details>
      {delivery.endpoint_id !== null && body !== null && (
        <div class="row">
          <button
            type="button"
            class="button quiet small"
            disabled={busy.value}
            onClick={() =>
              run(async () => {
                await resend(appId, webhook_id);
                // It is sent within moments: what came of it is worth waiting for.
                await new Promise((resolve) => setTimeout(resolve, 600));
                onResent();
              })}
          >
            {delivery.status === "PENDING" ? "Send now" : "Send again"}
          </button>
        </div>
      )}
      <ProblemNote problem={problem.value} />
    </li>
  );
}

function Excerpt({ label, text }: { label: string; text: string }) {
  return <pre class="excerpt" tabIndex={0} role="region" aria-label={label}>{text}</pre>;
}

function linesOf(headers: Record<string, string>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}
