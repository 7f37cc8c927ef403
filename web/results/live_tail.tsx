/** The last events of a project as they arrive, and the rejected rows with their reasons. */
import { useEffect } from "preact/hooks";
import { useLoad } from "../api/load.ts";
import { type RecentEvents, recentEvents } from "../api/project_api.ts";
import { ProblemNote } from "../ui/problem_note.tsx";
import { ago } from "../ui/words.ts";
import { text } from "./live_tail_words.ts";

/** Time between two requests, in ms; none while the page is hidden. */
const EVERY_MS = 5_000;

export function LiveTail({ id }: { id: string }) {
  const { value, problem, reload } = useLoad((signal) => recentEvents(id, signal), id);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || reload(), EVERY_MS);
    return () => clearInterval(timer);
  }, [id]);
  return (
    <section class="card stack" aria-labelledby="tail">
      <h2 id="tail">{text.title}</h2>
      <p class="muted small">{text.explanation}</p>
      <ProblemNote problem={problem.value} retry={reload} />
      {value.value && <Accepted events={value.value.events} />}
      {value.value && value.value.rejected.length > 0 && <Rejected rows={value.value.rejected} />}
    </section>
  );
}

function Accepted({ events }: { events: RecentEvents["events"] }) {
  if (events.length === 0) return <p>{text.none}</p>;
  return (
    <div class="scroll tail" tabIndex={0} role="region" aria-label={text.accepted}>
      <table>
        <caption class="visually-hidden">{text.accepted}</caption>
        <thead>
          <tr>
            <th scope="col">{text.columns.received}</th>
            <th scope="col">{text.columns.type}</th>
            <th scope="col">{text.columns.item}</th>
            <th scope="col">{text.columns.person}</th>
            <th scope="col">{text.columns.list}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((event, i) => (
            <tr key={i}>
              <td>{ago(event.received_at)}</td>
              <td>{event.type}</td>
              <td>
                <span class="mono">{event.item_id}</span>{" "}
                {event.known === false && <span class="badge busy">{text.unknown}</span>}
              </td>
              <td>
                {event.user_id === undefined
                  ? (
                    <>
                      {text.visitor} <span class="mono">{event.anonymous_id}</span>
                    </>
                  )
                  : <span class="mono">{event.user_id}</span>}
              </td>
              <td>
                {event.list_fault
                  ? <span class="badge bad">{text.faults[event.list_fault]}</span>
                  : event.version
                  ? text.list(event.placement, { version: event.version, position: event.position })
                  : text.noList}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Rejected({ rows }: { rows: RecentEvents["rejected"] }) {
  return (
    <>
      <h3>{text.rejected}</h3>
      <div class="scroll tail" tabIndex={0} role="region" aria-label={text.rejected}>
        <table>
          <caption class="visually-hidden">{text.rejected}</caption>
          <thead>
            <tr>
              <th scope="col">{text.columns.received}</th>
              <th scope="col">{text.columns.type}</th>
              <th scope="col">{text.columns.item}</th>
              <th scope="col">{text.columns.reason}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ received_at, type, item_id, code, detail }, i) => (
              <tr key={i}>
                <td>{ago(received_at)}</td>
                <td>{type}</td>
                <td class="mono">{item_id}</td>
                <td>
                  <span class="mono">{code}</span>: {detail}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
