/** Results of a project's recommendations: figures, charts, placements, versions, catalogue. */
import { useLocation, useRoute } from "preact-iso";
import { projectDetails } from "../api/api.ts";
import { config } from "../api/config.ts";
import { useLoad } from "../api/load.ts";
import { type Results as Figures, results } from "../api/project_api.ts";
import { ColumnChart } from "../ui/charts/column_chart.tsx";
import { Figure } from "../ui/charts/figure.tsx";
import { LineChart } from "../ui/charts/line_chart.tsx";
import { CodeBlock } from "../ui/code_block.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { ProjectFrame } from "../ui/project_frame.tsx";
import { pageCode } from "../ui/page_code.ts";
import { pageKeyOf } from "../ui/page_key.ts";
import { count, dayOfYear, percent } from "../ui/words.ts";
import { FigureRows } from "./figure_rows.tsx";
import { LiveTail } from "./live_tail.tsx";
import { hours, share, text } from "./results_words.ts";

/** Selectable periods, in days. */
const SPANS = [7, 28, 90];

export function Results() {
  const { params: { id } } = useRoute();
  const { path, query } = useLocation();
  const span = SPANS.find((days) => String(days) === query.days) ?? 28;
  const project = useLoad((signal) => projectDetails(id, signal), id);
  const found = useLoad((signal) => results(id, span, signal), `${id} ${span}`);
  const value = found.value.value;
  return (
    <ProjectFrame
      id={id}
      project={project.value.value}
      problem={project.problem.value}
      retry={project.reload}
    >
      <div class="stack wide">
        <nav class="segments" aria-label={text.period}>
          {SPANS.map((days) => (
            <a
              key={days}
              href={`${path}?days=${days}`}
              aria-current={days === span ? "true" : undefined}
            >
              {text.days(days)}
            </a>
          ))}
        </nav>
        <ProblemNote problem={found.problem.value} retry={found.reload} />
        {value
          ? value.total.lists + value.events.all > 0
            ? <Shown value={value} />
            : <Empty id={Number(id)} />
          : !found.problem.value && <p class="muted" role="status">{text.reading}</p>}
        <LiveTail id={id} />
      </div>
    </ProjectFrame>
  );
}

function Empty({ id }: { id: number }) {
  const { webhooks } = config();
  const key = pageKeyOf(id);
  return (
    <section class="card stack" aria-labelledby="empty">
      <h2 id="empty">{text.empty.title}</h2>
      <p>{text.empty.explanation}</p>
      <CodeBlock
        label={text.empty.snippet}
        text={pageCode({ webhooks, key: key ?? text.empty.anyKey, project: id })}
      />
      {!key && (
        <p>
          {text.empty.replaceKey} <a href="/apps">{text.empty.key}</a>
        </p>
      )}
    </section>
  );
}

function Shown({ value }: { value: Figures }) {
  const { days, placements, versions, items, events } = value;
  const [click, purchase] = [hours(value.click_window_hours), hours(value.purchase_window_hours)];
  const windows = text.windows(click, purchase);
  const shares = {
    unattributed: events.unattributed / events.with_list,
    unknown_items: events.unknown_items / events.all,
  };
  return (
    <>
      {events.alerts.map((alert) => (
        <p key={alert} class="note warn">{text.alerts[alert](shares[alert])}</p>
      ))}
      <Summary value={value} click={click} purchase={purchase} />
      {days.length > 0 && <ByDay days={days} click={click} />}
      {placements.length > 0 && (
        <FigureRows
          title={text.placements.title}
          head={text.columns.name}
          windows={windows}
          rows={placements.map(({ placement, ...figures }) => ({
            name: placement || text.placements.none,
            ...figures,
          }))}
        />
      )}
      {versions.length > 0 && (
        <FigureRows
          title={text.versions.title}
          head={text.columns.version}
          windows={windows}
          rows={versions.map(({ version, ...figures }) => ({
            name: text.versions.version(version),
            ...figures,
          }))}
        />
      )}
      {items && <Catalogue items={items} />}
    </>
  );
}

