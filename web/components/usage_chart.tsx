/** What an app used by day: a bar a day, what they come to in words, and the numbers in a table. */
import type { UsageDay } from "../apps_api.ts";
import { count, counted } from "../words.ts";

const DAY = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", timeZone: "UTC" });
const [WIDTH, FLOOR] = [600, 120];

/** 2026-11-22 → "Nov 22". */
const dayWords = (day: string): string => DAY.format(new Date(`${day}T00:00:00Z`));

export function UsageChart({ days }: { days: UsageDay[] }) {
  const total = days.reduce((sum, { usage_count }) => sum + usage_count, 0);
  const most = days.reduce((a, b) => b.usage_count > a.usage_count ? b : a);
  const step = WIDTH / days.length;
  const words = total === 0
    ? `No recommendation in the last ${days.length} days.`
    : `${counted(total, "recommendation")} in the last ${days.length} days, ` +
      `the most on ${dayWords(most.day)}: ${count(most.usage_count)}.`;
  return (
    <section class="card stack tight" aria-labelledby="usage">
      <h2 id="usage">Usage</h2>
      <p class="muted">{words}</p>
      {total > 0 && (
        <div class="usage-chart">
          <svg
            viewBox={`0 0 ${WIDTH} ${FLOOR}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={words}
          >
            {days.map(({ day, usage_count }, i) => {
              const height = usage_count === 0
                ? 0
                : Math.max(2, FLOOR * usage_count / most.usage_count);
              return (
                <rect
                  key={day}
                  x={(i + 0.1) * step}
                  y={FLOOR - height}
                  width={0.8 * step}
                  height={height}
                >
                  <title>{`${dayWords(day)}: ${count(usage_count)}`}</title>
                </rect>
              );
            })}
          </svg>
          <div class="row between muted small">
            <span>{dayWords(days[0].day)}</span>
            <span>{dayWords(days.at(-1)!.day)}</span>
          </div>
        </div>
      )}
      {total > 0 && (
        <details>
          <summary class="small">The numbers, by day of UTC</summary>
          <div
            class="scroll sunken usage-numbers"
            tabIndex={0}
            role="region"
            aria-label="Usage by day"
          >
            <table>
              <thead>
                <tr>
                  <th scope="col">Day</th>
                  <th scope="col" class="number">Recommendations</th>
                </tr>
              </thead>
              <tbody>
                {days.toReversed().map(({ day, usage_count }) => (
                  <tr key={day}>
                    <th scope="row">{dayWords(day)}</th>
                    <td class="number">{count(usage_count)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </section>
  );
}
