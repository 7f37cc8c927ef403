/** Times of a run of the tests, as lines for its end. */
import type { TestCase } from "./junit_report.ts";

/** Shorter files and tests are not worth a line. */
const LEAST_SECONDS = 5;
const LINES = 15;

/**
 * Returns lines with the slowest files and the slowest tests, longest first; none if all were
 * short. Tests of other files run at the same time, so the seconds depend on the machine's load.
 */
export function timingLines(cases: TestCase[]): string[] {
  const tests = cases.filter(({ isStep }) => !isStep);
  const files = new Map<string, number>();
  for (const { file, seconds } of tests) files.set(file, (files.get(file) ?? 0) + seconds);
  const total = tests.reduce((sum, { seconds }) => sum + seconds, 0);
  return [
    ...section(`Slowest files, of ${rounded(total)} in ${files.size}:`, [...files]),
    ...section(
      "Slowest tests:",
      tests.map(({ file, name, seconds }) => [`${file}: ${name}`, seconds]),
    ),
  ];
}

function section(title: string, entries: [name: string, seconds: number][]): string[] {
  const slow = entries.filter(([, seconds]) => seconds >= LEAST_SECONDS)
    .sort(([, a], [, b]) => b - a).slice(0, LINES);
  if (slow.length === 0) return [];
  return [title, ...slow.map(([name, seconds]) => `${rounded(seconds).padStart(7)}  ${name}`)];
}

function rounded(seconds: number): string {
  return `${Math.round(seconds)} s`;
}