function Summary({ value, click, purchase }: { value: Figures; click: string; purchase: string }) {
  const { total, purchases } = value;
  const { summary } = text;
  const rows: [name: string, figure: string, explanation: string][] = [
    [summary.lists, count(total.lists), summary.listsSay(total.fallbacks)],
    [summary.through, share(total.click_through), summary.throughSays(click)],
    [summary.clicks, count(total.clicks), summary.clicksSay(click, total.impressions)],
    [summary.conversions, count(total.conversions), summary.conversionsSay(purchase)],
    [summary.revenue, count(total.revenue), summary.revenueSays(purchase)],
    [summary.followed, share(purchases.followed), summary.followedSays(purchases.all)],
  ];
  return (
    <section class="card stack tight" aria-labelledby="summary">
      <h2 id="summary">{summary.title}</h2>
      <p class="muted small">
        {summary.between(dayOfYear(value.from), dayOfYear(value.to))}
      </p>
      <dl class="facts stacked">
        {rows.map(([name, figure, explanation]) => (
          <div key={name} class="fact">
            <dt>{name}</dt>
            <dd>
              <strong>{figure}</strong> <span class="muted small">{explanation}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function ByDay({ days, click }: { days: Figures["days"]; click: string }) {
  const lists = days.reduce((sum, { lists }) => sum + lists, 0);
  const measured = days.flatMap(({ day, click_through }) =>
    click_through ? [{ day, ...click_through }] : []
  );
  const table = {
    head: text.byDay.head,
    rows: days.toReversed().map((day) => [
      dayOfYear(day.day),
      count(day.lists),
      share(day.click_through),
      count(day.clicks),
      count(day.conversions),
      count(day.revenue),
    ]),
  };
  return (
    <>
      <Figure title={text.byDay.title} explanation={text.byDay.words(lists)} table={table}>
        <ColumnChart
          columns={days.map(({ day, lists }) => ({ name: dayOfYear(day), value: lists }))}
          label={text.byDay.words(lists)}
        />
      </Figure>
      {measured.length > 1 && (
        <Figure
          title={text.through.title}
          explanation={text.through.words(click)}
          table={{
            head: [text.byDay.head[0], text.through.line],
            rows: measured.toReversed().map(({ day, ...value }) => [dayOfYear(day), share(value)]),
          }}
        >
          <LineChart
            lines={[{
              name: text.through.line,
              tone: "model",
              points: measured.map(({ rate }, i) => [i, rate]),
              band: measured,
            }]}
            axis={text.through.axis}
            marks={[0, measured.length - 1]}
            show={percent}
            showX={(i) => dayOfYear(measured[i].day)}
            label={text.through.label}
          />
        </Figure>
      )}
    </>
  );
}

function Catalogue({ items }: { items: NonNullable<Figures["items"]> }) {
  const { catalogue, never_shown, long_tail, most_shown } = items;
  const words = text.items;
  return (
    <section class="card stack" aria-labelledby="catalogue">
      <h2 id="catalogue">{words.title}</h2>
      <p>
        {words.never(never_shown, catalogue)} {long_tail !== null && words.tail(long_tail)}
      </p>
      <p class="muted small">{words.source}</p>
      {most_shown.length > 0 && (
        <div class="scroll flat" tabIndex={0} role="region" aria-label={words.most}>
          <table>
            <caption class="visually-hidden">{words.most}</caption>
            <thead>
              <tr>
                <th scope="col">{words.item}</th>
                <th scope="col" class="number">{words.shown}</th>
                <th scope="col" class="number">{words.clicked}</th>
              </tr>
            </thead>
            <tbody>
              {most_shown.map(({ item_id, item_title, shown, clicked }) => (
                <tr key={item_id}>
                  <th scope="row">{item_title}</th>
                  <td class="number">{count(shown)}</td>
                  <td class="number">{count(clicked)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
