/** Horizontal bar charts and line charts as self-contained SVG files. */
import { html, raw } from "hono/html";

export interface Bar {
  name: string;
  value: number;
  tone?: Tone;
  /** 95 % confidence interval of the value. */
  interval?: { low: number; high: number };
}

export interface Line {
  name: string;
  tone: Tone;
  /** Ascending in x; the y axis begins at 0. */
  points: [x: number, y: number][];
}

export type Tone = "model" | "popular" | "random";

/** Colours of the dashboard; each line also has its own dash pattern. */
const COLOURS: Record<Tone, string> = { model: "#0f5f63", popular: "#c77a12", random: "#868d8a" };
const DASHES: Record<Tone, string> = { model: "", popular: "6 4", random: "2 4" };

const WIDTH = 720;
const MARGIN = 24;
const TITLE = 44;

/** Returns a bar chart with a title: each bar with its name above it and its value at its end. */
export function barPlot(
  title: string,
  { bars, show }: { bars: Bar[]; show: (value: number) => string },
): string {
  const row = 44;
  const longest = Math.max(...bars.map(({ value, interval }) => interval?.high ?? value)) || 1;
  const x = (value: number) => round((WIDTH - 2 * MARGIN - 80) * value / longest);
  return drawing(title, {
    height: TITLE + bars.length * row + MARGIN,
    content: bars.map(({ name, value, tone = "model", interval }, i) =>
      html`<g transform="translate(${MARGIN} ${TITLE + i * row})">
<text y="14">${name}</text>
<rect y="20" width="${Math.max(1, x(value))}" height="12" rx="3" fill="${COLOURS[tone]}"/>
${interval ? intervalLine(x(interval.low), x(interval.high)) : ""}
<text x="${x(Math.max(value, interval?.high ?? 0)) + 8}" y="30" font-weight="600">${
        show(value)
      }</text>
</g>`
    ),
  });
}

/** Returns a confidence interval that is visible on its bar and beyond it. */
function intervalLine(low: number, high: number) {
  const line = html`
    <path d="M${low} 26H${high}M${low} 21v10M${high} 21v10" />
  `;
  return html`
    <g stroke="#ffffff" stroke-width="5">${line}</g>
    <g stroke="#1a2323" stroke-width="1.5">${line}</g>
  `;
}

/** Returns a line chart with a title and a legend. */
export function linePlot(
  title: string,
  { lines, axis, show }: { lines: Line[]; axis: string; show: (value: number) => string },
): string {
  const [left, right, top, bottom] = [64, WIDTH - MARGIN, TITLE + 32, 340];
  const points = lines.flatMap(({ points }) => points);
  const [first, last] = [points[0][0], Math.max(...points.map(([x]) => x))];
  const most = Math.max(...points.map(([, y]) => y)) || 1;
  const x = (value: number) => round(left + (right - left) * (value - first) / (last - first || 1));
  const y = (value: number) => round(bottom - (bottom - top) * value / most);
  const quarters = [0, 0.25, 0.5, 0.75, 1];
  return drawing(title, {
    height: bottom + 60,
    content: [
      ...lines.map(({ name, tone }, i) =>
        html`
          <path d="M${left + 200 * i} ${TITLE + 8}h24" stroke="${COLOURS[tone]}" stroke-width="3"
            stroke-dasharray="${DASHES[tone]}" />
          <text x="${left + 200 * i + 32}" y="${TITLE + 13}">${name}</text>
        `
      ),
      ...quarters.map((part) =>
        html`
          <path d="M${left} ${y(part * most)}H${right}" stroke="#dfdcd3" />
          <text x="${left - 8}" y="${y(part * most) + 4}" text-anchor="end">${show(
            part * most,
          )}</text>
          <text text-anchor="middle" x="${x(
            Math.round(first + part * (last - first)),
          )}" y="${bottom + 20}">${Math.round(first + part * (last - first))}</text>
        `
      ),
      html`<text x="${(left + right) / 2}" y="${bottom + 46}" text-anchor="middle">${axis}</text>`,
      ...lines.map(({ points, tone }) =>
        html`
          <path fill="none" stroke="${COLOURS[tone]}" stroke-width="2.5" stroke-dasharray="${DASHES[
            tone
          ]}"
            d="M${points.map(([px, py]) => `${x(px)} ${y(py)}`).join("L")}" />
        `
      ),
    ],
  });
}

function drawing(
  title: string,
  { height, content }: { height: number; content: ReturnType<typeof html>[] },
): string {
  return String(
    html`
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}"
        height="${height}" role="img" aria-label="${title}" font-family="system-ui, sans-serif"
        font-size="13" fill="#1a2323">
      <rect width="100%" height="100%" fill="#ffffff"/>
      <text x="${MARGIN}" y="28" font-size="16" font-weight="600">${title}</text>
      ${raw(content.join("\n"))}
      </svg>
    `,
  ).trim() + "\n";
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
