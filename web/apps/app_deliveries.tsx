/**
 * Deliveries to an app's endpoints, filtered by the URL's query, with the request and response of
 * each attempt.
 */
import { useLocation } from "preact-iso";
import {
  type Delivery,
  type DeliveryQuery,
  listDeliveries,
  listEndpoints,
  resend,
} from "../api/apps_api.ts";
import { useLoad } from "../api/load.ts";
import { useSubmit } from "../api/submit.ts";
import { text as app } from "./app_words.ts";
import { EVENTS } from "./endpoint_rules.tsx";
import { ago, dateTime } from "../ui/words.ts";
import { ProblemNote } from "../ui/problem_note.tsx";

const text = app.deliveries;
const TONE = { PENDING: "busy", DELIVERED: "good", FAILED: "bad" };

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
        <h2 id="deliveries">{text.title}</h2>
        <button type="button" class="button quiet small" onClick={reload}>{text.refresh}</button>
      </div>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <Choice
          name="status"
          label={text.status}
          value={asked.status}
          onChange={choose("status")}
          choices={Object.entries(text.words)}
        />
        <Choice
          name="event"
          label={text.event}
          value={asked.type}
          onChange={choose("type")}
          choices={[...EVENTS, "webhook.test"].map((type) => [type, type])}
        />
        <Choice
          name="endpoint"
          label={text.endpoint}
          value={asked.endpoint_id}
          onChange={choose("endpoint_id")}
          choices={endpoints.map(({ endpoint_id, url }) => [endpoint_id, url])}
        />
      </form>
      <ProblemNote problem={problem.value} retry={reload} />
      {!deliveries && !problem.value && <p class="muted" role="status">{text.reading}</p>}
      {deliveries?.length === 0 && (
        <p class="empty muted">
          {isFiltered ? text.noneLike : endpoints.length > 0 ? text.nothingSent : text.noEndpoint}
        </p>
      )}
      {deliveries && deliveries.length > 0 && (
        <ul class="plain card rows deliveries">
          {deliveries.map((delivery) => (
            <DeliveryRow
              key={delivery.webhook_id}
              appId={appId}
              delivery={delivery}
              onResent={reload}
            />
          ))}
        </ul>
      )}
      {(next || asked.cursor) && (
        <nav class="row" aria-label={text.pages}>
          {asked.cursor && <a href={urlOf({})}>{text.newest}</a>}
          {next && <a href={urlOf({ cursor: next })}>{text.older}</a>}
        </nav>
      )}
      <p class="muted small">{text.kept}</p>
    </section>
  );
}

function queryOf({ status, type, endpoint_id, cursor }: Record<string, string>): DeliveryQuery {
  const known = status in TONE ? status as Delivery["status"] : undefined;
  const given = { status: known, type, endpoint_id, cursor };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value));
}

interface ChoiceProps {
  name: string;
  label: string;
  value: string | undefined;
  onChange: (event: Event) => void;
  choices: string[][];
}

function Choice({ name, label, value = "", onChange, choices }: ChoiceProps) {
  const id = `filter-${name}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={onChange}>
        <option value="">{text.any}</option>
        {choices.map(([choice, words]) => <option key={choice} value={choice}>{words}</option>)}
      </select>
    </div>
  );
}

interface DeliveryRowProps {
  appId: string;
  delivery: Delivery;
  onResent: () => void;
}

function DeliveryRow({ appId, delivery, onResent }: DeliveryRowProps) {
  const { attempts, webhook_id, body, status, type, created_at, next_attempt_at } = delivery;
  const { busy, problem, run } = useSubmit();
  const action = status === "PENDING" ? text.sendNow : text.sendAgain;
  const last = attempts.at(-1);
  const about = [
    text.attempts(attempts.length),
    last && (last.status_code ? text.answered(last.status_code) : last.error ?? text.noAnswer),
    next_attempt_at && text.next(next_attempt_at),
  ].filter(Boolean);
  return (
    <li>
      <details>
        <summary>
          <span class={`badge ${TONE[status]}`}>{text.words[status]}</span>
          <strong class="event">{type}</strong>
          <span class="muted small">{about.join(" · ")}</span>
          <time class="muted small" dateTime={created_at} title={dateTime(created_at)}>
            {ago(created_at)}
          </time>
        </summary>
        <Attempts delivery={delivery} />
      </details>
      {delivery.endpoint_id !== null && body !== null && (
        <button
          type="button"
          class={`button small ${status === "DELIVERED" ? "bare" : "quiet"}`}
          disabled={busy.value}
          aria-label={text.send(action, type, dateTime(created_at))}
          onClick={() =>
            run(async () => {
              await resend(appId, webhook_id);
              // Delivery takes a moment; wait so that the reload shows its result.
              await new Promise((resolve) => setTimeout(resolve, 600));
              onResent();
            })}
        >
          {action}
        </button>
      )}
      <ProblemNote problem={problem.value} />
    </li>
  );
}

/** Body of a delivery and its attempts. */
function Attempts({ delivery: { attempts, webhook_id, body } }: { delivery: Delivery }) {
  return (
    <div class="stack tight spaced">
      <p class="muted small mono break">{webhook_id}</p>
      {body === null
        ? <p class="muted small">{text.notKept}</p>
        : <Excerpt label={text.sent} text={body} />}
      <ol class="stack tight attempts">
        {attempts.map((attempt) => (
          <li key={attempt.attempt} class="small stack tight">
            <span>
              {attempt.status_code
                ? text.answered(attempt.status_code)
                : attempt.error ?? text.noAnswer}
              {text.after(attempt.duration_ms, attempt.started_at)}
            </span>
            <Excerpt
              label={text.request}
              text={[`POST ${attempt.url}`, ...linesOf(attempt.request_headers)].join("\n")}
            />
            {attempt.status_code !== null && (
              <Excerpt
                label={text.answer}
                text={[
                  ...linesOf(attempt.response_headers ?? {}),
                  "",
                  attempt.response ?? text.bodyNotKept,
                ].join("\n").trim() || text.nothing}
              />
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Excerpt({ label, text }: { label: string; text: string }) {
  return (
    <figure class="stack tight">
      <figcaption class="small strong">{label}</figcaption>
      <pre class="excerpt" tabIndex={0} role="region" aria-label={label}>{text}</pre>
    </figure>
  );
}

function linesOf(headers: Record<string, string>): string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}
